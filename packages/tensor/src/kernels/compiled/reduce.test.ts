import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WasmMemory } from '../../array/linear-memory.ts';
import { compileReduce, ROOM_OF_SUMS } from './reduce.ts';
import { propertyRuns } from '../../../fixtures/property-runs.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

const memory = new WebAssembly.Memory({ initial: 8 });
const compiled = compileReduce(memory);
if (compiled === null) throw new Error('the kernels do not compile here');
const kernels = compiled;
const float32 = new Float32Array(memory.buffer);
const int32 = new Int32Array(memory.buffer);
/** Where operands are, from the middle of their part, a result, and the room for sums, in bytes. */
const [X, OUT, ROOM] = [2 ** 17, 3 * 2 ** 17, 7 * 2 ** 16] as const;

let state = 1;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** Fills the memory: with plain numbers of either sign, or with few different ones, among them zeros of both signs, infinities and NaN. */
function fill(content: 'plain' | 'equals' | 'edges'): void {
  const few =
    content === 'equals' ? [0, -0, -0, -1] : [0, -0, 1, -1, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -140)];
  for (let i = 0; i < float32.length; i++) {
    float32[i] = content === 'plain' ? (random(2 ** 24) - 2 ** 23) / 2 ** random(24) : (few[random(few.length)] ?? 0);
  }
}

type Values = readonly number[];

/** A row, as the kernel adds: by fours that are four apart, four sums of every fourth element, and what is left. */
function sumOfRow(x: Values): number {
  const sums = [0, 0, 0, 0];
  let at = 0;
  const lane = (i: number): number => x[at + i] ?? NaN;
  if (x.length >= 64) {
    for (; at + 16 <= x.length; at += 16) {
      for (let i = 0; i < 4; i++) {
        const [first, last] = [Math.fround(lane(i) + lane(i + 4)), Math.fround(lane(i + 8) + lane(i + 12))];
        sums[i] = (sums[i] ?? NaN) + Math.fround(first + last);
      }
    }
  }
  for (; at + 4 <= x.length; at += 4) for (let i = 0; i < 4; i++) sums[i] = (sums[i] ?? NaN) + lane(i);
  const [a = NaN, b = NaN, c = NaN, d = NaN] = sums;
  return x.slice(at).reduce((total, each) => total + each, a + c + (b + d));
}

/** A column, by fours of neighbours, and what is left. */
function sumOfColumn(x: Values): number {
  let total = 0;
  let at = 0;
  const next = (i: number): number => x[at + i] ?? NaN;
  if (x.length >= 64) {
    for (; at + 4 <= x.length; at += 4) {
      total += Math.fround(Math.fround(next(0) + next(1)) + Math.fround(next(2) + next(3)));
    }
  }
  return x.slice(at).reduce((total, each) => total + each, total);
}

/** Where the first of the best stands, or the first NaN. */
function place(x: Values, isBetter: (a: number, b: number) => boolean): number {
  const firstNaN = x.findIndex(Number.isNaN);
  if (firstNaN >= 0) return firstNaN;
  return x.reduce((best, each, i) => (isBetter(each, x[best] ?? NaN) ? i : best), 0);
}
const isLarger = (a: number, b: number): boolean => a > b;
const isSmaller = (a: number, b: number): boolean => a < b;
const largest = (x: Values): number => x[place(x, isLarger)] ?? NaN;
const smallest = (x: Values): number => x[place(x, isSmaller)] ?? NaN;

interface Rows {
  readonly outer: number;
  readonly outerStep: number;
  readonly repeats: number;
  readonly repeatStep: number;
  readonly length: number;
}

interface Columns {
  readonly outer: number;
  readonly outerStep: number;
  readonly length: number;
  readonly step: number;
  readonly inner: number;
}

/** Asserts that `run` writes what is expected at `out`, and nothing else but the room for sums; any NaN is one. */
function compare(run: () => void, out: number, wanted: Values | Int32Array): void {
  const before = int32.slice();
  run();
  const written = wanted instanceof Int32Array ? int32 : float32;
  for (const [i, each] of wanted.entries()) {
    if (!Object.is(written[out / 4 + i], each)) {
      expect.fail(`element ${i}: got ${written[out / 4 + i] ?? ''}, expected ${each}`);
    }
  }
  int32.set(before.subarray(out / 4, out / 4 + wanted.length), out / 4);
  int32.set(before.subarray(ROOM / 4, ROOM / 4 + ROOM_OF_SUMS), ROOM / 4);
  expect(Buffer.from(before.buffer).equals(Buffer.from(memory.buffer))).toBe(true);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function checkRows(x: number, out: number, { outer, outerStep, repeats, repeatStep, length }: Rows): void {
  const at = (index: number): number => float32[x / 4 + index] ?? NaN;
  const rows = range(outer).map((o) =>
    range(repeats).map((r) => range(length).map((j) => at(o * outerStep + r * repeatStep + j))),
  );
  const reduced = {
    sumRows: rows.map((rows) => Math.fround(rows.reduce((total, row) => total + sumOfRow(row), 0))),
    maxRows: rows.map((rows) => largest(rows.flat())),
    minRows: rows.map((rows) => smallest(rows.flat())),
  };
  for (const name of ['sumRows', 'maxRows', 'minRows'] as const) {
    const run = (): void => {
      kernels[name](x, out, outer, outerStep, repeats, repeatStep, length);
    };
    compare(run, out, reduced[name]);
  }
  const places = {
    argmaxRows: rows.map(([row = []]) => place(row, isLarger)),
    argminRows: rows.map(([row = []]) => place(row, isSmaller)),
  };
  for (const name of ['argmaxRows', 'argminRows'] as const) {
    const run = (): void => {
      kernels[name](x, out, outer, outerStep, length);
    };
    compare(run, out, Int32Array.from(places[name]));
  }
}

function checkColumns(x: number, out: number, columns: Columns, band: number): void {
  const { outer, outerStep, length, step, inner } = columns;
  const at = (index: number): number => float32[x / 4 + index] ?? NaN;
  const all = range(outer).flatMap((o) =>
    range(inner).map((i) => range(length).map((j) => at(o * outerStep + j * step + i))),
  );
  const sums = all.map((column) => Math.fround(sumOfColumn(column)));
  const sum = (): void => {
    kernels.sumColumns(x, out, outer, outerStep, length, step, inner, band, ROOM);
  };
  compare(sum, out, sums);
  const reduced = { maxColumns: all.map(largest), minColumns: all.map(smallest) };
  for (const name of ['maxColumns', 'minColumns'] as const) {
    const run = (): void => {
      kernels[name](x, out, outer, outerStep, length, step, inner, band);
    };
    compare(run, out, reduced[name]);
  }
}

test('the tests have every kernel', () => {
  const rows = ['sumRows', 'maxRows', 'minRows', 'argmaxRows', 'argminRows'];
  expect(Object.keys(kernels).sort()).toEqual([...rows, 'sumColumns', 'maxColumns', 'minColumns'].sort());
});

describe.each(['plain', 'equals', 'edges'] as const)('of %s numbers', (content) => {
  test('rows of every length', () => {
    fill(content);
    for (let length = 1; length <= 100; length++) {
      const [x, out] = [X + 4 * (length % 5), OUT + 4 * (length % 3)];
      checkRows(x, out, { outer: 3, outerStep: length + 2, repeats: 1, repeatStep: 0, length });
      checkRows(x, out, { outer: 2, outerStep: -length, repeats: 3, repeatStep: 7, length });
    }
    checkRows(X, OUT, { outer: 2, outerStep: 1, repeats: 1, repeatStep: 0, length: 20_011 });
  });

  test('columns of every number, in bands of any size', () => {
    fill(content);
    for (let inner = 1; inner <= 40; inner++) {
      const [x, out] = [X + 4 * (inner % 5), OUT + 4 * (inner % 3)];
      const size = { outer: 2, outerStep: 5, length: 1 + (inner % 11), step: inner + 1, inner };
      for (const band of [size.length, 4, 8]) checkColumns(x, out, size, band);
      for (const band of [4, 16, 100]) checkColumns(x, out, { ...size, length: 60 + inner, step: -inner }, band);
    }
  });

  test('more columns than are done at once', () => {
    fill(content);
    for (const inner of [1023, 1024, 1025, 2087]) {
      for (const band of [4, 16]) checkColumns(X, OUT, { outer: 1, outerStep: 0, length: 17, step: 11, inner }, band);
    }
  });
});

test('of any sizes and steps', () => {
  fill('edges');
  const size = fc.integer({ min: 1, max: 70 });
  const step = fc.integer({ min: -100, max: 100 });
  const shift = fc.constantFrom(0, 4, 8, 12, 20);
  const few = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(few, few, size, step, step, fc.constantFrom(4, 16, 72), shift, shift, (outer, repeats, length, a, b, band, x, out) => {
      checkRows(X + x, OUT + out, { outer, outerStep: a, repeats, repeatStep: b, length });
      checkColumns(X + x, OUT + out, { outer: repeats, outerStep: a, length, step: b, inner: outer * 5 }, band);
    }),
    propertyRuns(1),
  ); // prettier-ignore
});

test('nothing is read past an operand at the end of the memory', () => {
  const end = memory.buffer.byteLength;
  for (let n = 1; n <= 80; n++) {
    const x = end - 4 * n;
    for (const name of ['sumRows', 'maxRows', 'minRows'] as const) kernels[name](x, OUT, 1, 0, 1, 0, n);
    for (const name of ['argmaxRows', 'argminRows'] as const) kernels[name](x, OUT, 1, 0, n);
    for (const length of [1, 5]) {
      const columns = [x - 4 * n * (length - 1), OUT, 1, 0, length, n, n, length] as const;
      kernels.sumColumns(...columns, 0);
      kernels.maxColumns(...columns);
    }
  }
  expect(end).toBe(memory.buffer.byteLength);
});
