import { expect, test, vi } from 'vitest';
import { Conv2d, Flatten, Linear, MaxPool2d, type Module, ReLU, Sequential } from '@mg/nn';
import { Generator, randn, type Tensor, trace } from '@mg/tensor';

// A ReLU that comes next is computed along with a Linear or a Conv2d: nothing of that may be seen.

const generator = new Generator(3);

const chains: readonly (readonly [string, readonly Module[], readonly number[]])[] = [
  ['Linear', [new Linear(7, 20, { generator }), new ReLU(), new Linear(20, 3, { generator }), new ReLU()], [5, 7]],
  ['Linear without a bias', [new Linear(7, 20, { bias: false, generator }), new ReLU()], [5, 7]],
  ['Linear on more axes', [new Linear(7, 20, { generator }), new ReLU()], [2, 3, 7]],
  ['Linear on one sample', [new Linear(7, 20, { generator }), new ReLU()], [7]],
  ['Linear in float64', [new Linear(7, 20, { dtype: 'float64', generator }), new ReLU()], [5, 7]],
  [
    'Conv2d',
    [new Conv2d(2, 6, 3, { padding: 1, generator }), new ReLU(), new MaxPool2d(2), new Flatten()],
    [3, 2, 8, 8],
  ],
  ['Conv2d in groups', [new Conv2d(2, 6, 3, { groups: 2, bias: false, generator }), new ReLU()], [3, 2, 8, 8]],
  ['Conv2d of one image', [new Conv2d(2, 6, 3, { stride: 2, generator }), new ReLU()], [2, 8, 8]],
];

test.each(chains)(
  '%s and ReLU: the bits of the one after the other, and the operations in the record',
  (_, layers, shape) => {
    const chain = new Sequential(...layers) as Module;
    const x = randn(shape, { generator, requiresGrad: true });
    const run = (forward: (x: Tensor) => Tensor) => {
      const y = forward(x);
      const steps = trace(y, randn(y.shape, { generator: new Generator(1), dtype: y.dtype })).map(
        ({ node }) => node.op,
      );
      for (const each of [x, ...chain.parameters()]) each.grad = null;
      y.square().sum().backward();
      return [y.toArray(), steps.sort(), ...[x, ...chain.parameters()].map((each) => each.grad?.toArray())];
    };
    const fused = run((x) => chain.forward(x));
    expect(fused).toEqual(run((x) => layers.reduce((y, layer) => layer.forward(y), x)));
    expect(fused[1]).toContain('relu');
  },
);

test('the second derivative of a fused pair is that of the two', () => {
  const layers = [new Linear(3, 4, { dtype: 'float64', generator }), new ReLU()] as const;
  const x = randn([2, 3], { dtype: 'float64', generator, requiresGrad: true });
  const chain = new Sequential(...layers);
  const second = (forward: (x: Tensor) => Tensor) => {
    for (const each of [x, ...chain.parameters()]) each.grad = null;
    forward(x).square().sum().backward(null, { createGraph: true });
    const g = x.grad as Tensor;
    x.grad = null;
    g.square().sum().backward();
    return [x.grad, ...[...chain.parameters()].map((each) => each.grad)].map((each) => each && each.toArray());
  };
  expect(second((x) => chain.forward(x))).toEqual(second((x) => layers[1].forward(layers[0].forward(x))));
});

test('a layer whose forward somebody replaced runs as it is', () => {
  const [linear, relu] = [new Linear(3, 4), new ReLU()];
  const forward = vi.fn((x: Tensor) => Linear.prototype.forward.call(linear, x));
  linear.forward = forward;
  const own = vi.fn((x: Tensor) => x.neg());
  const chain = new Sequential(linear, relu) as Module;
  chain.forward(randn([2, 3]));
  expect(forward).toHaveBeenCalledTimes(1);
  relu.forward = own;
  chain.forward(randn([2, 3]));
  expect(own).toHaveBeenCalledTimes(1);
});
