import path from 'node:path';
import { describe, expect } from 'vitest';
import { folderTest } from './folder-test.ts';
import { madeUpPackage } from './made-up-package.ts';
import { writeFiles } from './write-files.ts';
import { runCommand } from './run-command.ts';
import { checkTypesOfTarball, publintProblems } from './tarball-lint.ts';

/** Packs the made-up package, with one path of its manifest replaced. */
async function pack(folder: string, [right, wrong]: readonly [string, string] = ['', '']): Promise<string> {
  const manifest = madeUpPackage['package.json']?.replace(right, wrong) ?? '';
  writeFiles(folder, { ...madeUpPackage, 'package.json': manifest });
  await runCommand('npm', ['pack', '--loglevel=error'], { cwd: folder });
  return path.join(folder, 'mg-made-up-1.0.0.tgz');
}

describe('publintProblems', { concurrent: true }, () => {
  folderTest('of a package that is right', async ({ folder }) => {
    expect(await publintProblems(await pack(folder))).toEqual([]);
  });

  folderTest('of one whose entry is not packed', async ({ folder }) => {
    const problems = await publintProblems(await pack(folder, ['./dist/node.js', './src/node.js']));
    expect(problems).toEqual([expect.stringContaining('./src/node.js but the file does not exist')]);
  });
});

describe('checkTypesOfTarball', { concurrent: true }, () => {
  folderTest('of a package that is right', async ({ folder }) => {
    await checkTypesOfTarball(await pack(folder));
  });

  folderTest('of one whose types are not packed', async ({ folder }) => {
    const tarball = await pack(folder, ['./dist/index.d.ts', './types/index.d.ts']);
    await expect(checkTypesOfTarball(tarball)).rejects.toThrow('node16 (from ESM): Used fallback condition');
  });
});
