import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enableRelaxedSimd } from '../../../fixtures/relaxed-simd.ts';
import { type WasmMemory } from '../../array/linear-memory.ts';
import { compileProducts, compileRelaxedProducts, type ProductKernels } from './products.ts';
import { propertyRuns } from '../../../fixtures/property-runs.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

const memory = new WebAssembly.Memory({ initial: 128 });
const numbers = new Float32Array(memory.buffer);

/** Where operands begin, in elements. The last part is the room to work in. */
const [A, B, OUT, BIAS, ROOM] = [16, 2 ** 18, 2 ** 19, 2 ** 20, 2 ** 20 + 4096] as const;

enableRelaxedSimd();
const builds = { plain: compileProducts(memory), relaxed: compileRelaxedProducts(memory) };

/** Matrices, by where they begin in `numbers` and by their strides. */
interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: { readonly at: number; readonly row: number; readonly inner: number };
  readonly b: { readonly at: number; readonly inner: number; readonly column: number };
}

/** The ways for a matrix to lie: the strides of its rows and columns. */
const layouts: Record<string, (rows: number, columns: number) => readonly [row: number, column: number]> = {
  'by rows': (_, columns) => [columns, 1],
  'by columns': (rows) => [1, rows],
  'part of longer rows': (_, columns) => [columns + 3, 1],
  'part of longer columns': (rows) => [1, rows + 5],
  'every other one': (_, columns) => [2 * columns, 2],
  'one row for all': () => [0, 1],
  'one column for all': () => [1, 0],
  'one number': () => [0, 0],
};
const names = Object.keys(layouts);

function productOf(m: number, n: number, k: number, aLayout: string, bLayout: string, shift = 0): Product {
  const [row, inner] = layouts[aLayout]?.(m, k) ?? [0, 0];
  const [bInner, column] = layouts[bLayout]?.(k, n) ?? [0, 0];
  return { m, n, k, a: { at: A + shift, row, inner }, b: { at: B + 2 * shift, inner: bInner, column } };
}

/** Fills the operands with whole numbers, of which sums are exact in any order, or with what `make` gives. */
function fill(make: (i: number) => number): void {
  for (let i = 0; i < OUT; i++) numbers[i] = make(i);
  for (let i = OUT; i < ROOM; i++) numbers[i] = 7777;
}
const whole = (i: number): number => ((Math.imul(i, 7919) >>> 3) % 9) - 4;
const fraction = (i: number): number => ((Math.imul(i, 1664525) + 1013904223) | 0) / 2 ** 31;

/** The product, each sum made by `add` in the order of k. */
function define({ m, n, k, a, b }: Product, add: (sum: number, x: number, y: number) => number): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum = add(
          sum,
          numbers[a.at + i * a.row + p * a.inner] ?? NaN,
          numbers[b.at + p * b.inner + j * b.column] ?? NaN,
        );
      }
      out[i * n + j] = sum;
    }
  }
  return out;
}

/** Runs the kernel; what it wrote. Nothing around it may have changed. */
function run(kernels: ProductKernels, { m, n, k, a, b }: Product, bias = 0, relu = false): Float32Array {
  numbers.fill(7777, OUT - 64, OUT + m * n + 64);
  const room = kernels.roomForMatmul(m, n, k, a.row, b.column);
  numbers.fill(7777, ROOM + room, ROOM + room + 64);
  const operands = Buffer.from(memory.buffer, 0, 4 * OUT);
  const before = Buffer.from(operands);
  kernels.matmul(4 * a.at, a.row, a.inner, 4 * b.at, b.inner, b.column, 4 * OUT, m, n, k, 4 * bias, relu, 4 * ROOM);
  expect(before.equals(operands)).toBe(true);
  for (const end of [OUT + m * n, ROOM + room]) {
    expect(numbers.subarray(end, end + 64).every((each) => each === 7777)).toBe(true);
  }
  return numbers.slice(OUT, OUT + m * n);
}

function expectSame(actual: Float32Array, expected: Float32Array, message = ''): void {
  expect(actual.length, message).toBe(expected.length);
  const wrong = expected.findIndex((each, i) => !Object.is(each, actual[i]));
  if (wrong >= 0) expect(actual[wrong], `${message}, element ${wrong}`).toBe(expected[wrong]);
}

/** Sizes around every boundary of tiles, and of blocks. */
const sizes = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(31, 32, 33, 64, 95, 96, 97, 102));
const inner = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(127, 128, 129, 255, 256, 257, 300));

describe.each(Object.entries(builds))('the %s build', (name, compiled) => {
  const kernels = compiled as ProductKernels;

  test('is there', () => {
    expect(compiled).not.toBeNull();
  });

  test('multiplies whole numbers exactly, whatever their sizes and strides', () => {
    fill(whole);
    const layout = fc.constantFrom(...names);
    fc.assert(
      fc.property(
        sizes,
        sizes,
        inner,
        layout,
        layout,
        fc.integer({ min: 0, max: 5 }),
        (m, n, k, aLayout, bLayout, shift) => {
          const product = productOf(m, n, k, aLayout, bLayout, shift);
          expectSame(
            run(kernels, product),
            define(product, (sum, x, y) => sum + x * y),
          );
        },
      ),
      propertyRuns(2),
    );
  });

  test.each([
    [97, 530, 300],
    [5, 1000, 260],
    [200, 17, 520],
    [1, 513, 257],
    [193, 1, 600],
    [6, 8, 512],
  ])('goes over the bounds of its blocks: [%i, %i] of %i', (m, n, k) => {
    fill(whole);
    for (const aLayout of ['by rows', 'by columns']) {
      for (const bLayout of ['by rows', 'by columns']) {
        const product = productOf(m, n, k, aLayout, bLayout);
        expectSame(
          run(kernels, product),
          define(product, (sum, x, y) => sum + x * y),
          `${aLayout}, ${bLayout}`,
        );
      }
    }
  });

  test('rounds a sum as it should, in the order of k: the same bits however the operands lie', () => {
    fill(fraction);
    for (const [m, n, k] of [
      [33, 20, 700],
      [130, 70, 260],
      [2, 30, 50],
    ] as const) {
      const results = names.slice(0, 5).flatMap((aLayout) =>
        names.slice(0, 5).map((bLayout) => {
          const product = productOf(m, n, k, aLayout, bLayout);
          // The same numbers in every layout.
          for (let p = 0; p < k; p++) {
            for (let i = 0; i < m; i++)
              numbers[product.a.at + i * product.a.row + p * product.a.inner] = fraction(i * k + p);
            for (let j = 0; j < n; j++)
              numbers[product.b.at + p * product.b.inner + j * product.b.column] = fraction(p * n + j + 5);
          }
          const result = run(kernels, product);
          // A fused multiplication and addition rounds once: in double precision, that is exact but for the sum.
          const { fround } = Math;
          const add =
            name === 'plain'
              ? (sum: number, x: number, y: number) => fround(sum + fround(x * y))
              : (sum: number, x: number, y: number) => fround(sum + x * y);
          expectSame(result, define(product, add), `${aLayout}, ${bLayout}`);
          return result;
        }),
      );
      for (const result of results) expectSame(result, results[0] as Float32Array);
    }
  });

  test('adds a bias to each row, and cuts what is below 0: not NaN, nor -0', () => {
    fill(whole);
    for (let j = 0; j < 40; j++) numbers[BIAS + j] = j % 3 === 0 ? NaN : whole(j) + 0.5;
    for (const [m, n, k] of [
      [3, 40, 5],
      [7, 13, 300],
      [32, 10, 64],
      [1, 1, 1],
      [4, 6, 0],
    ] as const) {
      for (const bLayout of ['by rows', 'by columns']) {
        const product = productOf(m, n, k, 'by rows', bLayout);
        const sums = define(product, (sum, x, y) => sum + x * y);
        const biased = sums.map((sum, i) => sum + (numbers[BIAS + (i % n)] ?? 0));
        expectSame(run(kernels, product, BIAS), biased);
        expectSame(
          run(kernels, product, BIAS, true),
          biased.map((each) => (each < 0 ? 0 : each)),
        );
        expectSame(
          run(kernels, product, 0, true),
          sums.map((each) => (each < 0 ? 0 : each)),
        );
      }
    }
    numbers.fill(-0, A, A + 64);
    numbers.fill(0, B, B + 64);
    numbers.fill(-0, BIAS, BIAS + 8);
    expect(run(kernels, productOf(1, 8, 0, 'by rows', 'by rows'), BIAS, true)).toEqual(new Float32Array(8));
  });

  test('NaN and infinities go where they belong', () => {
    fill(() => 1);
    const product = productOf(9, 11, 20, 'by rows', 'by columns');
    numbers[A + 3 * 20 + 7] = NaN;
    numbers[B + 4 * 20 + 2] = Infinity;
    const result = run(kernels, product);
    expect(result).toEqual(define(product, (sum, x, y) => sum + x * y));
    expect(result.filter((each) => each === Infinity)).toHaveLength(8);
  });

  test('adds to what is there, in rows that are part of longer ones', () => {
    fill(whole);
    for (const [m, n, k] of [
      [7, 13, 20],
      [100, 9, 300],
      [1, 5, 3],
      [4, 4, 0],
    ] as const) {
      const product = productOf(m, n, k, 'by rows', 'by rows');
      const outRow = n + 6;
      for (let i = 0; i < m * outRow; i++) numbers[OUT + i] = i % 100;
      const { a, b } = product;
      kernels.multiply(4 * a.at, a.row, a.inner, 4 * b.at, b.inner, b.column, 4 * OUT, outRow, m, n, k, true, 4 * ROOM);
      const sums = define(product, (sum, x, y) => sum + x * y);
      const wrong = Array.from({ length: m * outRow }, (_, i) => i).filter((i) => {
        const column = i % outRow;
        const added = column < n ? (sums[Math.floor(i / outRow) * n + column] ?? NaN) : 0;
        return numbers[OUT + i] !== (i % 100) + added;
      });
      expect(wrong).toEqual([]);
    }
  });
});
