import { expect, test } from 'vitest';
import { docCommentSnippets } from './doc-comments.ts';

const fence = '```';
const source = `// Not a doc comment:
// ${fence}ts
// a;
// ${fence}
/**
 * Of the module.
 * ${fence}ts
 * const list = [
 *   1,
 * ];
 * ${fence}
 */

const glob = 'src/**/*.ts';
const text = \`/**
 * ${fence}ts
 * notThis;
 * ${fence}
 */\`;

export class Value {
  /**
   * Of a member:
   *
   * ${fence}ts
   * b;
   *
   * c; // =>  d
   * ${fence}
   */
  add(/** Of an argument. ${fence}not a fence${fence} */ other: number) {}
}
/** At the end.
${fence}ts
e;
${fence}
*/
`;

test('the blocks of all doc comments, and of nothing else', () => {
  expect(docCommentSnippets('src/value.ts', source)).toEqual([
    { file: 'src/value.ts', line: 8, code: 'const list = [\n  1,\n];' },
    { file: 'src/value.ts', line: 26, code: 'b;\n\nc; // =>  d' },
    { file: 'src/value.ts', line: 35, code: 'e;' },
  ]);
});

test('a broken fence names its line', () => {
  const broken = `const a = 1;\n/**\n * ${fence}ts\n * a;\n */\nexport const b = 2;`;
  expect(() => docCommentSnippets('src/b.ts', broken)).toThrow('src/b.ts:3: this block is not closed');
});

test('a source without a fence', () => {
  expect(docCommentSnippets('a.ts', '/** A number. */\nconst a = 1;')).toEqual([]);
});
