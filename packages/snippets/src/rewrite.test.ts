import { expect, test } from 'vitest';
import { rewriteSnippet } from './rewrite.ts';

const rewrite = (code: string) => rewriteSnippet({ file: 'README.md', line: 10, code }, './checks.js');

/** The class and the expectations, which the transpiler puts on a line each. */
const preambleLines = 2;

/** The lines after the preamble, of the code without its source map. */
function rewritten(code: string): string[] {
  return rewrite(code)
    .javascript.split('\n')
    .slice(preambleLines)
    .filter((line) => !line.startsWith('//# sourceMappingURL'));
}

test('a value, a declaration, a log, an error', () => {
  const code = `import { type A, f } from '@mg/tensor';
f(1); // => 1
const x: number = f(2); // => 2
console.log(x, 'y'); // => 2 y
f(3); // => throws RangeError: three
await f(4); // => throws RangeError`;
  expect(rewritten(code)).toEqual([
    `import { f } from '@mg/tensor';`,
    '__checks.value(0, (f(1))); // => 1',
    'const x = __checks.value(1, (f(2))); // => 2',
    `__checks.logged(2, x, 'y'); // => 2 y`,
    '__checks.throws(3, () => (f(3))); // => throws RangeError: three',
    'await __checks.rejects(4, async () => (await f(4))); // => throws RangeError',
    'export const checked = __checks.finish();',
  ]);
  expect(rewrite(code)).toMatchObject({ checks: 5, imports: ['@mg/tensor'] });
});

test('a result inside a function, and another one of the statement around it', () => {
  const code = `run(() => {
  a; // => 1
  return b; // => 2
}); // => 3`;
  expect(rewritten(code).slice(0, -1)).toEqual([
    '__checks.value(2, (run(() => {',
    '    __checks.value(0, (a)); // => 1',
    '    return __checks.value(1, (b)); // => 2',
    '}))); // => 3',
  ]);
});

test.each([
  ['dangling', 'const a = 1;\n\n// => 1'],
  ['inside an expression', 'f(\n  1, // => 1\n);'],
  ['behind a block', 'if (a) {\n  b();\n} // => 1'],
  ['of two declarations', 'const a = 1, b = 2; // => 1'],
  ['of no value', 'let a; // => undefined'],
])('a result %s belongs to nothing', (_where, code) => {
  expect(() => rewrite(code)).toThrow(/README\.md:\d+: this \/\/ => has no expression/);
});

test.each([
  ['a;', 'README.md:10: this snippet has no // =>'],
  ["'// => 1';", 'README.md:10: this snippet has no // =>'],
  ['\na; // =>', 'README.md:11: this // => is empty'],
  ['a; // => 1\n// => 2', 'README.md:11: this // => has no expression'],
  ['a; // => throws', 'README.md:10: this // => throws has no error class'],
  ['a; // => throws an error', 'README.md:10: this // => throws has no error class'],
  ['a; // => 1\n\nconst const = 2;', 'README.md:12: '],
  ['a; // => 1\nf(;', "README.md:11: ')' expected"],
])('%j is refused', (code, message) => {
  expect(() => rewrite(code)).toThrow(message);
});
