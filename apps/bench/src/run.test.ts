import { expect, test, vi } from 'vitest';
import { reasonOf, run } from './run.ts';

const node = (script: string, env?: Record<string, string>) => ({
  program: process.execPath,
  args: ['-e', script],
  env,
});

test('a run gives what its process prints, with one thread and an environment of its own', () => {
  const script =
    'console.log(JSON.stringify({ figures: { threads: +process.env.OMP_NUM_THREADS, given: +process.env.GIVEN } }))';
  expect(run(node(script, { GIVEN: '7' }), [])).toEqual({ figures: { threads: 1, given: 7 } });
});

test('what a process says to be done at counts from its start', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
  const { figures } = run(node('console.log(JSON.stringify({ figures: { doneAt: 1250 } }))'), []);
  vi.useRealTimers();
  expect(figures).toEqual({ ms: 250 });
});

test('a pin stands before the program', () => {
  const command = { program: 'console.log(process.argv[1])', args: ['{"figures":{"pinned":1}}'] };
  expect(run(command, [process.execPath, '-e'])).toEqual({ figures: { pinned: 1 } });
});

test('a run that fails throws the reason', () => {
  expect(() => run(node('throw new TypeError("no such kernel")'), [])).toThrow(/^no such kernel$/);
  expect(() => run(node('process.exit(3)'), [])).toThrow('status 3');
  expect(() => run(node('process.kill(process.pid)'), [])).toThrow('SIGTERM');
  expect(() => run({ program: 'there-is-no-such-program', args: [] }, [])).toThrow('ENOENT');
});

test.each([
  ['file.js:3\n  throw e;\n  ^\n\nRangeError: too long\n    at f (file.js:1:2)\n', 'too long'],
  [
    'Traceback (most recent call last):\n  File "a.py", line 1\nModuleNotFoundError: No module named x\n',
    'No module named x',
  ],
  ['Segmentation fault', undefined],
])('the reason in %j is %j', (stderr, reason) => {
  expect(reasonOf(stderr)).toBe(reason);
});
