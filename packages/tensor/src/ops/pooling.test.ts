import { grad, ones, tensor, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

/** Images [2, 3, height, width] of whole numbers, of which many are alike: sums of them are exact. */
function images(height: number, width: number): Tensor {
  const data = Array.from({ length: 6 * height * width }, (_, i) => ((i * 7919) % 23) - 11);
  return tensor(data, { shape: [2, 3, height, width], requiresGrad: true });
}

const sizes = [
  { kernel: 2, stride: 2, padding: 0, height: 8, width: 12 },
  { kernel: 2, stride: 2, padding: 0, height: 7, width: 11 },
  { kernel: 3, stride: 1, padding: 1, height: 9, width: 10 },
  { kernel: 3, stride: 2, padding: 1, height: 9, width: 10 },
  { kernel: 4, stride: 4, padding: 2, height: 12, width: 16 },
] as const;

/** Calls `visit` for each window with the places of its elements, [image, row, column], and its own. */
function eachWindow(
  { kernel, stride, padding, height, width }: (typeof sizes)[number],
  visit: (places: readonly (readonly [number, number, number])[], window: readonly [number, number, number]) => void,
): void {
  const [rows, columns] = [height, width].map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  for (let image = 0; image < 6; image++) {
    for (let i = 0; i < (rows ?? 0); i++) {
      for (let j = 0; j < (columns ?? 0); j++) {
        const places = Array.from({ length: kernel * kernel }, (_, k) => [
          ...[image, i * stride - padding + Math.floor(k / kernel), j * stride - padding + (k % kernel)],
        ] as unknown as [number, number, number]).filter(([, r, c]) => r >= 0 && r < height && c >= 0 && c < width);
        visit(places, [image, i, j]);
      }
    }
  }
} // prettier-ignore

const flatOf = (x: Tensor | null): number[][][] => x?.flatten(0, 1).toArray() ?? [];

describe.each(sizes)('windows of $kernel, $stride apart, padding $padding, of $height × $width', (size) => {
  const { kernel, stride, padding, height, width } = size;
  const options = { stride, padding };
  /** Another number for each window. */
  const weightsFor = (y: Tensor): Tensor =>
    tensor(
      Array.from({ length: y.size }, (_, i) => 1 + (i % 13)),
      { shape: y.shape },
    );

  test('maxPool2d: the largest, and the gradient goes to the first of equals', () => {
    const x = images(height, width);
    const y = x.maxPool2d(kernel, options);
    const w = weightsFor(y);
    y.backward(w);
    const [from, values, weights] = [x, y, w].map(flatOf) as [number[][][], number[][][], number[][][]];
    const at = (of: number[][][], [image, r, c]: readonly [number, number, number]) => of[image]?.[r]?.[c] ?? NaN;
    const expected = flatOf(zeros([2, 3, height, width]));
    eachWindow(size, (places, window) => {
      const largest = Math.max(...places.map((place) => at(from, place)));
      expect(at(values, window)).toBe(largest);
      const [image, r, c] = places.find((place) => at(from, place) === largest) ?? [NaN, NaN, NaN];
      const row = expected[image]?.[r] ?? [];
      row[c] = (row[c] ?? NaN) + at(weights, window);
    });
    expect(flatOf(x.grad)).toEqual(expected);
  });

  test('avgPool2d: the mean, and the gradient goes to all', () => {
    const x = images(height, width);
    const y = x.avgPool2d(kernel, options);
    const w = weightsFor(y).mul(kernel * kernel);
    y.backward(w);
    const [from, values, weights] = [x, y, w].map(flatOf) as [number[][][], number[][][], number[][][]];
    const at = (of: number[][][], [image, r, c]: readonly [number, number, number]) => of[image]?.[r]?.[c] ?? NaN;
    const expected = flatOf(zeros([2, 3, height, width]));
    eachWindow(size, (places, window) => {
      const sum = places.reduce((sum, place) => sum + at(from, place), 0);
      expect(at(values, window)).toBe(Math.fround(sum / (kernel * kernel)));
      for (const [image, r, c] of places) {
        const row = expected[image]?.[r] ?? [];
        row[c] = (row[c] ?? NaN) + at(weights, window) / (kernel * kernel);
      }
    });
    expect(flatOf(x.grad)).toEqual(expected);
  });

  test.each(['maxPool2d', 'avgPool2d'] as const)('%s: its gradient is its adjoint, and so is the gradient of that', (op) => {
    const x = images(height, width).to('float64');
    const y = x[op](kernel, options);
    const g = weightsFor(y).to('float64').detach();
    g.requiresGrad = true;
    const [dx] = grad([y], [x], { gradOutputs: [g], createGraph: true });
    const v = images(height, width).mul(0.5).to('float64').detach();
    const [dg] = grad([dx], [g], { gradOutputs: [v], createGraph: true });
    // ⟨Aᵀg, v⟩ = ⟨g, A v⟩
    expect(dg.shape).toEqual(y.shape);
    expect(dg.mul(g).sum().item()).toBeCloseTo(dx.mul(v).sum().item(), 8);
    if (op === 'avgPool2d') expect(dg.sub(v.avgPool2d(kernel, options)).abs().max().item()).toBeLessThan(1e-12);
  }); // prettier-ignore
});

test('in float64 and float32 the same, of images of any layout', () => {
  const x = images(12, 16);
  const views = [(y: Tensor) => y.flip(3), (y: Tensor) => y.transpose(2, 3), (y: Tensor) => y.slice(3, 1, 14, 2)];
  for (const view of views) {
    for (const op of ['maxPool2d', 'avgPool2d'] as const) {
      const [single, double] = [view(x)[op](2), view(x.to('float64'))[op](2)];
      expect(single.toArray()).toEqual(double.toArray());
      expect(single.toArray()).toEqual(view(x).clone()[op](2).toArray());
    }
  }
});

test('NaN is the largest, the last one has the gradient; zeros of either sign are equal', () => {
  const x = tensor([[[[NaN, 1, -0, 0], [NaN, 2, 0, -0]]]], { requiresGrad: true }); // prettier-ignore
  const y = x.maxPool2d(2);
  expect(y.toArray()).toEqual([[[[NaN, -0]]]]);
  y.backward(tensor([[[[3, 5]]]]));
  expect(x.grad?.toArray()).toEqual([[[[0, 0, 5, 0], [3, 0, 0, 0]]]]); // prettier-ignore
});

test('a gradient of -0 adds up to 0, as any sum does', () => {
  const x = images(8, 8);
  x.maxPool2d(2).backward(zeros([2, 3, 4, 4]).neg());
  expect(x.grad?.data.some((each) => Object.is(each, -0))).toBe(false);
});

test('what was pooled must not be changed before backward, which looks at it again', () => {
  const x = ones([1, 1, 4, 4], { requiresGrad: true }).mul(2);
  const y = x.maxPool2d(2);
  x.mul_(2);
  expect(() => {
    y.sum().backward();
  }).toThrow('maxPool2d');
});

test.each(['maxPool2d', 'avgPool2d'] as const)('%s: images without rows or columns are refused', (op) => {
  expect(() => zeros([2, 3, 0, 4])[op](2, { padding: 1 })).toThrow(
    `${op}: images need at least one row and one column, got [2, 3, 0, 4]`,
  );
});

describe('windows that are not whole, with ceilMode', () => {
  test.each([
    { kernel: 2, stride: 2, padding: 0, height: 9, width: 13 },
    { kernel: 3, stride: 2, padding: 1, height: 10, width: 12 },
    { kernel: 5, stride: 4, padding: 2, height: 12, width: 15 },
    { kernel: 3, stride: 3, padding: 0, height: 8, width: 10 },
  ])('$kernel, $stride apart, padding $padding: the kernels of float32 give what float64 gives', (size) => {
    const { kernel, height, width, ...rest } = size;
    const results = (['float32', 'float64'] as const).map((dtype) => {
      const x = images(height, width).detach().to(dtype);
      x.requiresGrad = true;
      const options = { ...rest, ceilMode: true };
      const largest = x.maxPool2d(kernel, options);
      // Divided by 1, so that the sums are whole.
      const sums = x.avgPool2d(kernel, { ...options, divisorOverride: 1 });
      const whole = Array.from({ length: largest.size }, (_, at) => (at % 7) - 3);
      const g = tensor(whole, { shape: largest.shape, dtype });
      const gradients = [largest, sums].map((y) => grad([y], [x], { gradOutputs: [g] })[0].toArray());
      return [largest.shape, largest.toArray(), sums.round().toArray(), ...gradients];
    });
    const [rows, columns] = [height, width].map((n) => Math.ceil((n + 2 * rest.padding - kernel) / rest.stride) + 1);
    expect(results[0]?.[0]).toEqual([2, 3, rows, columns]);
    expect(results[0]).toEqual(results[1]);
  });
});

test('divisorOverride must not be 0', () => {
  expect(() => images(4, 4).avgPool2d(2, { divisorOverride: 0 })).toThrow('avgPool2d: divisorOverride must not be 0');
});
