import { expect, test } from 'vitest';
import { size } from './size.ts';

test("the stream's own size; 80 × 24 where it does not say", () => {
  expect(size({ isTTY: true, columns: 132, rows: 50 })).toEqual({ columns: 132, rows: 50 });
  expect(size({})).toEqual({ columns: 80, rows: 24 });
  expect(size({ isTTY: true, columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
});
