import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { type Kernels, type Loop } from './kernels.ts';
import { kernels as digits } from './kernels.wasm.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

// Each kernel against the loop that defines its rule, over all of a memory: what lies around the operands must stay as it is.

interface Memory {
  readonly buffer: ArrayBuffer;
}

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (descriptor: { initial: number }) => Memory;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

const memory = new WebAssembly.Memory({ initial: 1 });
const module = new WebAssembly.Module(Uint8Array.from(Buffer.from(digits, 'hex')));
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
const [actual, actualBits] = [new Float32Array(memory.buffer), new Uint32Array(memory.buffer)];

/** Which rule, by which numbers, with what remembered: 'positive' is a mean of squares, and null is not there. */
interface Case {
  readonly name: string;
  readonly rule: keyof Kernels;
  readonly remembered: readonly ('positive' | 'any' | null)[];
  readonly numbers: readonly number[];
}

const loops = { adagrad, adam, rmsprop, sgd } as unknown as Readonly<
  Record<keyof Kernels, Loop<readonly (Float32Array | null)[], readonly number[]>>
>;

const TINY = 1.1754943508222875e-38;
const square = 'positive' as const;
const any = 'any' as const;
const cases: readonly Case[] = [
  ...[
    [1, 0],
    [-1, 0],
    [1, 0.25],
    [-1, 0.1],
  ].flatMap(([sign = NaN, decay = NaN]): Omit<Case, 'name'>[] => [
    { rule: 'adagrad', remembered: [square], numbers: [sign, decay, 0.3, 1e-3] },
    ...[1, 0.9].flatMap((keep): Omit<Case, 'name'>[] =>
      [null, square].map((most) => ({
        rule: 'adam',
        remembered: [any, square, most],
        numbers: [sign, decay, keep, 0.9, 0.1, 0.75, 0.25, 0.3, 0.01, most === null ? TINY : 0],
      })),
    ),
    ...[null, any].flatMap((mean) =>
      [null, any].map((velocity): Omit<Case, 'name'> => ({
        rule: 'rmsprop',
        remembered: [square, mean, velocity],
        numbers: [sign, decay, 0.7, 0.3, 0.6, 0.2, 0.01, velocity === null ? 0 : TINY],
      })),
    ),
    { rule: 'sgd', remembered: [null], numbers: [sign, decay, 0, 1, 0, 0.3, TINY] },
    { rule: 'sgd', remembered: [any], numbers: [sign, decay, 0.9, 0.7, 0, 0.3, TINY] },
    { rule: 'sgd', remembered: [any], numbers: [sign, decay, 0.9, 1, 0.9, 0.3, TINY] },
  ]),
].map((each) => ({ ...each, name: `${each.rule} of ${JSON.stringify(each.remembered)} by ${each.numbers.join(' ')}` }));

/** Where the operands of a case begin, in elements; null for what is not remembered. */
type Places = readonly (number | null)[];

/** Operands one after the other, `gap` elements apart: unaligned ones unless that makes 16 bytes. */
function placed({ remembered }: Case, n: number, gap: number): Places {
  let next = 16 + gap;
  return [any, any, ...remembered].map((what) => {
    if (what === null) return null;
    const place = next;
    next += n + gap;
    return place;
  });
}

let seed = 1;
/** A number between 0 and 1; always the same ones. */
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
}

/** What lies around the operands. */
const around = Float32Array.from(actual, random);

/** Fills the memory, and the operands with what they may hold. */
function fill({ remembered }: Case, places: Places, n: number, numbers: () => number = () => 2 * random() - 1): void {
  actual.set(around);
  for (const [i, what] of [any, any, ...remembered].entries()) {
    const place = places[i] ?? null;
    if (place === null) continue;
    // Squares are such that no mean's square comes near them.
    for (let k = 0; k < n; k++) actual[place + k] = what === square ? 2 + random() : numbers();
  }
}

function runKernel({ rule, numbers }: Case, places: Places, n: number): void {
  kernels[rule](...places.map((place) => 4 * (place ?? 0)), n, ...numbers);
}

/** What the memory should be, by the loop: it gives single precision, computed in double precision. */
function byLoop({ rule, numbers }: Case, places: Places, n: number): Float32Array {
  const expected = actual.slice();
  const [p, g, ...others] = places.map((place) => (place === null ? null : expected.subarray(place, place + n)));
  if (!p || !g) throw new Error('a parameter and its gradient are always there');
  loops[rule](p, g, others, numbers);
  return expected;
}

/** Asserts that the memory is what it should be: to the bit around the operands and in the gradient, else to single precision. */
function expectMemory(expected: Float32Array, places: Places, n: number, name: string): void {
  if (Buffer.from(expected.buffer).equals(Buffer.from(memory.buffer))) return;
  const bits = new Uint32Array(expected.buffer);
  const written = places.filter((place, i) => place !== null && i !== 1);
  const wrong = bits.findIndex((each, i) => {
    if (each === actualBits[i]) return false;
    const [found = NaN, wanted = NaN] = [actual[i], expected[i]];
    if (!written.some((place) => place !== null && i >= place && i < place + n)) return true;
    if (Number.isNaN(wanted)) return !Number.isNaN(found);
    return found !== wanted && !(Math.abs(found - wanted) <= 2e-6 * Math.max(1, Math.abs(wanted)));
  });
  if (wrong >= 0) expect(actual[wrong], `${name}: element ${wrong} of ${String(places)}`).toBe(expected[wrong]);
}

test('every kernel is in a case', () => {
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(Object.keys(kernels)));
  expect(cases).toHaveLength(48);
});

describe.each(cases)('$name', (each) => {
  test('does what the loop does, at every length and place', () => {
    for (let n = 0; n <= 17; n++) {
      for (let gap = 0; gap < 4; gap++) {
        const places = placed(each, n, gap);
        fill(each, places, n);
        const before = actual.slice();
        const expected = byLoop(each, places, n);
        runKernel(each, places, n);
        expectMemory(expected, places, n, `${n} elements`);
        // And each element has changed.
        for (let k = 0; k < n; k++) expect(actual[(places[0] ?? 0) + k]).not.toBe(before[(places[0] ?? 0) + k]);
      }
    }
    const places = placed(each, 1003, 5);
    fill(each, places, 1003);
    const expected = byLoop(each, places, 1003);
    runKernel(each, places, 1003);
    expectMemory(expected, places, 1003, '1003 elements');
  });

  const edges = [NaN, Infinity, -Infinity, 0, -0, 1e-38, -1e-38, 1e-42, 1e-45, -1e-45, 1e-30, -1e-20, 1, -1e6];
  const edge = fc.constantFrom(...edges, 0.5, -0.25);

  test('gives an element the same bits wherever it stands, and at edges what the loop gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(edge, { minLength: 60, maxLength: 60 }), (n, values) => {
        const places = placed(each, n, 3);
        let next = 0;
        fill(each, places, n, () => values[next++] ?? NaN);
        const start = actual.slice();
        const expected = byLoop(each, places, n);
        runKernel(each, places, n);
        expectMemory(expected, places, n, 'edges');
        const together = actual.slice();
        actual.set(start);
        const oneByOne = Array.from({ length: n }, (_, k) => places.map((place) => place && place + k));
        for (const single of oneByOne) runKernel(each, single, 1);
        const isSame = Buffer.from(together.buffer).equals(Buffer.from(memory.buffer));
        if (!isSame) for (const [i, x] of together.entries()) if (!Object.is(x, actual[i])) expect(actual[i]).toBe(x);
      }),
      { numRuns: 100 },
    );
  });

  test('reads and writes nothing past an operand at the end of the memory', () => {
    for (let n = 1; n <= 9; n++) {
      const places = placed(each, n, 0);
      for (const [i, place] of places.entries()) {
        if (place === null) continue;
        const atEnd = places.map((other, k) => (k === i ? actual.length - n : other));
        fill(each, atEnd, n);
        const expected = byLoop(each, atEnd, n);
        runKernel(each, atEnd, n);
        expectMemory(expected, atEnd, n, `operand ${i} at the end`);
      }
    }
  });
});

test('-0 stays -0 where nothing is added to it', () => {
  for (const [rule, remembered, numbers] of [
    ['adagrad', [3], [1, 0, 0.1, 1e-8]],
    ['adam', [3, 4, null], [1, 0, 1, 0.9, 0.1, 0.9, 0.1, 0.1, 1e-8, TINY]],
    ['rmsprop', [3, null, null], [1, 0, 0.9, 0.1, 0, 0.1, 1e-8, TINY]],
    ['sgd', [null], [1, 0, 0, 1, 0, 0.1, TINY]],
  ] as const) {
    actual.fill(0);
    actual[1] = -0;
    kernels[rule](4, 8, ...remembered.map((place) => 4 * (place ?? 0)), 1, ...numbers);
    expect(actual[1], rule).toBe(-0);
  }
});

test('tiny means and velocities become 0, in kernels and in loops, unless the limit is 0', () => {
  const [p, g, n] = [1, 10, 7];
  for (const tiny of [TINY, 0]) {
    for (const [rule, remembered, numbers] of [
      ['adam', [20, 30, null], [1, 0, 1, 0.5, 0.5, 0.5, 0.5, 0.1, 1, tiny]],
      ['rmsprop', [20, null, 30], [1, 0, 0.5, 0.5, 0.5, 0.1, 1, tiny]],
      ['rmsprop', [20, 30, 40], [1, 0, 0.5, 0.5, 0.5, 0.1, 1, tiny]],
      ['sgd', [20], [1, 0, 0.5, 1, 0, 0.1, tiny]],
      ['sgd', [20], [1, 0, 0.5, 1, 0.5, 0.1, tiny]],
    ] as const) {
      actual.fill(0);
      actual.fill(1.5e-38, 20, 50); // of which a half is denormal
      const places = [p, g, ...remembered];
      const expected = byLoop({ name: '', rule, remembered: [], numbers }, places, n);
      runKernel({ name: '', rule, remembered: [], numbers }, places, n);
      for (const place of remembered) {
        if (place === null) continue;
        const [half, whole] = [tiny === 0 ? Math.fround(0.75e-38) : 0, Math.fround(1.5e-38)];
        for (const found of [expected, actual]) {
          expect([...found.subarray(place, place + n + 1)], `${rule}, ${place}`).toEqual([
            ...new Array<number>(n).fill(half),
            whole,
          ]);
        }
      }
    }
  }
});

test('centered takes the difference of what is nearly the same in double precision', () => {
  const n = 7;
  const places = [1, 10, 20, 30, null];
  const numbers = [1, 0, 0.9, 0.1, 0, 1, 0, 0];
  const operands = { name: '', rule: 'rmsprop', remembered: [], numbers } as const;
  for (let i = 0; i < actual.length; i++) actual[i] = 1000 + random();
  // In single precision numbers of this size are a sixteenth apart, and the differences are about 1.
  for (let i = 20; i < 20 + n; i++) actual[i] = (actual[10 + i] ?? NaN) ** 2 + 1;
  const expected = byLoop(operands, places, n);
  runKernel(operands, places, n);
  for (let i = 1; i < 1 + n; i++) expect((actual[i] ?? NaN) / (expected[i] ?? NaN)).toBeCloseTo(1, 5);
});
