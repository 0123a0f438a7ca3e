import { expect, test } from 'vitest';
import { Linear, Module, ReLU, Sequential } from '@mg/nn';
import { Generator, grad, ones, randn, type Tensor, tensor } from '@mg/tensor';

const leaf = (...data: number[]) => tensor(data, { dtype: 'float64', requiresGrad: true });

/** Twice the first input plus three times the second, and the product of both. */
class Pair extends Module {
  forward(x: Tensor, y: Tensor): [Tensor, Tensor] {
    return [x.mul(2).add(y.mul(3)), x.mul(y)];
  }
}

test('hooks of forward run in their order, see and change inputs and outputs, and are removed', () => {
  const layer = new ReLU();
  const seen: string[] = [];
  const handles = [
    layer.registerForwardPreHook((module, [x]) => {
      seen.push(`first ${module === layer} ${(x as Tensor).item()}`);
      return (x as Tensor).add(1);
    }),
    layer.registerForwardPreHook((_, [x]) => {
      seen.push(`second ${(x as Tensor).item()}`);
    }),
    layer.registerForwardHook((_, [x], y) => {
      seen.push(`after ${(x as Tensor).item()} ${(y as Tensor).item()}`);
      return (y as Tensor).mul(10);
    }),
  ];
  expect(layer.forward(tensor([2])).item()).toBe(30);
  expect(seen).toEqual(['first true 2', 'second 3', 'after 3 3']);
  for (const each of [...handles, ...handles]) each.remove();
  expect(layer.forward(tensor([2])).item()).toBe(2);
  expect(seen.length).toBe(3);
});

test('hooks run once for a call: in a Sequential with a fused ReLU, by super.forward, with a forward that is a field', () => {
  let calls = 0;
  const count = () => {
    calls++;
  };
  const linear = new Linear(3, 4, { generator: new Generator(1) });
  const model = new Sequential(linear, new ReLU());
  const x = randn([5, 3], { generator: new Generator(2) });
  const before = model.forward(x);
  for (const each of model.layers) each.registerForwardHook(count);
  expect(model.forward(x)).toEqual(before);
  expect(calls).toBe(2);

  class Mine extends Linear {
    override forward(y: Tensor): Tensor {
      return super.forward(y).neg();
    }
  }
  class Arrow extends Module {
    override forward = (y: Tensor): Tensor => y.add(1);
  }
  for (const each of [new Mine(3, 4), new Arrow()]) {
    each.registerForwardHook(count);
    calls = 0;
    each.forward(x);
    new Sequential(each).forward(x);
    expect(calls).toBe(2);
  }
});

test('what a hook sees may be kept', () => {
  const model = new Sequential(new Linear(64, 64), new ReLU(), new Linear(64, 64));
  const kept: Tensor[] = [];
  for (const each of model.modules()) {
    each.registerForwardPreHook((_, [x]) => {
      kept.push(x as Tensor);
    });
    each.registerForwardHook((_, inputs, y) => {
      kept.push(...(inputs as Tensor[]), y as Tensor);
    });
  }
  model.forward(ones([64, 64]));
  expect(kept.length).toBe(12);
  const copies = kept.map((each) => each.toArray());
  for (let turn = 0; turn < 5; turn++) model.forward(randn([64, 64]));
  expect(kept.slice(0, copies.length).map((each) => each.toArray())).toEqual(copies);
});

test('a backward hook sees the gradients of inputs and output, and changes those of the inputs', () => {
  const layer = new ReLU();
  const x = leaf(-1, 2);
  const handle = layer.registerFullBackwardHook((module, gradInputs, gradOutputs) => {
    expect(module).toBe(layer);
    const all: readonly (Tensor | null)[] = [...gradInputs, ...gradOutputs];
    expect(all.map((each) => each?.toArray())).toEqual([
      [0, 3],
      [3, 3],
    ]);
    const [g] = gradInputs;
    return [g === null || g === undefined ? null : g.mul(2)];
  });
  layer.forward(x).mul(3).sum().backward();
  expect(x.grad?.toArray()).toEqual([0, 6]);
  handle.remove();
  const other = leaf(-1, 2);
  layer.forward(other).mul(3).sum().backward();
  expect(other.grad?.toArray()).toEqual([0, 3]);
});

test('several inputs and outputs: the hook is called once, with null for what requires no gradient', () => {
  const pair = new Pair();
  const calls: unknown[] = [];
  pair.registerFullBackwardHook((_, gradInputs, gradOutputs) => {
    calls.push([gradInputs, gradOutputs].map((each) => each.map((g: Tensor | null) => g && g.toArray())));
  });
  const [x, y] = [leaf(1, 2), leaf(3, 4)];
  const [sum, product] = pair.forward(x, y);
  sum.sum().add(product.mul(10).sum()).backward();
  expect(calls).toEqual([
    [
      [
        [32, 42],
        [13, 23],
      ],
      [
        [1, 1],
        [10, 10],
      ],
    ],
  ]);
  expect([x.grad?.toArray(), y.grad?.toArray()]).toEqual([
    [32, 42],
    [13, 23],
  ]);
  calls.length = 0;
  pair
    .forward(x, tensor([3, 4], { dtype: 'float64' }))[0]
    .sum()
    .backward();
  expect(calls).toEqual([
    [
      [[2, 2], null],
      [
        [1, 1],
        [0, 0],
      ],
    ],
  ]);
});

test('a hook of a module whose inputs require no gradient is called when its output has one', () => {
  const layer = new Linear(2, 1, { bias: false });
  const calls: unknown[] = [];
  layer.registerFullBackwardHook((_, gradInputs, gradOutputs) => {
    calls.push([gradInputs, gradOutputs.map((g) => g?.toArray())]);
  });
  layer
    .forward(ones([1, 2]))
    .mul(4)
    .sum()
    .backward();
  expect(calls).toEqual([[[null], [[[4]]]]]);
  expect(layer.weight.grad?.toArray()).toEqual([[4, 4]]);
});

test('second gradients go through backward hooks, as in PyTorch', () => {
  class Cube extends Module {
    forward(x: Tensor): Tensor {
      return x.pow(3);
    }
  }
  const cube = new Cube();
  cube.registerFullBackwardHook((_, [g]) => g?.mul(2));
  const x = leaf(2);
  const [first] = grad([cube.forward(x).sum()], [x], { createGraph: true });
  expect(first.item()).toBe(24);
  const [second] = grad([first.sum()], [x]);
  // Of 6 x²: what does not come from the output is not shown to the hook again.
  expect(second.item()).toBe(24);
});

test('errors say what a hook must be, or return', () => {
  const layer = new ReLU();
  expect(() => layer.registerForwardHook(3 as never)).toThrow(new TypeError('a hook must be a function, got number'));
  layer.registerFullBackwardHook(() => [tensor([1])]);
  const x = leaf(1, 2);
  expect(() => {
    layer.forward(x).sum().backward();
  }).toThrow(
    'registerFullBackwardHook: a hook must return nothing, or gradients like those of the inputs, [float64 [2]]',
  );
  class Fields extends Module {
    forward(y: Tensor): { y: Tensor } {
      return { y };
    }
  }
  const fields = new Fields();
  fields.registerFullBackwardHook(() => undefined);
  expect(() => fields.forward(x)).toThrow('forward must return a tensor or a list of tensors');
});
