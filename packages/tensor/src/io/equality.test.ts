import assert from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { allclose, arange, equal, fromTypedArray, scalar, Tensor, tensor, zeros } from '@mg/tensor';
import { expect as jestExpect } from 'expect';
import { describe, expect, test } from 'vitest';

/** Whether a check passes. */
function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const comparisons: readonly (readonly [string, (a: unknown, b: unknown) => boolean])[] = [
  ['deepStrictEqual of Node', (a, b) => passes(() => { assert.deepStrictEqual(a, b); })], // prettier-ignore
  ['notDeepStrictEqual of Node', (a, b) => !passes(() => { assert.notDeepStrictEqual(a, b); })], // prettier-ignore
  ['isDeepStrictEqual of Node', isDeepStrictEqual],
  ['toEqual of Vitest', (a, b) => passes(() => { expect(a).toEqual(b); })], // prettier-ignore
  ['toStrictEqual of Vitest', (a, b) => passes(() => { expect(a).toStrictEqual(b); })], // prettier-ignore
  ['not.toEqual of Vitest', (a, b) => !passes(() => { expect(a).not.toEqual(b); })], // prettier-ignore
  ['toEqual of Jest', (a, b) => passes(() => { jestExpect(a).toEqual(b); })], // prettier-ignore
  ['toStrictEqual of Jest', (a, b) => passes(() => { jestExpect(a).toStrictEqual(b); })], // prettier-ignore
];

/** 0, 1, 2, …: small ones are in an array, large ones in linear memory. */
const count = (n: number): Tensor => arange(n).to('float32');

const written = (): Tensor => {
  const x = tensor([0, 0]);
  x.add_(tensor([1, 2]));
  return x;
};
const trained = (): Tensor => {
  const x = tensor([1, 2], { requiresGrad: true });
  x.registerHook(() => undefined);
  x.mul(x).sum().backward();
  return x;
};
const handedOut = (): Tensor => {
  const x = count(MANY);
  x.data.fill(7, 0, 2);
  x.sum();
  return x;
};
/** So many elements that they are in linear memory. */
const MANY = 200;

const changed = (n: number, at: number, value: number): Tensor => count(n).set(at, value);

const iterated = (x: Tensor): Tensor => {
  expect([...x]).toHaveLength(x.shape[0] ?? 0);
  return x;
};

const equals: readonly (readonly [string, () => Tensor, () => Tensor])[] = [
  ['two leaves', () => tensor([1, 2]), () => tensor([1, 2])],
  ['of 0 axes', () => scalar(3), () => tensor(3)],
  ['of no elements', () => zeros([2, 0]), () => zeros([2, 0])],
  ['of no rows, of which one was iterated over', () => zeros([0, 2]), () => iterated(zeros([0, 2]))],
  ['a leaf and a result', () => tensor([1, 2]), () => tensor([0.5, 1]).mul(2)],
  ['a leaf with gradient and hook', () => tensor([1, 2]), trained],
  ['the result of a graph', () => tensor([2, 4]), () => trained().mul(2)],
  ['a tensor that was written in place', () => tensor([1, 2]), written],
  ['in an array and in linear memory', () => tensor(Array.from({ length: MANY }, (_, i) => i)), () => count(MANY)],
  ['an array that was handed out', () => changed(MANY, 0, 7).set(1, 7), handedOut],
  ['an array of the user', () => tensor([1, 2]), () => fromTypedArray(Float32Array.of(1, 2), [2])],
  ['a transposed view', () => tensor([[1, 2], [3, 4]]), () => tensor([[1, 3], [2, 4]]).T], // prettier-ignore
  ['a part', () => tensor([3, 4]), () => count(MANY).slice(0, 3, 5)],
  ['a broadcast view', () => tensor([[1, 2], [1, 2]]), () => tensor([1, 2]).broadcastTo([2, 2])], // prettier-ignore
  [
    'NaN of any kind',
    () => tensor([NaN]),
    () => fromTypedArray(new Float32Array(Uint32Array.of(0xffc00001).buffer), [1]),
  ],
];

const unequals: readonly (readonly [string, () => Tensor, () => Tensor])[] = [
  ['an element', () => tensor([1, 2]), () => tensor([1, 3])],
  ['the last of many elements', () => count(MANY), () => changed(MANY, MANY - 1, -1)],
  ['the last of an odd number of elements', () => count(MANY - 1), () => changed(MANY - 1, MANY - 2, -1)],
  ['two elements that are swapped', () => count(MANY), () => changed(MANY, 100, 101).set(101, 100)],
  ['the last bit', () => tensor([1]), () => tensor([1 + 2 ** -23])],
  [
    'the last bit in float64',
    () => tensor([1], { dtype: 'float64' }),
    () => tensor([1 + 2 ** -52], { dtype: 'float64' }),
  ],
  ['the sign of 0', () => tensor([0]), () => tensor([-0])],
  ['NaN', () => tensor([0]), () => tensor([NaN])],
  ['the shape', () => tensor([1, 2]), () => tensor([[1, 2]])],
  ['the shape of no elements', () => zeros([2, 0]), () => zeros([0, 2])],
  ['the shape of no rows', () => zeros([0, 3]), () => zeros([0, 4])],
  ['the shape of rows without rows', () => zeros([2, 0, 3]), () => zeros([2, 0, 4])],
  ['the dtype of no rows', () => zeros([0]), () => zeros([0], { dtype: 'int32' })],
  ['the length of zeros', () => zeros([1]), () => zeros([2])],
  ['the dtype', () => tensor([1, 2]), () => tensor([1, 2], { dtype: 'float64' })],
  ['uint8 and bool', () => tensor([true]), () => tensor([1], { dtype: 'uint8' })],
];

const places: readonly (readonly [string, (x: Tensor) => unknown])[] = [
  ['alone', (x) => x],
  ['in an object', (x) => ({ name: 'w', weights: { w: x } })],
  ['in a list', (x) => [1, [x]]],
  ['in a Map', (x) => new Map([['w', x]])],
  ['in a Set', (x) => new Set([x])],
];

describe.each(comparisons)('%s', (_, isEqual) => {
  test.each(equals)('takes equal tensors as equal: %s', (_name, make, other) => {
    for (const [place, put] of places) {
      expect(isEqual(put(make()), put(other())), place).toBe(true);
      expect(isEqual(put(other()), put(make())), place).toBe(true);
    }
  });

  test.each(unequals)('takes tensors as different that differ in %s', (_name, make, other) => {
    for (const [place, put] of places) {
      expect(isEqual(put(make()), put(other())), place).toBe(false);
      expect(isEqual(put(other()), put(make())), place).toBe(false);
    }
  });

  test('takes a tensor and a list as different', () => {
    expect(isEqual(tensor([1, 2]), [1, 2])).toBe(false);
    expect(isEqual(tensor([1, 2]), {})).toBe(false);
  });
});

describe('Symbol.toStringTag', () => {
  test('has dtype, shape and the first elements, which failed comparisons show', () => {
    expect(
      Object.prototype.toString.call(
        tensor([
          [1, -0],
          [NaN, 0.5],
        ]),
      ),
    ).toMatch(
      // prettier-ignore
      /^\[object float32 \[2, 2\]: 1, -0, NaN, 0\.5 #[0-9a-f]{32}\]$/,
    );
    expect(Object.prototype.toString.call(count(MANY))).toMatch(/: 0, 1, 2, 3, 4, 5, … #[0-9a-f]{32}\]$/);
    expect(() => {
      jestExpect(tensor([1, 2])).toEqual(tensor([1, 3]));
    }).toThrow(/Expected {2}- 1.*float32 \[2\]: 1, 3 .*float32 \[2\]: 1, 2 /s);
    expect(() => {
      assert.deepStrictEqual(tensor([1, 2]), tensor([1, 3]));
    }).toThrow(/float32 \[2\]: 1, 2 .*float32 \[2\]: 1, 3 /s);
  });

  test('is a name on the prototype, and on what is not a tensor but has its prototype', () => {
    expect(Object.prototype.toString.call(Tensor.prototype)).toBe('[object Tensor]');
    expect(Object.prototype.toString.call(Object.create(Tensor.prototype))).toBe('[object Tensor]');
  });

  test('of 10,000 tensors that differ in few bits, all are different', () => {
    const tags = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const x = tensor([i & 255, 0, (i >> 8) & 255, -(i >> 16)]);
      tags.add(Object.prototype.toString.call(x).replace(/.*#/, ''));
    }
    expect(tags.size).toBe(10_000);
  });
});

describe('equal', () => {
  test('compares shapes and elements as numbers', () => {
    expect(equal(tensor([[1, 2], [3, 4]]), tensor([[1, 3], [2, 4]]).T)).toBe(true); // prettier-ignore
    expect(equal(tensor([1, 2]), tensor([1, 3]))).toBe(false);
    expect(equal(tensor([1, 2]), tensor([[1, 2]]))).toBe(false);
    expect(equal(tensor([1, 1]), tensor([1]))).toBe(false);
    expect(equal(count(MANY), changed(MANY, MANY - 1, 0))).toBe(false);
    expect(equal(zeros([0, 2]), zeros([0, 2]))).toBe(true);
    expect(equal(zeros([0, 2]), zeros([2, 0]))).toBe(false);
  });

  test('as in PyTorch, dtypes may differ, NaN differs from NaN, and 0 equals -0', () => {
    expect(equal(tensor([1, 0]), tensor([true, false]))).toBe(true);
    expect(equal(tensor([0.1]), tensor([0.1], { dtype: 'float64' }))).toBe(false);
    const nan = tensor([NaN]);
    expect(equal(nan, nan)).toBe(false);
    expect(equal(tensor([0]), tensor([-0]))).toBe(true);
  });

  test('takes tensors', () => {
    const list = [1] as unknown as Tensor;
    expect(() => equal(tensor([1]), list)).toThrow('equal: b must be a tensor, got a list; tensor(…) converts a list');
  });
});

describe('allclose', () => {
  const float64 = (numbers: number[]): Tensor => tensor(numbers, { dtype: 'float64' });

  test('|a - b| <= atol + rtol · |b|', () => {
    expect(allclose(float64([1e5 + 1]), float64([1e5]))).toBe(true);
    expect(allclose(float64([1e5 + 1.1]), float64([1e5]))).toBe(false);
    expect(allclose(float64([1e-8]), float64([0]))).toBe(true);
    expect(allclose(float64([1.1e-8]), float64([0]))).toBe(false);
    expect(allclose(float64([10, 10]), float64([10, 11]), { rtol: 0.1 })).toBe(true);
    // Relative to the second: 1 > 0.095 · 10.
    expect(allclose(float64([11]), float64([10]), { rtol: 0.095, atol: 0 })).toBe(false);
    expect(allclose(float64([10]), float64([11]), { rtol: 0.095, atol: 0 })).toBe(true);
    expect(allclose(tensor([1], { dtype: 'uint8' }), tensor([2], { dtype: 'uint8' }), { atol: 1, rtol: 0 })).toBe(true);
  });

  test('infinities and NaN, as in PyTorch', () => {
    expect(allclose(tensor([Infinity]), tensor([Infinity]))).toBe(true);
    expect(allclose(tensor([Infinity]), tensor([-Infinity]), { rtol: 1 })).toBe(false);
    expect(allclose(tensor([1]), tensor([Infinity]), { rtol: 1 })).toBe(false);
    expect(allclose(tensor([NaN]), tensor([NaN]))).toBe(false);
    expect(allclose(tensor([NaN]), tensor([NaN]), { equalNan: true })).toBe(true);
    expect(allclose(tensor([NaN]), tensor([1]), { equalNan: true, atol: Infinity })).toBe(false);
  });

  test('broadcasts shapes, and takes different dtypes', () => {
    expect(allclose(tensor([1, 1]), tensor([1]))).toBe(true);
    expect(allclose(tensor([[1], [2]]), tensor([1, 2]))).toBe(false);
    expect(allclose(zeros([0]), zeros([1]))).toBe(true);
    expect(allclose(tensor([0.1]), float64([0.1]))).toBe(true);
    expect(() => allclose(zeros([2]), zeros([3]))).toThrow('allclose: shapes [2] and [3] do not broadcast');
  });

  test('checks its options', () => {
    const x = tensor([1]);
    expect(() => allclose(x, x, { rtol: -1 })).toThrow('allclose: rtol must be a number >= 0, got -1');
    expect(() => allclose(x, x, { atol: NaN })).toThrow('allclose: atol must be a number >= 0, got NaN');
    // @ts-expect-error -- there is no such option
    expect(() => allclose(x, x, { tolerance: 1 })).toThrow('allclose: there is no option tolerance');
    // @ts-expect-error -- options are an object
    expect(() => allclose(x, x, 0.1)).toThrow('allclose: the options must be an object');
  });
});
