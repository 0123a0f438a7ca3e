import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { runCommand } from './run-command.ts';

const require = createRequire(import.meta.url);
const attw = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');

/** What publint has to say about a tarball, suggestions included. */
export async function publintProblems(tarball: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return messages.map(
    (message) => formatMessage(message, pkg as Record<string, unknown>, { color: false }) ?? message.code,
  );
}

/** Where a tarball's types do not describe its JavaScript, in any way of resolving an ES module. Rejects with the report. */
export async function checkTypesOfTarball(tarball: string): Promise<void> {
  const args = ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color', tarball];
  await runCommand(process.execPath, [attw, ...args], { cwd: path.dirname(tarball) });
}
