import { expect, test } from 'vitest';
import { linspace, tensor, type Tensor } from '@mg/tensor';

const images = (): Tensor => linspace(0, 8, 96, { dtype: 'float64' }).sin().reshape([3, 2, 4, 4]);
const weight = linspace(0, 3, 36, { dtype: 'float64' }).cos().reshape([2, 2, 3, 3]);
const bias = tensor([0.5, -1], { dtype: 'float64' });

const ways: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['conv2d', (x) => x.conv2d(weight, { bias })],
  ['conv2d with a stride', (x) => x.conv2d(weight, { bias, stride: 2, padding: 1 })],
  ['conv2d, as large as it was', (x) => x.conv2d(weight, { padding: 'same' })],
  ['conv2d in groups', (x) => x.conv2d(weight.slice(1, 0, 1), { groups: 2, padding: 'valid' })],
  ['maxPool2d', (x) => x.maxPool2d(2)],
  ['avgPool2d', (x) => x.avgPool2d(2, { stride: 1, padding: 1 })],
];

test.each(ways)('%s of one image: what it gives as one of a batch, forward and backward', (_, fn) => {
  const [batch, single] = [images(), images().at(1).clone()];
  for (const each of [batch, single]) each.requiresGrad = true;
  const [all, one] = [fn(batch), fn(single)];
  expect(one.ndim).toBe(3);
  expect(one.toArray()).toEqual(all.at(1).toArray());
  const g = linspace(-1, 1, one.size, { dtype: 'float64' }).reshape(one.shape);
  one.backward(g);
  all.at(1).backward(g);
  expect(single.grad?.toArray()).toEqual(batch.grad?.at(1).toArray());
});

test("padding 'valid' is none, and goes with a stride", () => {
  const x = images();
  expect(x.conv2d(weight, { padding: 'valid' }).toArray()).toEqual(x.conv2d(weight).toArray());
  expect(x.conv2d(weight, { padding: 'valid', stride: 2 }).shape).toEqual([3, 2, 1, 1]);
});

test('of no images there are none', () => {
  const none = images().slice(0, 0, 0);
  expect(none.conv2d(weight).shape).toEqual([0, 2, 2, 2]);
  expect(none.maxPool2d(2).shape).toEqual([0, 2, 2, 2]);
});
