import { describe, expect, test } from 'vitest';
import { runSnippet } from './run.ts';

const run = (code: string): Promise<number> => runSnippet({ file: 'README.md', line: 10, code });

describe('a snippet that is right passes', () => {
  test.each([
    ['a number', '2 / 3; // => 0.67', 1],
    ['a text', "'a' + 'b' // => ab", 1],
    ['a declaration, used afterwards', 'const a: number = 1; // => 1\na + 1; // => 2', 2],
    ['a log', "console.log('a', [1, 2]); // => a [1, 2]", 1],
    ['an error', "null!.x; // => throws TypeError: (reading 'x')", 1],
    ['a rejected promise', "await Promise.reject(new RangeError('far')); // => throws RangeError: far", 1],
    ['an error whose message has lines', "(() => { throw new Error('a\\n b') })(); // => throws Error: a b", 1],
    ['top-level await', 'const a = await Promise.resolve([1]);\na; // => [1]', 1],
    ['a long result', '[[1], [2]];\n// => [[1],\n//     [2]]\n\n// A remark.', 1],
    ['a result and a remark below', '1; // => 1\n// A remark.\n2; // => 2', 2],
    ['a result below a remark', '1; // one\n// => 1', 1],
    ['a result in a loop, each time', 'for (const a of [1, 1]) {\n  a; // => 1\n}', 1],
    ['a result in a function', 'function f() {\n  return 1; // => 1\n}\nf();', 1],
    ['a node built-in', "import { sep } from 'node:path';\nsep.length; // => 1", 1],
    [
      'an entry of a package',
      "import { writeSnippets } from '@mg/snippets/write';\nwriteSnippets; // => writeSnippets",
      1,
    ],
    ['a type', 'interface A { a: number }\nconst a = { a: 1 } as A; // => { a: 1 }', 1],
  ])('%s', async (_what, code, checks) => {
    expect(await run(code)).toBe(checks);
  });
});

describe('a snippet that is wrong fails', () => {
  test.each([
    ['a number', '2 / 3; // => 0.66', 'README.md:10: the snippet says => 0.66\nbut it is 0.6666666666666666'],
    ['a text', "'a'; // => b", 'says => b\nbut it is a'],
    ['a declaration', '\nconst a = 1; // => 2', 'README.md:11: the snippet says => 2\nbut it is 1'],
    ['a log', "console.log('a', 1); // => a 2", 'says => a 2\nbut it is a 1'],
    ['an array', '[1, 2]; // => [1, 2, 3]', 'but it is [1, 2]'],
    ['a long result', '[[1], [2]];\n// => [[1],\n//     [3]]', 'says => [[1], [3]]\nbut it is [[1], [2]]'],
    ['a missing error', '1 + 1; // => throws TypeError: two', 'but it does not throw, its value is 2'],
    ['a missing rejection', 'await 2; // => throws TypeError: two', 'but it does not throw, its value is 2'],
    ['another error', 'null!.x; // => throws RangeError: null', 'but it throws TypeError: Cannot read'],
    ['another message', 'null!.x; // => throws TypeError: no x', 'but it throws TypeError: Cannot read'],
    ['a promise that is not awaited', 'Promise.resolve(1); // => 1', 'but it is a promise; await it'],
    ['the second time of a loop', 'for (const a of [1, 2]) {\n  a; // => 1\n}', 'but it is 2'],
    [
      'a result never reached',
      'if (Math.PI < 3) {\n  1; // => 1\n}',
      'README.md:11: the snippet says => 1\nbut the snippet ends before this line runs',
    ],
    ['a function never called', 'const f = () => {\n  1; // => 1\n};', 'the snippet ends before this line runs'],
    ['a failure that the snippet catches', 'try {\n  1; // => 2\n} catch {}', 'says => 2\nbut it is 1'],
    ['a failure that is not awaited', 'void (async () => {\n  1; // => 2\n})().catch(() => 0);', 'says => 2'],
    ['an error of its own', "1; // => 1\nthrow new RangeError('far');", 'far'],
    ['an import that is missing', "import '@mg/nothing';\n1; // => 1", '@mg/nothing'],
  ])('%s', async (_what, code, message) => {
    await expect(run(code)).rejects.toThrow(message);
  });
});

test('a snippet that throws is traced to its line in the documentation', async () => {
  const error = await run("1; // => 1\n\n\nthrow new RangeError('far');").catch((error: unknown) => error);
  expect((error as Error).stack).toContain('README.md:13');
});
