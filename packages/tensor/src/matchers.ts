/**
 * Matchers of tensors for Vitest and Jest, whose message says what differs. Importing this file changes nothing; register them
 * with `expect.extend`:
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import * as matchers from '@mg/tensor/matchers';
 * import { expect } from 'vitest';
 * expect.extend(matchers);
 * expect(tensor([1, 2]).div(3)).toBeCloseToTensor(tensor([0.333333, 0.666667]));
 * expect(tensor([1, 2])).toEqualTensor(tensor([1, 3])); // => throws Error: 1 of 2 elements differs
 * ```
 *
 * `toEqual`, `toStrictEqual` and `deepStrictEqual` of node:assert compare tensors like `toEqualTensor`. `toMatchObject` does not: it
 * compares only the public properties of objects, and tensors have none.
 *
 * @module
 */
import { releasing } from './array/lifetime.ts';
import { sameShape, type Shape, showShape } from './array/shape.ts';
import { checkTensor, type Tensor } from './graph/tensor.ts';
import { closeness, type ClosenessOptions, showElement } from './io/equality.ts';
import { denseStorage } from './ops/copy.ts';

interface TensorMatchers<Result> {
  /**
   * Passes if the tensors have the same dtype, shape and elements, where NaN is the same as NaN, and 0 is not the same as -0. On
   * failure, the message has the largest difference and the first elements that differ.
   */
  toEqualTensor(expected: Tensor): Result;
  /**
   * Passes if the tensors have the same shape and `|received - expected| <= atol + rtol · |expected|` for all elements, as in
   * `allclose`. The dtypes may differ.
   */
  toBeCloseToTensor(expected: Tensor, options?: ClosenessOptions): Result;
}

/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace --
   these are merged into the interfaces of frameworks, which may not be installed */
// @ts-ignore
declare module 'vitest' {
  interface Matchers<T> extends TensorMatchers<void> {}
}

// @ts-ignore
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends TensorMatchers<R> {}
}

declare global {
  namespace jest {
    interface Matchers<R, T> extends TensorMatchers<R> {}
  }
}
/* eslint-enable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace */

/** What Vitest and Jest take from a matcher. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** See `expect(received).toEqualTensor(expected)`. */
export function toEqualTensor(received: Tensor, expected: Tensor): MatcherResult {
  return match('toEqualTensor', 'equal', received, expected, { isSame: Object.is, isDtypeCompared: true });
}

/** See `expect(received).toBeCloseToTensor(expected)`. */
export function toBeCloseToTensor(received: Tensor, expected: Tensor, options: ClosenessOptions = {}): MatcherResult {
  const isSame = closeness('toBeCloseToTensor', options);
  return match('toBeCloseToTensor', 'close', received, expected, { isSame, isDtypeCompared: false });
}

interface Rules {
  readonly isSame: (x: number, y: number) => boolean;
  readonly isDtypeCompared: boolean;
}

function match(op: string, relation: string, received: Tensor, expected: Tensor, rules: Rules): MatcherResult {
  checkTensor(op, 'the received value', received);
  checkTensor(op, 'the expected value', expected);
  const differences = differencesOf(received, expected, rules);
  const pass = differences.length === 0;
  const heading = pass ? `expected the tensors not to be ${relation}` : `expected the tensors to be ${relation}`;
  return { pass, message: () => [`${op}: ${heading}`, ...differences].join('\n  ') };
}

/** The differences of two tensors, a line each; none if they match. */
function differencesOf(received: Tensor, expected: Tensor, { isSame, isDtypeCompared }: Rules): string[] {
  const lines: string[] = [];
  if (isDtypeCompared && received.dtype !== expected.dtype) {
    lines.push(`dtype: received ${received.dtype}, expected ${expected.dtype}`);
  }
  if (!sameShape(received.shape, expected.shape)) {
    return [...lines, `shape: received ${showShape(received.shape)}, expected ${showShape(expected.shape)}`];
  }
  return [...lines, ...elementDifferences(received, expected, isSame)];
}

/** How many of the elements that differ are listed. */
const LISTED = 5;

function elementDifferences(received: Tensor, expected: Tensor, isSame: Rules['isSame']): string[] {
  return releasing(() => {
    const storages = [denseStorage(received), denseStorage(expected)] as const;
    const [xs, ys] = [storages[0].read(), storages[1].read()];
    const listed: string[] = [];
    let count = 0;
    let largest = -1;
    let place = 0;
    for (let i = 0; i < xs.length; i++) {
      const [x, y] = [xs[i] ?? NaN, ys[i] ?? NaN];
      if (isSame(x, y)) continue;
      count++;
      if (listed.length < LISTED)
        listed.push(`at ${indexOf(i, received.shape)}: received ${showElement(x)}, expected ${showElement(y)}`);
      const difference = Number.isNaN(x - y) ? Infinity : Math.abs(x - y);
      if (difference > largest) [largest, place] = [difference, i];
    }
    if (count === 0) return [];
    const differ = `${count} of ${xs.length} elements ${count === 1 ? 'differs' : 'differ'}`;
    const most = `the largest difference is ${showElement((xs[place] ?? NaN) - (ys[place] ?? NaN))} at ${indexOf(place, received.shape)}`;
    return [`${differ}; ${most}`, ...listed, ...(count > LISTED ? [`and ${count - LISTED} more`] : [])];
  });
}

/** The index of the element at a row-major position. */
function indexOf(position: number, shape: Shape): string {
  let rest = position;
  const index = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = (rest - at) / size;
    return at;
  });
  return showShape(index.reverse());
}
