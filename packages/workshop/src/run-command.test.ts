import { expect, test, vi } from 'vitest';
import { runCommand } from './run-command.ts';

const node = (code: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  runCommand(process.execPath, ['--eval', code], { cwd: import.meta.dirname, env });

test('gives what is printed', async () => {
  expect(await node("console.log(process.env.WHO); console.error('not this')", { WHO: 'you' })).toBe('you\n');
});

test('rejects with all that is printed', async () => {
  const failing = node("console.log('this'); console.error('and that'); process.exit(3)");
  await expect(failing).rejects.toThrow(/this[\s\S]*and that|and that[\s\S]*this/);
});

test("does not hand on the options of the tests' own Node", async () => {
  vi.stubEnv('NODE_OPTIONS', '--conditions=@mg/source');
  expect(await node('console.log(process.env.NODE_OPTIONS)')).toBe('undefined\n');
  vi.unstubAllEnvs();
});
