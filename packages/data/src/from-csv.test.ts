import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvOptions, DataError, fromCsv, fromJsonLines } from '@mg/data';

test('quotes, line ends, a byte order mark and empty lines', () => {
  const text = '\ufeffname,"a ""b"""\r\n"x,\r\ny",1\r\n\r\n" z ",-2.5e1';
  expect([...fromCsv(text)]).toEqual([
    { name: 'x,\r\ny', 'a "b"': 1 },
    { name: ' z ', 'a "b"': -25 },
  ]);
  expect([...fromCsv('a;b\r1;2\r', { delimiter: ';' })]).toEqual([{ a: 1, b: 2 }]);
  expect([...fromCsv('a,b\r\n1,2\n3,5" x\r4,6" y\r\n')]).toEqual([
    { a: 1, b: '2' },
    { a: 3, b: '5" x' },
    { a: 4, b: '6" y' },
  ]);
  expect([...fromCsv('a\n"1\r\n\n2"\n')]).toEqual([{ a: '1\r\n\n2' }]);
});

test('any table that is written by RFC 4180 is read again', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '1', ',', ';', '"', '\n', '\r', ' ', 'é', '\t', "'", ']', '\\'),
  });
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const rows = fc.nat(4).chain((more) => fc.array(fc.array(cell, { minLength: more + 2, maxLength: more + 2 })));
  const delimiters = fc.constantFrom(',', ';', '\t', ']', '\\', '|', '^');
  fc.assert(
    fc.property(rows, lineEnd, delimiters, fc.boolean(), (table, end, delimiter, isQuoted) => {
      const written = (text: string): string =>
        isQuoted || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const text = table.map((row) => row.map(written).join(delimiter) + end).join('');
      const header = (table[0] ?? []).map((_, column) => `c${column}`);
      const types = Object.fromEntries(header.map((name) => [name, 'string' as const]));
      const read = Array.from(fromCsv(text, { header, types, delimiter }), (row) => Object.values(row));
      expect(read).toEqual(table);
    }),
  );
});

test('header, types, categories and missing cells', () => {
  const text = '1,red,\n2,blue,x\n';
  expect([...fromCsv(text, { header: false })]).toEqual([
    { 0: 1, 1: 'red', 2: '' },
    { 0: 2, 1: 'blue', 2: 'x' },
  ]);
  const header = ['n', 'colour', 'mark'];
  const read = fromCsv(text, {
    header,
    types: { mark: 'category', colour: ['red', 'green', 'blue'], n: 'string' },
    missing: { mark: 'none' },
  });
  expect([...read]).toEqual([
    { mark: 0, colour: 0, n: '1' },
    { mark: 1, colour: 2, n: '2' },
  ]);
  expect(read.categories).toEqual({ mark: ['none', 'x'], colour: ['red', 'green', 'blue'] });
  expect([...fromCsv('a,b\n1,\n', { types: { b: 'number' }, missing: { b: NaN } })]).toEqual([{ b: NaN }]);
  expect([...fromCsv('a,b\n1,\n,2\n', { missing: { a: -1, b: 0 } })]).toEqual([
    { a: 1, b: 0 },
    { a: -1, b: 2 },
  ]);
  expect([...fromCsv('')]).toEqual([]);
  expect([...fromCsv('a,b\n')]).toEqual([]);
});

test('streams of text or bytes, in any pieces', async () => {
  const bytes = new TextEncoder().encode('\ufeffa,b\né,"x\ny"\n');
  const rows = [{ a: 'é', b: 'x\ny' }];
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
  };
  expect([...(await fromCsv(pieces()))]).toEqual(rows);
  expect([...(await fromCsv(new Blob([bytes]).stream()))]).toEqual(rows);
  const reader = new Blob([bytes]).stream().getReader();
  expect([...(await fromCsv({ getReader: () => reader }))]).toEqual(rows);
  const text = async function* (): AsyncGenerator<string> {
    yield await Promise.resolve('a\n');
    yield '1\n';
  };
  expect([...(await fromCsv(text()))]).toEqual([{ a: 1 }]);
  await expect(fromCsv(new Blob([Uint8Array.of(0x61, 0xff)]).stream())).rejects.toThrow(
    'the stream is not text in UTF-8',
  );
  await expect(fromCsv(new Blob([Uint8Array.of(0x61, 0xc3)]).stream())).rejects.toThrow(DataError);
});

test.each<[string, CsvOptions, string]>([
  [
    'a,b\n1,2\n"3\n4",\n',
    { types: { b: 'number' } },
    'fromCsv: line 3, column "b": the cell is empty. Fill it, or pass what stands for it: missing: { b: NaN }',
  ],
  ['a,b\n"1\n2",3\n5,x\n', { types: { b: 'number' } }, 'fromCsv: line 4, column "b": "x" is not a number'],
  ['a\r\n"1\r\n"\r\nx\r\n', { types: { a: 'number' } }, 'line 4, column "a": "x" is not a number'],
  ['a,b\n1,2\n,3\n', {}, 'fromCsv: line 3, column "a": the cell is empty'],
  ['a\n0x10\n', { types: { a: 'number' } }, '"0x10" is not a number'],
  ['a\nInfinity\n', { types: { a: 'number' } }, '"Infinity" is not a number'],
  ['a\nred\n', { types: { a: ['blue', 'green'] } }, 'line 2, column "a": "red" is none of the categories blue, green'],
  [
    'a,b\n1,\n',
    { types: { b: 'category' } },
    "the cell is empty. Fill it, or pass what stands for it: missing: { b: 'unknown' }",
  ],
  ['a,b\n1\n', {}, 'fromCsv: line 2 has 1 cells, but there are 2 columns (a, b)'],
  ['a,b\n\n1,2,3\n', {}, 'fromCsv: line 3 has 3 cells'],
  ['a,a\n1,2\n', {}, 'two columns are called "a"'],
  ['a\n1\n"2\n', {}, 'fromCsv: line 3: quoted field unterminated'],
  ['a\n"1"2\n', {}, 'fromCsv: line 2: trailing quote on quoted field is malformed'],
  ['a\n1\n', { types: { b: 'number' } }, 'there is no column "b". The columns are a'],
  ['a\n1\n', { missing: { b: 1 } }, 'there is no column "b"'],
  ['a\n1\n', { types: { a: 'float' as 'number' } }, 'the type of column "a" is "float"'],
  ['a\n1\n', { delimiter: ',,' }, 'delimiter is ",,"; expected one character'],
  ['a\n1\n', { header: 'a' as unknown as string[] }, 'header is "a"; expected true, false or a list'],
])('%j with %o', (text, options, message) => {
  expect(() => fromCsv(text, options)).toThrow(message);
});

test('JSON lines', async () => {
  expect([...fromJsonLines('\ufeff{"a":[1]}\r\n\n "b"\n3')]).toEqual([{ a: [1] }, 'b', 3]);
  expect([...(await fromJsonLines(new Blob(['1\n2\n']).stream()))]).toEqual([1, 2]);
  expect(() => fromJsonLines('1\n\n{"a"}\n')).toThrow('fromJsonLines: line 3 is not JSON');
  expect(() => fromJsonLines('1\n{')).toThrow(DataError);
  expect(() => fromJsonLines(3 as unknown as string)).toThrow('fromJsonLines: got 3; expected a text, or a stream');
});
