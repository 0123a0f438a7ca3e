import { expect, test } from 'vitest';
import { bars, predictionTable } from './display.ts';

const ten = [0, 0.0004, 0.02, 0, 0, 0, 0, 0.9796, 0, 0];

test('a line for each class, in their order', () => {
  const lines = bars(ten, { columns: 30, colour: false }).split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[1]).toBe(`1 ${'░'.repeat(20)}   0.0 %`);
  expect(lines[2]).toBe(`2 ${'░'.repeat(20)}   2.0 %`);
  expect(lines[7]).toBe(`7 ${'█'.repeat(20)}  98.0 %`);
  expect(bars([0.25, 0.75], { columns: 18, colour: false })).toBe('0 ██░░░░░░  25.0 %\n1 ██████░░  75.0 %');
});

test.each([5, 12, 20, 79, 500])('%i columns', (columns) => {
  for (const line of bars(ten, { columns, colour: false }).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(Math.max(columns, 11));
    expect(line.length).toBeLessThanOrEqual(50);
  }
});

test('the most probable is bold where colours are allowed', () => {
  const lines = bars(ten, { columns: 30, colour: true }).split('\n');
  expect(lines.map((line) => line.includes('\u001b'))).toEqual(ten.map((_, label) => label === 7));
  expect(bars(ten, { columns: 30, colour: false })).not.toContain('\u001b');
});

test('of many classes the ten most probable', () => {
  const many = Array.from({ length: 256 }, (_, label) => (label % 25 === 3 && label < 250 ? 0.05 : 0.5 / 246));
  const lines = bars(many, { columns: 40, colour: false }).split('\n');
  expect(lines.map((line) => line.split(' ').find((word) => word !== ''))).toEqual([
    '3',
    '28',
    '53',
    '78',
    '103',
    '128',
    '153',
    '178',
    '203',
    '228',
    'the',
  ]);
  expect(lines.at(-1)).toBe('the other 246 together 50.0 %');
});

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
