import { describe, expect, test } from 'vitest';
import { type WasmMemory } from '../../array/linear-memory.ts';
import * as transcendental from '../reference/transcendental.ts';
import { compileFunctions } from './functions.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

const memory = new WebAssembly.Memory({ initial: 8 });
const compiled = compileFunctions(memory);
if (compiled === null) throw new Error('the kernels do not compile here');
const kernels = compiled;
const float32 = new Float32Array(memory.buffer);
const int32 = new Int32Array(memory.buffer);
/** Where an operand, a second one, labels and a result are, in bytes. */
const [X, Y, LABELS, OUT] = [64, 2 ** 17, 2 ** 18, 3 * 2 ** 17] as const;

const names = ['exp', 'log', 'tanh', 'sigmoid', 'erf', 'gelu'] as const;
const others = [
  'geluGradient',
  'softmax',
  'logSoftmax',
  'softmaxGradient',
  'logSoftmaxGradient',
  'crossEntropy',
  'crossEntropyGradient',
];

/** Fills the memory with numbers that no kernel writes by chance. */
function clear(): void {
  for (let i = 0; i < int32.length; i++) int32[i] = 0x40000000 + (Math.imul(i, 0x9e37) % 0xffffff);
}

/** Runs a kernel; it must have written `length` elements at `out`, and nothing else. */
function run(out: number, length: number, kernel: () => void): Float32Array {
  const before = int32.slice();
  kernel();
  const result = float32.slice(out / 4, out / 4 + length);
  int32.set(before.subarray(out / 4, out / 4 + length), out / 4);
  expect(Buffer.from(before.buffer).equals(Buffer.from(memory.buffer))).toBe(true);
  return result;
}

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** The float32 that has these bits. */
function fromBits(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? NaN;
}

/** How many float32 lie between two; 0 and -0 are apart, NaN is next to NaN only. */
function steps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const place = (x: number): number => {
    asFloat[0] = x;
    const [bits = 0] = asBits;
    return bits < 0 ? -(bits & 0x7fffffff) - 1 : bits;
  };
  return Math.abs(place(a) - place(b));
}

/** Unit in the last place of float32, of a number of this size. */
const ulp = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);

const edges = [
  ...[0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fc00123, 0x7fffffff],
].flatMap((bits) => [fromBits(bits), fromBits(bits + 0x80000000)]);

/** Where a function changes its way: turns in its formula, and where its result overflows, or rounds to a limit. */
const turns = [0.625, 0.925, 3.95, 9.01, 17.4, 87.33, 88.72283, 89, 103.97, 104, 2 / 3, 4 / 3, 1].flatMap((x) =>
  [x, -x].flatMap((x) => {
    asFloat[0] = x;
    const [bits = 0] = asBits;
    return Array.from({ length: 200 }, (_, i) => fromBits(bits + i - 100));
  }),
);

test('the tables of this test have every kernel', () => {
  expect(Object.keys(kernels).sort()).toEqual([...names, ...others].sort());
});

describe.each(names)('%s', (name) => {
  const exact =
    name === 'gelu' ? (x: number) => Math.max(x, -1000) * transcendental.normalCdf(x) : transcendental[name];

  test('lies within 2 float32 of the true value over all of them', () => {
    // Every 2^32 / 200,000-th of all bit patterns, and where the function is neither a limit nor its argument as many again.
    const all = Array.from({ length: 200_000 }, (_, i) => fromBits(Math.floor((i * 2 ** 32) / 200_000) + (i % 977)));
    const near = Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** ((i / 200_000) * 27 - 20));
    const inputs = Float32Array.from([...edges, ...turns, ...all, ...near]);
    const results = new Map<number, number>();
    for (let start = 0; start < inputs.length; start += 20_011) {
      const part = inputs.subarray(start, start + 20_011);
      float32.set(part, X / 4);
      kernels[name](X, OUT, part.length);
      for (let i = 0; i < part.length; i++) {
        const distance = steps(float32[OUT / 4 + i] ?? NaN, Math.fround(exact(part[i] ?? NaN)));
        results.set(distance, (results.get(distance) ?? 0) + 1);
        if (distance > 2)
          expect.fail(`of ${part[i] ?? ''}: ${float32[OUT / 4 + i] ?? ''}, not ${exact(part[i] ?? NaN)}`);
      }
    }
    // Most are exact, and so a mistake of one unit everywhere would show.
    expect(results.get(0)).toBeGreaterThan(0.8 * inputs.length);
  });

  test('is exact where the result is', () => {
    const table = {
      exp: [[0, 1], [-0, 1], [-Infinity, 0], [Infinity, Infinity], [NaN, NaN], [89, Infinity], [-104, 0]],
      log: [[1, 0], [0, -Infinity], [-0, -Infinity], [Infinity, Infinity], [-1, NaN], [-Infinity, NaN], [NaN, NaN], [-(2 ** -149), NaN]],
      tanh: [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [2 ** -149, 2 ** -149], [-10, -1]],
      sigmoid: [[0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, 0], [NaN, NaN], [-104, 0], [30, 1]],
      erf: [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [-4, -1], [1e30, 1]],
      gelu: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -0], [NaN, NaN], [-15, -0], [20, 20]],
    }[name]; // prettier-ignore
    const inputs = table.map(([x = NaN]) => x);
    float32.set(inputs, X / 4);
    kernels[name](X, OUT, inputs.length);
    expect([...float32.subarray(OUT / 4, OUT / 4 + inputs.length)]).toEqual(table.map(([, y]) => y));
  });

  test('gives the same bits wherever an element stands, also in place, and writes nothing else', () => {
    clear();
    const inputs = Float32Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 0.37 : -1.1) * 1.4 ** ((i % 20) - 8));
    const alone = [...inputs].map((x) => {
      float32[X / 4] = x;
      kernels[name](X, OUT, 1);
      return float32[OUT / 4] ?? NaN;
    });
    clear();
    for (let length = 0; length <= inputs.length; length++) {
      for (const shift of [0, 4, 8, 12]) {
        const [x, out] = [X + shift, OUT + ((shift + 4) % 16)];
        float32.set(inputs.subarray(0, length), x / 4);
        const result = run(out, length, () => {
          kernels[name](x, out, length);
        });
        expect([...result]).toEqual(alone.slice(0, length));
        const inPlace = run(x, length, () => {
          kernels[name](x, x, length);
        });
        expect([...inPlace]).toEqual(alone.slice(0, length));
      }
    }
    const end = memory.buffer.byteLength;
    for (let length = 1; length <= 20; length++) kernels[name](end - 4 * length, end - 4 * length, length);
  });
});

let state = 1;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** Random numbers of this size. */
const numbers = (count: number, size: number) => Float32Array.from({ length: count }, () => (random() * 2 - 1) * size);

/** The definitions, of one row, in double precision. */
function expected(row: readonly number[]): { m: number; sum: number; softmax: number[]; logSoftmax: number[] } {
  const m = row.reduce((a, b) => (Number.isNaN(a) || a > b ? a : b), -Infinity);
  // In float32, as the kernels have it: e^z has the rounding of z, which is many of its units where z is large.
  const z = row.map((x) => Math.fround(x - m));
  const sum = z.reduce((total, z) => total + transcendental.exp(z), 0);
  return {
    m,
    sum,
    softmax: z.map((z) => transcendental.exp(z) / sum),
    logSoftmax: z.map((z) => z - transcendental.log(sum)),
  };
}

/** Asserts that all are as expected, up to so many units of what is the larger of the number and `scale`. */
function expectClose(
  actual: ArrayLike<number>,
  wanted: readonly number[],
  units: number,
  scale: number,
  of: string,
): void {
  expect(actual.length).toBe(wanted.length);
  for (const [i, each] of wanted.entries()) {
    const found = actual[i] ?? 0;
    const isRight = Object.is(found, each) || Math.abs(found - each) <= units * ulp(Math.max(Math.abs(each), scale));
    if (!isRight) expect.fail(`${of}, element ${i}: ${found}, not ${each}`);
  }
}

const shapes = [
  ...Array.from({ length: 37 }, (_, i) => [3, i + 1] as const),
  ...[[1, 1000] as const, [2, 4099] as const, [200, 10] as const],
];

describe('softmax, cross-entropy and their gradients are as defined, in rows of every length, and write nothing else', () => {
  const rowsOf = (all: Float32Array, n: number): number[][] =>
    Array.from({ length: all.length / n }, (_, row) => [...all.subarray(row * n, (row + 1) * n)]);

  test.each(shapes)('%i of %i', (rows, n) => {
    for (const [shift, size] of [[0, 5] as const, [4, 200] as const, [12, 0.01] as const]) {
      clear();
      const count = rows * n;
      const [x, y, out] = [X + shift, Y + 8, OUT + ((shift + 4) % 16)];
      const [logits, g] = [numbers(count, size), numbers(count, 3)];
      const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * n));
      float32.set(logits, x / 4);
      int32.set(labels, LABELS / 4);
      const definitions = rowsOf(logits, n).map(expected);
      const logProbabilities = definitions.flatMap(({ logSoftmax }) => logSoftmax);

      const probabilities = run(out, count, () => {
        kernels.softmax(x, out, rows, n);
      });
      expectClose(probabilities, definitions.flatMap(({ softmax }) => softmax), 3, 2 ** -126, 'softmax'); // prettier-ignore
      const logs = run(out, count, () => {
        kernels.logSoftmax(x, out, rows, n);
      });
      expectClose(logs, logProbabilities, 2, 2 * size, 'logSoftmax');
      const losses = run(out, rows, () => {
        kernels.crossEntropy(x, LABELS, out, rows, n);
      });
      const ofLabels = [...labels].map((label, row) => -(logProbabilities[row * n + label] ?? NaN));
      expectClose(losses, ofLabels, 1, 2 * size, 'crossEntropy');

      float32.set(g, Y / 4 + 2);
      const upstream = [...g.subarray(0, rows)];
      const slopes = run(out, count, () => {
        kernels.crossEntropyGradient(x, LABELS, y, out, rows, n);
      });
      const wanted = definitions.flatMap(({ softmax }, row) =>
        softmax.map((p, i) => (p - (i === labels[row] ? 1 : 0)) * (upstream[row] ?? NaN)),
      );
      expectClose(slopes, wanted, 5, n === 1 ? 1e-6 : 2 ** -126, 'crossEntropyGradient');

      // From here on x has results of softmax.
      float32.set(probabilities, x / 4);
      const gradients = run(out, count, () => {
        kernels.softmaxGradient(x, y, out, rows, n);
      });
      const dots = rowsOf(probabilities, n).map((p, row) =>
        p.reduce((sum, p, i) => sum + p * (g[row * n + i] ?? 0), 0),
      );
      expectClose(
        gradients,
        [...probabilities].map((p, i) => p * ((g[i] ?? NaN) - (dots[Math.floor(i / n)] ?? NaN))),
        3,
        3 * Math.max(...probabilities),
        'softmaxGradient',
      );
      float32.set(logs, x / 4);
      const ofLogs = run(out, count, () => {
        kernels.logSoftmaxGradient(x, y, out, rows, n);
      });
      const sums = rowsOf(g, n).map((g) => g.reduce((sum, g) => sum + g, 0));
      expectClose(
        ofLogs,
        [...logs].map((log, i) => (g[i] ?? NaN) - transcendental.exp(log) * (sums[Math.floor(i / n)] ?? NaN)),
        2,
        Math.max(3, ...sums.map(Math.abs)),
        'logSoftmaxGradient',
      );
    }
  });
});

test('a row gives the same bits wherever it stands', () => {
  for (const n of [1, 3, 4, 7, 8, 9, 13, 16, 31, 100]) {
    const row = numbers(n, 4);
    const results = [0, 1, 2, 3].map((shift) => {
      const x = X + 4 * shift;
      float32.set(row, x / 4 + 2 * n);
      kernels.softmax(x, OUT, 3, n);
      const softmax = [...float32.subarray(OUT / 4 + 2 * n, OUT / 4 + 3 * n)];
      kernels.logSoftmax(x, OUT + 4, 3, n);
      return [...softmax, ...float32.subarray(OUT / 4 + 1 + 2 * n, OUT / 4 + 1 + 3 * n)];
    });
    for (const result of results) expect(result).toEqual(results[0]);
  }
});

test('softmax at the edges of float32, as the definition has it', () => {
  const largest = 3.4028234663852886e38;
  const rows = [
    ...[[0, -Infinity, 0, 1, 2], [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity], [1, NaN, 2, 3, 4]],
    ...[[Infinity, 1, 2, 3, 4], [largest, largest, -largest, 0, 1], [-0, 0, -0, 0, -0], [-200, -100, 0, -90, -104.5]],
    [largest, -largest, -largest, -largest, NaN],
  ]; // prettier-ignore
  for (const row of rows) {
    float32.set(row, X / 4);
    kernels.softmax(X, OUT, 1, 5);
    const { softmax, logSoftmax } = expected(row);
    expectClose(
      float32.subarray(OUT / 4, OUT / 4 + 5),
      softmax.map(Math.fround),
      4,
      2 ** -126,
      `softmax of ${String(row)}`,
    );
    kernels.logSoftmax(X, OUT, 1, 5);
    expectClose(
      float32.subarray(OUT / 4, OUT / 4 + 5),
      logSoftmax.map(Math.fround),
      2,
      0,
      `logSoftmax of ${String(row)}`,
    );
  }
});

test('a loss is exact where the label is almost certain', () => {
  // log(1 + e^-17), which a sum in float32 would round to 0.
  float32.set([17, 0], X / 4);
  int32[LABELS / 4] = 0;
  kernels.crossEntropy(X, LABELS, OUT, 1, 2);
  expect(Math.abs((float32[OUT / 4] ?? 0) / transcendental.log1p(transcendental.exp(-17)) - 1)).toBeLessThan(2 ** -23);
  float32[Y / 4] = 1;
  kernels.crossEntropyGradient(X, LABELS, Y, OUT, 1, 2);
  const p = transcendental.sigmoid(-17);
  for (const [i, slope] of [-p, p].entries()) {
    expect(Math.abs((float32[OUT / 4 + i] ?? 0) / slope - 1)).toBeLessThan(2 ** -22);
  }
});
