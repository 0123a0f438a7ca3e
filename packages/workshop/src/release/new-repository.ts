import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../run-command.ts';

/** Variables that make git work on another repository than that of its folder. */
const elsewhere = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_OBJECT_DIRECTORY'];

/**
 * Makes a folder a repository of its own, and gives what runs git in it. Rejects when git would work on another repository, which a
 * `.git` or a variable of the environment can make it do.
 */
export async function newRepository(folder: string): Promise<(...args: string[]) => Promise<string>> {
  const own = path.join(realpathSync(folder), '.git');
  if (existsSync(own)) throw new Error(`${folder} is a repository already, or a part of one`);
  const foreign = elsewhere.filter((name) => process.env[name] !== undefined);
  if (foreign.length > 0) throw new Error(`git may work elsewhere: unset ${foreign.join(', ')}`);
  const git = (...args: string[]): Promise<string> => runCommand('git', args, { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  const used = (await git('rev-parse', '--absolute-git-dir')).trim();
  if (used !== own) throw new Error(`git works on ${used}, and not on ${own}`);
  return git;
}
