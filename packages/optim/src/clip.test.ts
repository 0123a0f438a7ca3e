import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clipGradNorm, clipGradValue } from '@mg/optim';
import { type DType, type Nested, type Tensor, tensor, zeros } from '@mg/tensor';

/** Numbers, with 'NaN' and 'Infinity' as JSON has them. */
type Listed = number | string | readonly Listed[];

interface Case {
  readonly name: string;
  readonly dtype: DType;
  readonly kind: 'norm' | 'value';
  readonly max: number;
  readonly normType: Listed | null;
  readonly gradients: readonly Listed[];
  readonly norm: Listed | null;
  readonly clipped: readonly Listed[];
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/clipping.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

function numbers(listed: Listed): Nested {
  return typeof listed === 'object' ? listed.map(numbers) : Number(listed);
}

function flat(listed: Listed): number[] {
  return typeof listed === 'object' ? listed.flatMap(flat) : [Number(listed)];
}

function withGrads(gradients: readonly Listed[], dtype: DType): Tensor[] {
  return gradients.map((gradient) => {
    const grad = tensor(numbers(gradient), { dtype });
    const param = zeros(grad.shape, { dtype, requiresGrad: true });
    param.grad = grad;
    return param;
  });
}

/** The same, NaN and infinities included, or within a rounding. */
function expectNear(found: readonly number[], expected: readonly number[], dtype: DType): void {
  expect(found.length).toBe(expected.length);
  for (const [i, x] of expected.entries()) {
    const y = found[i] ?? 0;
    const isNear = Object.is(x + 0, y + 0) || Math.abs(y - x) <= (dtype === 'float64' ? 1e-15 : 2e-7) * Math.abs(x);
    expect(isNear, `${y} as ${x}`).toBe(true);
  }
}

describe('norms and clipped gradients as PyTorch has them', () => {
  expect(cases.length).toBe(204);
  test.each([...new Set(cases.map(({ name, dtype }) => `${name} ${dtype}`))])('%s', (named) => {
    for (const each of cases.filter(({ name, dtype }) => `${name} ${dtype}` === named)) {
      const { dtype, kind, max, normType, gradients, norm, clipped } = each;
      const params = withGrads(gradients, dtype);
      if (kind === 'value') clipGradValue(params, max);
      else expectNear([clipGradNorm(params, max, { normType: Number(normType) })], [Number(norm)], dtype);
      const found = params.flatMap(({ grad }) => Array.from(grad?.data ?? []));
      expectNear(found, flat(clipped), dtype);
    }
  });
});

describe.each([
  ['clipGradNorm', (params: Tensor | Iterable<Tensor>, max: number) => clipGradNorm(params, max)],
  ['clipGradValue', clipGradValue],
] as const)('%s', (name, clip) => {
  test('takes a tensor, a list or a generator, and changes gradients in place', () => {
    const [a = zeros([]), b = zeros([])] = withGrads([[30], [40]], 'float64');
    const grad = a.grad;
    function* params() {
      yield a;
      yield zeros([2], { requiresGrad: true });
      yield b;
    }
    clip(params(), 5);
    expect(a.grad).toBe(grad);
    expect([a.grad?.item(), b.grad?.item()].every((x) => (x ?? 9) <= 5)).toBe(true);
    clip(b, 0.5);
    expect(b.grad?.item()).toBeCloseTo(0.5, 5);
    clip([a, b], Infinity);
    expect(b.grad?.item()).toBeCloseTo(0.5, 5);
  });

  test('clips a gradient that is a view', () => {
    const a = zeros([2, 2], { requiresGrad: true });
    a.grad = tensor([[3, 4], [0, 0]]).T; // prettier-ignore
    clip(a, 1);
    const [top] = a.grad.toArray<number[][]>();
    expect(top?.[0]).toBeGreaterThan(0.59);
    expect(top?.[0]).toBeLessThan(1.01);
    expect(top?.[1]).toBe(0);
  });

  test('has nothing to do without gradients', () => {
    expect(clip(zeros([2]), 1) ?? 0).toBe(0);
    expect(clip([], 1) ?? 0).toBe(0);
  });

  test('refuses what it cannot clip, and changes nothing', () => {
    const params = withGrads([[30], [40]], 'float64');
    expect(() => clip(params, -1)).toThrow(new RangeError(`${name}: max must be a number >= 0, got -1`));
    expect(() => clip(params, NaN)).toThrow('got NaN');
    expect(() => clip(5 as never, 1)).toThrow(TypeError);
    expect(() => clip([...params, 5 as never], 1)).toThrow(`${name}: parameter 2 is not a tensor, but 5`);
    expect(params.map(({ grad }) => grad?.item())).toEqual([30, 40]);
  });
});

test('a gradient that two parameters share is scaled once', () => {
  const [a = zeros([]), b = zeros([])] = withGrads([[3], [4]], 'float64');
  expect(clipGradNorm([a, b, a], 1)).toBe(5);
  expect(a.grad?.item()).toBeCloseTo(0.6, 6);
});

describe('gradients whose powers no number holds', () => {
  const clipped = (dtype: DType, gradients: readonly number[][], max: number, normType = 2) => {
    const params = withGrads(gradients, dtype);
    const norm = clipGradNorm(params, max, { normType, errorIfNonfinite: true });
    return { norm, found: params.flatMap(({ grad }) => Array.from(grad?.data ?? [])) };
  };

  test.each<[dtype: DType, size: number]>([
    ['float32', 1e25],
    ['float32', 2e38],
    ['float64', 1e200],
    ['float64', 1e308],
  ])('too large: %s, %d', (dtype, size) => {
    for (const gradients of [[[size, size]], [[size], [], [size]]]) {
      for (const max of [1, 1e-5]) {
        const { norm, found } = clipped(dtype, gradients, max);
        expectNear([norm], [Math.SQRT2 * size], 'float32');
        expectNear(found, [Math.SQRT1_2 * max, Math.SQRT1_2 * max], 'float32');
      }
    }
  });

  test.each<[dtype: DType, size: number]>([
    ['float32', 1e-25],
    ['float64', 1e-200],
  ])('too small: %s, %d', (dtype, size) => {
    for (const gradients of [[[size, -size]], [[size], [-size]]]) {
      const { norm, found } = clipped(dtype, gradients, 1);
      expectNear([norm], [Math.SQRT2 * size], 'float32');
      expectNear(found, [size, -size], 'float32');
    }
  });

  test('of other norms too', () => {
    expectNear([clipped('float32', [[3e38, 3e38]], 1, 1).norm], [6e38], 'float32');
    expectNear([clipped('float32', [[1e20, 1e20]], 1, 3).norm], [1.2599210498948732e20], 'float32');
    expectNear([clipped('float32', [[0.1, 0.1]], 1, 50).norm], [0.1 * 1.0139594797900292], 'float32');
    expectNear([clipped('float32', [[1e-30, 1e-30]], 1, 0.5).norm], [4e-30], 'float32');
    expectNear([clipped('float32', [[1e30], [1e30]], 1, Infinity).norm], [1e30], 'float32');
  });
});

test.each([0.5, 1, 2, 3, Infinity])('an empty gradient adds nothing to the norm of order %d', (normType) => {
  const params = withGrads([[], [3, -3], []], 'float32');
  const [alone] = withGrads([[3, -3]], 'float32');
  expect(clipGradNorm(params, 1, { normType })).toBe(clipGradNorm(alone ?? [], 1, { normType }));
  expect(params[1]?.grad?.toArray()).toEqual(alone?.grad?.toArray());
  expect(clipGradNorm(withGrads([[]], 'float32'), 1, { normType })).toBe(0);
  clipGradValue(params, 0.125);
  expect(params.map(({ grad }) => grad?.toArray())).toEqual([[], [0.125, -0.125], []]);
});

test('a norm that is not finite can be an error, and options are checked', () => {
  const params = withGrads([[30, NaN]], 'float64');
  expect(() => clipGradNorm(params, 1, { errorIfNonfinite: true })).toThrow('the norm of the gradients is NaN');
  expect(params[0]?.grad?.toArray()).toEqual([30, NaN]);
  expect(() => clipGradNorm(params, 1, { normType: 0 })).toThrow('normType must be a number > 0, got 0');
  const misspelt = { normtype: 1 } as object;
  expect(() => clipGradNorm(params, 1, misspelt)).toThrow(
    new TypeError('clipGradNorm: there is no option normtype; it takes normType, errorIfNonfinite'),
  );
});
