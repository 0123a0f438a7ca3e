import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Confusion } from '../confusion.ts';
import { confusionTable } from './confusion-table.ts';

const three: Confusion = [
  [1_000, 0, 12],
  [3, 998, 0],
  [1, 5, 0],
];

test('rows are labels, columns what was seen in them; recall beside a row and precision below a column', () => {
  expect(confusionTable(three, { colour: false, columns: 80 })).toBe(
    `rows: labels; columns: predictions; recall and precision in percent
    label    0    1    2 recall
        0 1000    ·   12   98.8
        1    3  998    ·   99.7
        2    1    5    ·    0.0
precision 99.6 99.5  0.0`,
  );
});

test('only 100 percent is 100.0, and null is a dash', () => {
  const table = confusionTable(
    [
      [2_999, 1, 0],
      [0, 7, 0],
      [0, 0, 0],
    ],
    { colour: false, columns: 80 },
  );
  expect(table.split('\n').slice(2)).toEqual([
    '        0  2999     1     ·   99.9',
    '        1     ·     7     ·  100.0',
    '        2     ·     ·     ·      –',
    'precision 100.0  87.5     –',
  ]);
});

test('correct is green, errors of half the largest or more are red, 0 is grey', () => {
  const coloured = confusionTable(
    [
      [70, 0, 12],
      [5, 80, 6],
      [0, 0, 90],
    ],
    { colour: true, columns: 80 },
  );
  const [green, red, grey] = [32, 31, 2].map((code) =>
    [...coloured.matchAll(new RegExp(`\\u001b\\[${code}m([^\\u001b]+)`, 'g'))].map((match) => match[1]),
  );
  expect(green).toEqual(['70', '80', '90']);
  expect(red).toEqual(['12', '6']);
  expect(grey).toEqual(['·', '·', '·']);
});

test('the table of ten classes and 10,000 images fits into 80 columns', () => {
  const ten = Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => (i === j ? 1_000 : 0)));
  expect(confusionTable(ten, { colour: false, columns: 80 })).toMatch(/^rows: labels/);
});

test('a table that just fits is one', () => {
  expect(confusionTable(three, { colour: false, columns: 31 })).toContain('precision 99.6 99.5  0.0');
  expect(confusionTable(three, { colour: false, columns: 30 })).toContain('too wide for this');
});

test('a table that does not fit is replaced by the most frequent confusions', () => {
  expect(confusionTable(three, { colour: false, columns: 26 })).toBe(
    `The confusion matrix of 3
classes is too wide for
this terminal.
The most frequent
confusions:
0 taken for 2: 12 times
2 taken for 1: 5 times
1 taken for 0: 3 times
2 taken for 0: once
Precision and recall of
each class, in percent:
0:  99.6  98.8
1:  99.5  99.7
2:   0.0   0.0`,
  );
});

test('twelve confusions at most, and none when all is right', () => {
  const wrong = Array.from({ length: 30 }, (_, i) => Array.from({ length: 30 }, (_, j) => (i === j ? 50 : i + 30 * j)));
  const lines = confusionTable(wrong, { colour: false, columns: 80 }).split('\n');
  expect(lines.filter((line) => line.includes('taken for'))).toHaveLength(12);
  expect(lines[2]).toBe('28 taken for 29: 898 times');
  const right = wrong.map((row, i) => row.map((count, j) => (i === j ? count : 0)));
  expect(confusionTable(right, { colour: false, columns: 80 })).toContain('No class was taken for another.');
});

test('never wider than the terminal, with the same text in colour, and with no control characters without', () => {
  const matrices = fc.integer({ min: 1, max: 40 }).chain((classes) =>
    fc.array(fc.array(fc.nat({ max: 20_000 }), { minLength: classes, maxLength: classes }), {
      minLength: classes,
      maxLength: classes,
    }),
  );
  fc.assert(
    fc.property(matrices, fc.integer({ min: 20, max: 200 }), (confusion, columns) => {
      const plain = confusionTable(confusion, { colour: false, columns });
      expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(plain).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]+)*$/u);
      expect(stripVTControlCharacters(confusionTable(confusion, { colour: true, columns }))).toBe(plain);
    }),
    { numRuns: 50 },
  );
});

test('256 classes', () => {
  const many = Array.from({ length: 256 }, (_, i) =>
    Array.from({ length: 256 }, (_, j) => (i === j ? 9 : i + j === 255 ? 1 : 0)),
  );
  const lines = confusionTable(many, { colour: false, columns: 80 }).split('\n');
  expect(lines[2]).toBe('0 taken for 255: once');
  expect(lines.at(-1)).toBe('255:  90.0  90.0');
});
