import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, workspacePackages } from './workspace.ts';

const workflows = readdirSync(path.join(root, '.github/workflows')).map((file) => `.github/workflows/${file}`);
const pages = ['AGENTS.md', 'CONTRIBUTING.md', 'README.md', 'RELEASING.md', ...workflows];

/** The scripts of a manifest, by the name of its package. */
const scripts = new Map<string, readonly string[]>(
  workspacePackages.map(({ manifest }) => [manifest.name, Object.keys(manifest.scripts ?? {})]),
);
const { scripts: rootScripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What npm and pnpm run besides the scripts of a manifest. */
const ownCommands = ['install', 'changeset'];

/** What of a page is commands: code in Markdown, and what a workflow runs. */
function commandLines(page: string): string[] {
  const fence = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;
  const blocks = [...page.matchAll(fence)].filter(([, language = '']) => ['sh', 'console'].includes(language));
  const inText = page.replaceAll(fence, '').matchAll(/`([^`]+)`|^ *(?:- )?(?:run|version|publish): (.+)$/gm);
  return [
    ...blocks.flatMap(([, , block = '']) => block.split('\n').map((line) => line.replace(/#.*/, ''))),
    ...[...inText].map(([, code, value]) => code ?? value ?? ''),
  ];
}

/** The commands of npm and pnpm that a page names and that nothing runs. */
function unknownCommands(page: string): string[] {
  const commands = commandLines(page)
    .join('\n')
    .matchAll(/\bp?npm (?:--filter (\S+) |run )?([a-z][\w-]*)/g);
  return [...commands]
    .filter(([, name, script = '']) =>
      name === undefined
        ? !(script in rootScripts) && !ownCommands.includes(script)
        : scripts.get(name)?.includes(script) !== true,
    )
    .map(([command]) => command);
}

test('a command that nothing runs is found', () => {
  const text = 'npm has `pnpm test`, `pnpm --filter @mg/nn tests` and `pnpm bnech`\n  - run: npm run mnits\n';
  expect(unknownCommands(text)).toEqual(['pnpm --filter @mg/nn tests', 'pnpm bnech', 'npm run mnits']);
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(path.join(root, page), 'utf8');

  test('names commands that there are', () => {
    expect(text).toMatch(/p?npm /);
    expect(unknownCommands(text)).toEqual([]);
  });

  test('names files that there are', () => {
    const named = [...text.matchAll(/`((?:packages|apps)\/[\w./-]+)`|\]\((?!https?:|#)([^)]+)\)/g)];
    const files = named.map(([, code, link]) => code ?? link ?? '');
    // What is installed there is not in the repository.
    const own = files.filter((file) => !file.includes('node_modules'));
    expect(own.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
