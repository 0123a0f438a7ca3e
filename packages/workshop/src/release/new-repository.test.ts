import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { stageWorkspace } from '../published.ts';
import { runCommand } from '../run-command.ts';
import { writeFiles } from '../write-files.ts';
import { newRepository } from './new-repository.ts';

folderTest('a folder becomes a repository of its own', async ({ folder }) => {
  const git = await newRepository(folder);
  writeFiles(folder, { 'a.txt': 'a' });
  await git('add', '.');
  expect(await git('ls-files')).toBe('a.txt\n');
});

folderTest('a copy with the .git of a worktree is refused, and the original stays as it is', async ({ folder }) => {
  const [original, copy] = [path.join(folder, 'original'), path.join(folder, 'copy')];
  mkdirSync(original);
  const git = await newRepository(original);
  writeFiles(original, { 'a.txt': 'a' });
  writeFiles(copy, { '.git': `gitdir: ${path.join(original, '.git')}\n`, 'b.txt': 'b' });
  await expect(newRepository(copy)).rejects.toThrow('copy is a repository already, or a part of one');
  expect(await git('status', '--short')).toBe('?? a.txt\n');
});

folderTest('the copy of this repository has no .git', async ({ folder }) => {
  stageWorkspace(folder);
  await expect(newRepository(folder)).resolves.toBeTypeOf('function');
  expect((await runCommand('git', ['rev-parse', '--show-prefix'], { cwd: folder })).trim()).toBe('');
});
