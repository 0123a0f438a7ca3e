import { expect, test } from 'vitest';
import { drawsOn, usesColour } from './colour.ts';

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

test('a forced colour makes no terminal of a pipe', () => {
  expect(drawsOn(pipe, { FORCE_COLOR: '1' })).toBe(false);
  expect(drawsOn(terminal, { NO_COLOR: '1' })).toBe(true);
  expect(drawsOn(terminal, { TERM: 'dumb' })).toBe(false);
});
