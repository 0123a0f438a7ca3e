import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import { describe, expect, test } from 'vitest';
import { fromTypedArray, Generator, grad, randint, randn, tensor, type Tensor, zeros } from '../index.ts';
import { crossEntropyRows } from './cross-entropy.ts';

const generator = new Generator(7);
const logitsOf = (rows: number, classes: number, dtype: 'float32' | 'float64'): Tensor =>
  randn([rows, classes], { generator, dtype }).mul(3).detach();
const labelsOf = (rows: number, classes: number): Tensor => randint(0, classes, [rows], { generator });

/** The definition, by other operations. */
const composed = (logits: Tensor, labels: Tensor): Tensor =>
  logits
    .logSoftmax(1)
    .gather(1, labels.reshape([-1, 1]))
    .reshape([-1])
    .neg();

/** Values, gradients, and gradients of a product of the gradients. */
function derivatives(loss: (x: Tensor) => Tensor, given: Tensor): number[][] {
  const x = given.detach();
  x.requiresGrad = true;
  const losses = loss(x);
  const weights = tensor(Float64Array.from({ length: losses.size }, (_, i) => 1 + (i % 5) / 4)).to(x.dtype);
  weights.requiresGrad = true;
  const [first] = grad([losses], [x], { gradOutputs: [weights], createGraph: true });
  const directions = tensor(
    Float64Array.from({ length: x.size }, (_, i) => ((i % 7) - 3) / 2),
    { shape: x.shape },
  ).to(x.dtype);
  const second = grad([first], [x, weights], { gradOutputs: [directions] });
  return [losses, first, ...second].map((each) => [...each.contiguous().data]);
}

const shapes = [[1, 1], [3, 2], [32, 10], [5, 4], [7, 17], [2, 300]] as const; // prettier-ignore

describe.each(shapes)('of [%i, %i]', (rows, classes) => {
  const labels = labelsOf(rows, classes);

  test('is the composition, with its first and second derivatives, in float64', () => {
    const x = logitsOf(rows, classes, 'float64');
    const wanted = derivatives((x) => composed(x, labels), x);
    for (const [i, each] of derivatives((x) => crossEntropyRows(x, labels), x).entries()) {
      expect(each.map((y, at) => Math.abs(y - (wanted[i]?.[at] ?? NaN)) < 1e-13)).not.toContain(false);
    }
  });

  test('is within a few units of that in float32, also of a view', () => {
    const x = logitsOf(rows, classes, 'float32');
    const wanted = derivatives((x) => composed(x, labels), x.to('float64'));
    const views = [
      [x, labels],
      [x.T.clone().T, tensor([...labels.data].reverse(), { dtype: 'int32' }).flip(0)],
    ] as const;
    for (const [x, labels] of views) {
      for (const [i, each] of derivatives((x) => crossEntropyRows(x, labels), x).entries()) {
        const scale = Math.max(1, ...(wanted[i] ?? []).map(Math.abs));
        const isClose = each.map((y, at) => Math.abs(y - (wanted[i]?.[at] ?? NaN)) < 4 * 2 ** -23 * scale);
        expect(isClose).not.toContain(false);
      }
    }
  });
});

test('passes the gradient checks', () => {
  const labels = labelsOf(3, 4);
  const x = logitsOf(3, 4, 'float64');
  x.requiresGrad = true;
  gradcheck((x: Tensor) => crossEntropyRows(x, labels), [x]);
  gradgradcheck((x: Tensor) => crossEntropyRows(x, labels), [x]);
});

test('of no rows is nothing', () => {
  const x = tensor([], { shape: [0, 3], requiresGrad: true });
  const losses = crossEntropyRows(x, tensor([], { dtype: 'int32' }));
  expect(losses.shape).toEqual([0]);
  losses.sum().backward();
  expect(x.grad?.shape).toEqual([0, 3]);
});

test('labels that were changed after forward are found before anything is written', () => {
  const array = Int32Array.of(0, 1, 2);
  const logits = Object.assign(zeros([3, 4]), { requiresGrad: true });
  const losses = crossEntropyRows(logits, fromTypedArray(array, [3]));
  array[1] = -500;
  expect(() => {
    losses.sum().backward();
  }).toThrow('label -500 is out of range for 4 classes, which go from 0 to 3; were labels changed between forward and backward?');
  expect(logits.grad).toBeNull();
});
