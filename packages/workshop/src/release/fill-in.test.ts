import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { readWorkspace, root } from '../workspace.ts';
import { writeFiles } from '../write-files.ts';
import { fillIn, scopeOf } from './fill-in.ts';
import { newRepository } from './new-repository.ts';
import { readOwner } from './owner.ts';
import { checkReadiness } from './readiness.ts';

const owner = {
  scope: '@acme',
  repository: 'https://github.com/acme/micrograd',
  author: 'Ada Lovelace <ada@example.com>',
};

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name: `@old/${name}`, version: '0.1.0', type: 'module', license: 'MIT', ...more });

const repository: Readonly<Record<string, string>> = {
  'release.json': JSON.stringify({ scope: null, repository: null, author: null }),
  'README.md': "import { add } from '@old/tensor'; @old, and @oldest/tensor and me@old.example stay\n",
  'packages/tensor/package.json': manifest('tensor', { exports: { '.': { '@old/source': './src/index.ts' } } }),
  'packages/tensor/src/brand.ts': "Symbol.for('@old/tensor.Tensor');\n/^@old\\/.+$/;\n",
  'packages/tensor/picture.bin': '\0@old/tensor',
  'packages/nn/package.json': manifest('nn', { peerDependencies: { '@old/tensor': 'workspace:^' } }),
  'apps/docs/package.json': manifest('docs', { private: true }),
  '.gitignore': 'dist/\n',
  'packages/tensor/dist/index.js': '// @old/tensor',
};

/** Writes the repository, with `release.json` saying this. */
async function write(folder: string, values: object = owner): Promise<void> {
  writeFiles(folder, { ...repository, 'release.json': JSON.stringify(values) });
  const git = await newRepository(folder);
  await git('add', '.');
}

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');

describe('while release.json is not set', () => {
  folderTest('neither a release nor filling in begins, and the error says what to do', async ({ folder }) => {
    await write(folder, { scope: null, repository: null, author: null });
    const message = `release.json does not say everything that a release needs:
  "scope" is null; it must be the npm scope that you publish under, such as "@acme"
  "repository" is null; it must be the address of the repository, such as "https://github.com/acme/micrograd"
  "author" is null; it must be the author, such as "Ada Lovelace <ada@example.com>"
Set the values, run "pnpm --filter ${scopeOf(root)}/workshop fill-in" and commit what it changes. RELEASING.md explains it.`;
    expect(() => {
      checkReadiness(folder);
    }).toThrow(new Error(message));
    await expect(fillIn(folder)).rejects.toThrow(new Error(message));
    expect(read(folder, 'packages/nn/package.json')).toBe(repository['packages/nn/package.json']);
  });

  folderTest.for([
    ['scope', 'acme'],
    ['scope', '@Acme'],
    ['scope', '@acme/'],
    ['repository', 'https://github.com/acme/micrograd.git'],
    ['repository', 'https://github.com/acme'],
    ['repository', 'git@github.com:acme/micrograd'],
    ['author', ' '],
  ] as const)('or %s is %j', ([name, value], { folder }) => {
    writeFiles(folder, { 'release.json': JSON.stringify({ ...owner, [name]: value }) });
    expect(() => readOwner(folder)).toThrow(`  "${name}" is ${JSON.stringify(value)}; it must be the `);
  });
});

folderTest('set but not filled in, it stops a release, which names what differs', async ({ folder }) => {
  await write(folder);
  expect(() => {
    checkReadiness(folder);
  }).toThrow(
    `manifests do not have the values of release.json:
  packages/nn/package.json: name, author, homepage, bugs, repository
  packages/tensor/package.json: name, author, homepage, bugs, repository
Run "pnpm --filter ${scopeOf(root)}/workshop fill-in"`,
  );
});

folderTest('filled in, the scope is another one wherever it stood, and a release may begin', async ({ folder }) => {
  await write(folder);
  await fillIn(folder);
  checkReadiness(folder);
  expect(read(folder, 'README.md')).toBe(
    "import { add } from '@acme/tensor'; @acme, and @oldest/tensor and me@old.example stay\n",
  );
  expect(read(folder, 'packages/tensor/src/brand.ts')).toBe("Symbol.for('@acme/tensor.Tensor');\n/^@acme\\/.+$/;\n");
  expect(read(folder, 'packages/tensor/picture.bin')).toBe('\0@old/tensor');
  expect(read(folder, 'packages/tensor/dist/index.js')).toBe('// @old/tensor');
  expect(read(folder, 'packages/nn/package.json')).toBe(`{
  "name": "@acme/nn",
  "version": "0.1.0",
  "license": "MIT",
  "author": "Ada Lovelace <ada@example.com>",
  "homepage": "https://github.com/acme/micrograd/tree/main/packages/nn#readme",
  "bugs": {
    "url": "https://github.com/acme/micrograd/issues"
  },
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/micrograd.git",
    "directory": "packages/nn"
  },
  "type": "module",
  "peerDependencies": {
    "@acme/tensor": "workspace:^"
  }
}
`);
  expect(JSON.parse(read(folder, 'apps/docs/package.json'))).toEqual({
    ...(JSON.parse(manifest('docs', { private: true })) as object),
    name: '@acme/docs',
  });
});

folderTest('filled in again, the values are the later ones', async ({ folder }) => {
  await write(folder);
  await fillIn(folder);
  const later = { ...owner, scope: '@later', author: 'Grace Hopper' };
  writeFiles(folder, { 'release.json': JSON.stringify(later) });
  await fillIn(folder);
  checkReadiness(folder);
  expect(scopeOf(folder)).toBe('@later');
  const [nn] = readWorkspace(folder);
  expect(nn?.manifest).toMatchObject({ author: 'Grace Hopper', peerDependencies: { '@later/tensor': 'workspace:^' } });
});

folderTest('packages without a scope in common are not renamed', async ({ folder }) => {
  await write(folder);
  writeFiles(folder, { 'packages/nn/package.json': '{ "name": "nn" }' });
  await expect(fillIn(folder)).rejects.toThrow('the packages have no scope in common: they have nn, @old');
});
