import { expect, test } from 'vitest';
import { percent, printable, share, writeLine } from './format.ts';

test.for<[number | null, string]>([
  [97.314, '97.31 %'],
  [0, '0.00 %'],
  [100, '100.00 %'],
  [0.004, '< 0.01 %'],
  [0.005, '0.01 %'],
  [99.994, '99.99 %'],
  [99.996, '> 99.99 %'],
  [null, '–'],
])('%s is %s', ([x, text]) => {
  expect(percent(x)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.0004, '0.0 %'],
  [0.97312, '97.3 %'],
  [0.99999, '99.9 %'],
  [1, '100.0 %'],
])('%f is %s', (probability, text) => {
  expect(share(probability)).toBe(text);
});

test.each([
  ['control characters', '\0\n\r\u001b\u007f\u0085\u009b', '\\u0000\\u000a\\u000d\\u001b\\u007f\\u0085\\u009b'],
  [
    'controls of direction',
    '\u061c\u200e\u200f\u202a\u202e\u2066\u2069',
    '\\u061c\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069',
  ],
  ['separators of lines', '\u2028\u2029', '\\u2028\\u2029'],
  ['what is not seen', 'a\u200bb\u00ad\ufeff', 'a\\u200bb\\u00ad\\ufeff'],
  ['tags, beyond the basic plane', '\u{e0041}', '\\udb40\\udc41'],
  ['half a pair', 'a\ud83d', 'a\\ud83d'],
  ['other text', 'Grüße, שלום, 数字, 👍 “7” <b>', 'Grüße, שלום, 数字, 👍 “7” <b>'],
])('printable: %s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('a line is one line', () => {
  let written = '';
  writeLine({ write: (text) => (written += text) }, 'a\nb\u001b[2J');
  expect(written).toBe('a\\u000ab\\u001b[2J\n');
});
