import { expect, test } from 'vitest';
import { drawsOn, size, usesColour } from './capabilities.ts';

const terminal = { isTTY: true };
const pipe = {};

test.each([
  [terminal, {}, true],
  [terminal, { TERM: 'xterm' }, true],
  [terminal, { TERM: 'dumb' }, false],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { FORCE_COLOR: '0' }, false],
  [terminal, { FORCE_COLOR: 'false' }, false],
  [pipe, {}, false],
  [pipe, { FORCE_COLOR: '1' }, true],
  [pipe, { FORCE_COLOR: '' }, false],
  [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('colour for %j with %j: %j', (stream, env, expected) => {
  expect(usesColour(stream, env)).toBe(expected);
});

test('forcing colour does not make a pipe a terminal', () => {
  expect(drawsOn(pipe, { FORCE_COLOR: '1' })).toBe(false);
  expect(drawsOn(terminal, { NO_COLOR: '1' })).toBe(true);
  expect(drawsOn(terminal, { TERM: 'dumb' })).toBe(false);
});

test('the size of the stream; 80 × 24 if it is unknown', () => {
  expect(size({ isTTY: true, columns: 132, rows: 50 })).toEqual({ columns: 132, rows: 50 });
  expect(size({})).toEqual({ columns: 80, rows: 24 });
  expect(size({ isTTY: true, columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
});
