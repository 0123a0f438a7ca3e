import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { isPublished, readWorkspace } from '../workspace.ts';
import { ownerFields, readOwner } from './owner.ts';

/**
 * Fills `release.json` into a repository: renames the scope in every file that git knows, and writes the fields of the owner
 * into the manifests of published packages. Run again with other values, it replaces the earlier ones.
 */
export async function fillIn(root: string): Promise<void> {
  const owner = readOwner(root);
  const scope = scopeOf(root);
  if (scope !== owner.scope) await renameScope(root, scope, owner.scope);
  for (const workspacePackage of readWorkspace(root).filter(isPublished)) {
    const { license, ...others } = workspacePackage.manifest;
    const fields = ownerFields(owner, workspacePackage);
    const rest = Object.entries(others).filter(([name]) => !(name in fields));
    const place = rest.findIndex(([name]) => name === 'type');
    const filled = [...rest.slice(0, place), ...Object.entries({ license, ...fields }), ...rest.slice(place)];
    writeJson(path.join(workspacePackage.folder, 'package.json'), Object.fromEntries(filled));
  }
}

/** The scope that all packages of a repository have in common. */
export function scopeOf(root: string): string {
  const scopes = new Set(readWorkspace(root).map(({ manifest: { name } }) => name.replace(/\/.*/, '')));
  const [scope, ...others] = scopes;
  if (scope === undefined || others.length > 0) {
    throw new Error(`the packages have no scope in common: they have ${[...scopes].join(', ')}`);
  }
  return scope;
}

/** Writes one scope for another in all text that git knows, also where a slash behind it is escaped or something else follows. */
async function renameScope(root: string, from: string, to: string): Promise<void> {
  const listed = await runCommand('git', ['ls-files', '-z'], { cwd: root });
  for (const file of listed.split('\0').filter((name) => name !== '')) {
    const text = readFileSync(path.join(root, file), 'utf8');
    // Git takes a file with a zero byte as binary, too.
    if (text.includes('\0') || !text.includes(from)) continue;
    writeFileSync(path.join(root, file), text.replaceAll(new RegExp(`${from}(?![\\w.-])`, 'g'), to));
  }
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
