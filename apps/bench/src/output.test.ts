import { expect, test } from 'vitest';
import { readOutput } from './output.ts';

test('the last line is the result, whatever a library printed before', () => {
  const printed = 'Hi there!\n{"version":"1.2","figures":{"ms":0.5}}\n';
  expect(readOutput(printed)).toEqual({ version: '1.2', figures: { ms: 0.5 } });
});

test.each([
  ['', 'is not JSON'],
  ['done', 'is not JSON: done'],
  ['{"ms":1}', 'has no figures'],
  ['{"figures":{}}', 'has no figures'],
  ['{"figures":{"ms":null}}', 'has no figures'],
  ['{"figures":{"ms":"1"}}', 'has no figures'],
])('%j is refused', (printed, message) => {
  expect(() => readOutput(printed)).toThrow(message);
});
