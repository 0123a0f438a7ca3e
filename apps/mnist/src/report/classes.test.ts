import { describe, expect, test } from 'vitest';
import { all, cells, readPage, texts } from '../../test/read-page.ts';
import { commonestConfusions, confusionMatrix, largestError, scoreTable } from './classes.ts';

const confusion = [
  [80, 16, 4],
  [1, 30, 1],
  [0, 0, 0],
];

describe('the confusion matrix', () => {
  const page = readPage(confusionMatrix(confusion).markup);

  test('has each count in the row of its label and the column of its class', () => {
    expect(texts(page, 'thead th')).toEqual(['label', '0', '1', '2']);
    expect(cells(page, 'table')).toEqual([
      ['0', '80', '16', '4'],
      ['1', '1', '30', '1'],
      ['2', '', '', ''],
    ]);
    expect(all(page, 'thead th').every((cell) => cell.getAttribute('scope') === 'col')).toBe(true);
    expect(all(page, 'tbody th').map((cell) => cell.getAttribute('scope'))).toEqual(['row', 'row', 'row']);
  });

  test('is shaded by the share of the row, errors up to the largest of them', () => {
    expect(all(page, 'td').map((cell) => cell.getAttribute('class') ?? '')).toEqual([
      ...['right7', 'wrong8', 'wrong2'],
      ...['wrong2', 'right8', 'wrong2'],
      ...['', '', ''],
    ]);
    expect(largestError(confusion)).toBe(0.16);
    expect(largestError([[3]])).toBe(0);
  });
});

test('scores in their columns, with dashes for null', () => {
  expect(cells(readPage(scoreTable(confusion).markup), 'table')).toEqual([
    ['0', '98.77 %', '80.00 %', '88.40 %', '100'],
    ['1', '65.22 %', '93.75 %', '76.92 %', '32'],
    ['2', '0.00 %', '–', '0.00 %', '0'],
  ]);
});

describe('the commonest confusions', () => {
  test('come with the most frequent first, without the diagonal', () => {
    expect(cells(readPage(commonestConfusions(confusion).markup), 'table')).toEqual([
      ['0', '1', '16', '16.00 %'],
      ['0', '2', '4', '4.00 %'],
      ['1', '0', '1', '3.13 %'],
      ['1', '2', '1', '3.13 %'],
    ]);
  });

  test('are ten at most', () => {
    const many = Array.from({ length: 5 }, (_, label) =>
      Array.from({ length: 5 }, (_, predicted) => label + predicted),
    );
    expect(cells(readPage(commonestConfusions(many).markup), 'table')).toHaveLength(10);
  });

  test('may be none', () => {
    expect(commonestConfusions([[3]]).markup).toContain('No class was taken for another');
  });
});
