import { describe, expect, test } from 'vitest';
import { fencedSnippets } from './fences.ts';

const lines = (...text: readonly string[]): string => text.join('\n');

describe('fenced blocks', () => {
  test('are found with the line of their first line', () => {
    const markdown = lines('# Title', '', '```ts', 'const a = 1;', '', 'a;', '```', 'text', '```js', 'b;', '```');
    expect(fencedSnippets('README.md', markdown)).toEqual([
      { file: 'README.md', line: 4, code: 'const a = 1;\n\na;' },
      { file: 'README.md', line: 10, code: 'b;' },
    ]);
  });

  test.each(['ts', 'js', 'typescript', 'javascript', 'ts {1,3}', 'ts:line-numbers', 'ts [main.ts]', ' ts'])(
    'of %s are run',
    (info) => {
      expect(fencedSnippets('a.md', lines('```' + info, 'a;', '```'))).toHaveLength(1);
    },
  );

  test.each(['', 'sh', 'json', 'text', 'tsx', 'ts-like', 'md'])('of %s are not', (info) => {
    expect(fencedSnippets('a.md', lines('```' + info, 'a;', '```'))).toEqual([]);
  });

  test('may be indented, and end their lines as Windows does', () => {
    expect(fencedSnippets('a.md', '- item\r\n  ```ts\r\n  if (a) {\r\n    b;\r\n  }\r\n  ```\r\n')).toEqual([
      { file: 'a.md', line: 3, code: 'if (a) {\n  b;\n}' },
    ]);
  });

  test('may show a fence inside a longer one', () => {
    expect(fencedSnippets('a.md', lines('````md', '```ts', 'a;', '```', '````', '~~~ts', 'b;', '~~~'))).toEqual([
      { file: 'a.md', line: 7, code: 'b;' },
    ]);
  });
});

describe('a broken fence is an error', () => {
  test('that never closes', () => {
    const markdown = lines('text', '```ts', 'a;');
    expect(() => fencedSnippets('README.md', markdown)).toThrow(/^README\.md:2: .* before the text ends/);
  });

  test('that another one follows', () => {
    const markdown = lines('```sh', 'npm test', '', '```ts', 'a;', '```');
    expect(() => fencedSnippets('README.md', markdown)).toThrow(/^README\.md:1: .* the next one opens on line 4/);
  });
});
