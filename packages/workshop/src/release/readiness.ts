import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isPublished, readWorkspace } from '../workspace.ts';
import { ownerFields, readOwner } from './owner.ts';

/** Throws, with what to do, unless a repository may be published: `release.json` is set, and filled in everywhere. */
export function checkReadiness(root: string): void {
  const owner = readOwner(root);
  const wrong = readWorkspace(root)
    .filter(isPublished)
    .flatMap((workspacePackage) => {
      const { manifest, folder } = workspacePackage;
      const expected = {
        name: `${owner.scope}/${workspacePackage.shortName}`,
        ...ownerFields(owner, workspacePackage),
      };
      const actual = new Map<string, unknown>(Object.entries(manifest));
      const different = Object.entries(expected).filter(([name, value]) => !isDeepStrictEqual(actual.get(name), value));
      const names = different.map(([name]) => name).join(', ');
      return names === '' ? [] : [`  ${path.relative(root, path.join(folder, 'package.json'))}: ${names}`];
    });
  if (wrong.length > 0) {
    throw new Error(
      `manifests do not have the values of release.json:\n${wrong.join('\n')}\n` +
        'Run "pnpm --filter @mg/workshop fill-in" and commit what it changes. RELEASING.md explains it.',
    );
  }
}
