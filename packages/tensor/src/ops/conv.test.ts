import { type DType, Generator, linspace, randint, setDeterministic, tensor, type Tensor } from '@mg/tensor';
import { convTranspose2d } from '@mg/tensor/internal';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { enableRelaxedSimd } from '../../fixtures/relaxed-simd.ts';
import { propertyRuns } from '../../fixtures/property-runs.ts';

enableRelaxedSimd();
afterAll(() => {
  setDeterministic(false);
});

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

// Of whole numbers sums are exact: the compiled kernels of float32, in both builds, give what the reference gives in double precision.
test.each([
  ['relaxed', false],
  ['plain', true],
])('the %s kernels on whole numbers, forward and backward: exactly what float64 gives', (_, isDeterministic) => {
  setDeterministic(isDeterministic);
  const upTo = (max: number) => fc.integer({ min: 1, max });
  const size = fc.record({
    batch: upTo(3),
    groups: fc.constantFrom(1, 1, 2),
    channels: upTo(4),
    outChannels: upTo(9),
    height: upTo(12),
    width: upTo(20),
    kernel: fc.tuple(upTo(4), upTo(5)),
    stride: fc.tuple(upTo(3), upTo(3)),
    dilation: fc.tuple(upTo(2), upTo(2)),
    padding: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 5 })),
    hasBias: fc.boolean(),
    hasRelu: fc.boolean(),
  });
  let runs = 0;
  fc.assert(
    fc.property(size, ({ batch, groups, channels, outChannels, height, width, kernel, hasBias, hasRelu, ...rest }) => {
      const span = (axis: 0 | 1) => rest.dilation[axis] * (kernel[axis] - 1) + 1;
      fc.pre(height + 2 * rest.padding[0] >= span(0) && width + 2 * rest.padding[1] >= span(1));
      const whole = (...shape: number[]) => randint(-4, 5, shape);
      const x = whole(batch, groups * channels, height, width);
      const weight = whole(groups * outChannels, channels, ...kernel);
      const bias = whole(groups * outChannels);
      const results = (['float32', 'float64'] as const).map((dtype: DType) => {
        const leaves = [x, weight, bias].map((each) => Object.assign(each.to(dtype), { requiresGrad: true }));
        const [images, matrix, vector] = leaves as [Tensor, Tensor, Tensor];
        const y = images.conv2d(matrix, { ...rest, groups, bias: hasBias ? vector : null });
        const out = hasRelu ? y.relu() : y;
        out.backward(linspace(-3, 3, out.size).round().reshape(out.shape).to(dtype));
        return [out, ...leaves.map((each) => each.grad)].map((each) => each && [...each.to('float64').data]);
      });
      expect(results[0]).toEqual(results[1]);
      runs++;
    }),
    propertyRuns(1.5),
  );
  expect(runs).toBe(propertyRuns(1.5).numRuns);
});

test('images whose windows are laid out part by part', () => {
  const x = randint(-2, 3, [1, 16, 40, 50]);
  const weight = randint(-2, 3, [8, 16, 5, 5]);
  const results = (['float32', 'float64'] as const).map((dtype) => {
    const leaves = [x, weight].map((each) => Object.assign(each.to(dtype), { requiresGrad: true }));
    const y = (leaves[0] as Tensor).conv2d(leaves[1] as Tensor, { padding: 2 });
    y.backward(randint(-2, 3, y.shape, { generator: new Generator(1) }).to(dtype));
    return [y, ...leaves.map((each) => each.grad)].map((each) => each && [...each.to('float64').data]);
  });
  expect(results[0]).toEqual(results[1]);
});

// Whole numbers again: exactly what float64 gives, in the output, its gradients and those of the gradients' inputs.
test.each([
  { groups: 1, stride: [2, 2], padding: [1, 1], outputPadding: [0, 0], dilation: [1, 1], kernel: [4, 4] },
  { groups: 2, stride: [3, 2], padding: [0, 1], outputPadding: [2, 1], dilation: [1, 2], kernel: [3, 2] },
  { groups: 1, stride: [1, 1], padding: [2, 0], outputPadding: [0, 1], dilation: [2, 2], kernel: [3, 3] },
] as const)('convTranspose2d on whole numbers: $groups groups, stride $stride, padding $padding', (options) => {
  const { kernel, ...rest } = options;
  const whole = (shape: number[], seed: number) => randint(-4, 5, shape, { generator: new Generator(seed) });
  const [x, weight, bias] = [whole([3, 4, 9, 11], 1), whole([4, 3, ...kernel], 2), whole([3 * rest.groups], 3)];
  const results = (['float32', 'float64'] as const).map((dtype: DType) => {
    const leaves = [x, weight, bias].map((each) => Object.assign(each.to(dtype), { requiresGrad: true }));
    const [images, matrix, vector] = leaves as [Tensor, Tensor, Tensor];
    const y = convTranspose2d('test', images, matrix, { ...rest, bias: vector });
    y.backward(whole([...y.shape], 4).to(dtype));
    return [y, ...leaves.map(({ grad }) => grad)].map((each) => [each?.shape, each?.toArray()]);
  });
  expect(results[0]).toEqual(results[1]);
  // It is the adjoint of conv2d: Σ g · convTranspose2d(x) = Σ conv2d(g) · x.
  const [images, matrix] = [x.to('float64'), weight.to('float64')];
  const y = convTranspose2d('test', images, matrix, { ...rest, bias: null });
  const g = whole([...y.shape], 5).to('float64');
  const { stride, padding, dilation, groups } = rest;
  // With an output padding of a stride or more, conv2d has windows that are left out here.
  const back = g.conv2d(matrix, { stride, padding, dilation, groups }).slice(2, 0, 9).slice(3, 0, 11);
  expect(back.shape).toEqual(x.shape);
  expect(y.mul(g).sum().item()).toBe(back.mul(images).sum().item());
});
