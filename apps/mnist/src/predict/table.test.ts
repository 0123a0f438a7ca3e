import { expect, test } from 'vitest';
import { predictionTable } from './table.ts';

const rows = [
  { file: 'digits/2.png', probabilities: [0.1, 0.2, 0.7] },
  { file: 'digits/a long name.png', probabilities: [1, 0, 0] },
];

test('a row for each file, in their order', () => {
  expect(predictionTable(rows, { columns: Infinity })).toBe(
    [
      'file                    prediction  probability  second guess',
      'digits/2.png                     2       70.0 %    1 (20.0 %)',
      'digits/a long name.png           0      100.0 %     1 (0.0 %)',
    ].join('\n'),
  );
});

test.each([62, 61, 55, 49])('no wider than %i columns, the ends of the names kept', (columns) => {
  const lines = predictionTable(rows, { columns }).split('\n');
  expect(lines).toHaveLength(3);
  expect(Math.max(...lines.map((line) => line.length))).toBe(Math.min(columns, 62) - (columns === 62 ? 1 : 0));
  expect(lines[2]).toMatch(/^(…|digits).*\.png /);
});

test('control characters of a name are written out', () => {
  const text = predictionTable([{ file: 'a\n\u001b[31mb.png', probabilities: [1] }], { columns: Infinity });
  expect(text).toContain('a\\u000a\\u001b[31mb.png ');
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});
