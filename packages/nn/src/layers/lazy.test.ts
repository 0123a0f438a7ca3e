import { describe, expect, test } from 'vitest';
import {
  BatchNorm1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  Flatten,
  init,
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyConv1d,
  LazyConv2d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyLinear,
  Linear,
  type Module,
  ReLU,
  Sequential,
  skipInit,
  summary,
} from '@mg/nn';
import { SGD } from '@mg/optim';
import { Generator, manualSeed, memoryUsage, noGrad, rand, randn, type Tensor, zeros } from '@mg/tensor';

const seeded = (): { generator: Generator } => ({ generator: new Generator(3) });
const input = (...shape: number[]): Tensor => randn(shape, { generator: new Generator(9) });

/** The state of a module as numbers, with the dtypes. */
function stateOf(module: Module): unknown {
  return Object.entries(module.stateDict()).map(([name, each]) => [name, each.dtype, each.toArray()]);
}

const pairs: readonly [name: string, lazy: () => Module, eager: () => Module, shape: number[]][] = [
  ['Linear', () => new LazyLinear(4, seeded()), () => new Linear(3, 4, seeded()), [5, 3]],
  ['Linear', () => new LazyLinear(4, { ...seeded(), bias: false }), () => new Linear(3, 4, { ...seeded(), bias: false }), [2, 5, 3]],
  ['Linear', () => new LazyLinear(4, { ...seeded(), init: 'pytorch' }), () => new Linear(3, 4, { ...seeded(), init: 'pytorch' }), [3]],
  ['Conv1d', () => new LazyConv1d(6, 3, { ...seeded(), groups: 2, stride: 2 }), () => new Conv1d(4, 6, 3, { ...seeded(), groups: 2, stride: 2 }), [2, 4, 9]],
  ['Conv2d', () => new LazyConv2d(4, [3, 2], { ...seeded(), padding: 1, init: 'pytorch' }), () => new Conv2d(3, 4, [3, 2], { ...seeded(), padding: 1, init: 'pytorch' }), [2, 3, 6, 6]],
  ['Conv2d', () => new LazyConv2d(4, 3, seeded()), () => new Conv2d(3, 4, 3, seeded()), [3, 6, 6]],
  ['ConvTranspose1d', () => new LazyConvTranspose1d(6, 3, { ...seeded(), groups: 2 }), () => new ConvTranspose1d(4, 6, 3, { ...seeded(), groups: 2 }), [2, 4, 5]],
  ['ConvTranspose2d', () => new LazyConvTranspose2d(4, 3, { ...seeded(), stride: 2, init: 'pytorch' }), () => new ConvTranspose2d(3, 4, 3, { ...seeded(), stride: 2, init: 'pytorch' }), [2, 3, 4, 4]],
  ['BatchNorm1d', () => new LazyBatchNorm1d({ momentum: 0.3 }), () => new BatchNorm1d(3, { momentum: 0.3 }), [5, 3]],
  ['BatchNorm1d', () => new LazyBatchNorm1d({ affine: false }), () => new BatchNorm1d(3, { affine: false }), [5, 3, 4]],
  ['BatchNorm2d', () => new LazyBatchNorm2d({ eps: 1e-3 }), () => new BatchNorm2d(3, { eps: 1e-3 }), [5, 3, 2, 2]],
]; // prettier-ignore

describe.each(pairs)('Lazy%s', (name, makeLazy, makeEager, shape) => {
  test('after the first batch it is the eager layer: its class, options, weights, outputs, gradients, buffers', () => {
    const [lazy, eager] = [makeLazy(), makeEager()];
    expect(lazy.constructor.name).toBe(`Lazy${name}`);
    expect(String(lazy)).toMatch(new RegExp(`^Lazy${name}\\(\\w+=0, .*\\)$`));
    expect(lazy).toBeInstanceOf(eager.constructor);
    for (let turn = 0; turn < 2; turn++) {
      const x = input(...shape);
      x.requiresGrad = true;
      const [y, expected] = [lazy.forward(x), eager.forward(x)];
      expect(y.toArray()).toEqual(expected.toArray());
      for (const each of [y, expected]) each.square().sum().backward();
      const gradients = [lazy, eager].map((layer) => layer.parameters().map((each) => each.grad?.toArray()));
      expect(gradients[0]).toEqual(gradients[1]);
    }
    expect(Object.getPrototypeOf(lazy)).toBe(Object.getPrototypeOf(eager));
    expect(String(lazy)).toBe(String(eager));
    expect(Object.keys(lazy)).toEqual(Object.keys(eager));
    expect(stateOf(lazy)).toEqual(stateOf(eager));
    expect(lazy.eval().forward(input(...shape)).toArray()).toEqual(eager.eval().forward(input(...shape)).toArray()); // prettier-ignore
    expect(() => lazy.forward(input(...shape.map((size) => size + 1)))).toThrow(`${name}(`);
  });

  test('a state dict gives it the size, and nothing is drawn', () => {
    const source = makeEager();
    source.forward(input(...shape));
    const lazy = makeLazy();
    expect(lazy.loadStateDict(source.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(Object.getPrototypeOf(lazy)).toBe(Object.getPrototypeOf(source));
    expect(stateOf(lazy)).toEqual(stateOf(source));
    const x = input(...shape);
    expect(lazy.eval().forward(x).toArray()).toEqual(source.eval().forward(x).toArray());
  });

  test('a batch of a wrong shape, or of integers, leaves it lazy and draws nothing', () => {
    const lazy = makeLazy();
    const takes = name === 'Linear' ? '[..., features]' : '[batch, ';
    expect(() => lazy.forward(zeros(name === 'Linear' ? [] : [1, 1, 1, 1, 1]))).toThrow(`Lazy${name}: takes ${takes}`);
    expect(() => lazy.forward(zeros(shape, { dtype: 'int32' }))).toThrow('got int32');
    expect(() => lazy.forward([1] as never)).toThrow(`Lazy${name}: the input must be a tensor`);
    expect(lazy.constructor.name).toBe(`Lazy${name}`);
    expect(() => lazy.parameters()).toThrow('before the first batch');
    const [x, eager] = [input(...shape), makeEager()];
    expect(lazy.forward(x).toArray()).toEqual(eager.forward(x).toArray());
  });
});

const makeCnn = (options = {}) =>
  new Sequential(
    ...[new LazyConv2d(4, 3, options), new LazyBatchNorm2d(options), new ReLU()],
    ...[new Flatten(), new LazyLinear(8, options), new ReLU(), new LazyBatchNorm1d(options), new LazyLinear(3, options)],
  ) as Module; // prettier-ignore
const makeEagerCnn = (options = {}) =>
  new Sequential(
    ...[new Conv2d(1, 4, 3, options), new BatchNorm2d(4, options), new ReLU()],
    ...[new Flatten(), new Linear(144, 8, options), new ReLU(), new BatchNorm1d(8, options), new Linear(8, 3, options)],
  ) as Module; // prettier-ignore

describe('a Sequential of lazy layers on images', () => {
  test('trains as the eager one, from the default generator', () => {
    const [lazy, eager] = [makeCnn, makeEagerCnn].map((make) => {
      manualSeed(7);
      const model = make();
      const x = input(5, 1, 8, 8);
      noGrad(() => model.eval().forward(x));
      model.train();
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const losses = [1, 2, 3].map(() => {
        const loss = model.forward(x).square().mean();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      expect(losses[2]).toBeLessThan(losses[0] as number);
      return [losses, stateOf(model), String(model), rand([2]).toArray()];
    });
    expect(lazy).toEqual(eager);
  });

  test('before the first batch, what needs tensors throws an error that names the layer and says what to do', () => {
    const model = makeCnn();
    const message = "LazyConv2d at '0': has no parameters and no state before the first batch; run the model once on a batch, then make the optimizer or read the state"; // prettier-ignore
    for (const use of [
      () => new SGD(model.parameters(), { lr: 0.1 }),
      () => [...model.namedParameters()],
      () => model.buffers(),
      () => model.stateDict(),
      () => model.requiresGrad_(false),
    ]) {
      expect(use).toThrow(new Error(message));
    }
    const lazy = new LazyLinear(2);
    expect(() => lazy.weight).toThrow(
      'LazyLinear: has no weight before the first batch; run the model once on a batch, then use it',
    );
    expect(() => model.apply((each) => each instanceof Linear && init.zeros_(each.weight))).toThrow('has no weight');
    expect(() => Object.assign(lazy, { bias: zeros([2]) })).toThrow('LazyLinear: has no bias before the first batch');
    expect(lazy.inFeatures).toBe(0);
    expect(String(lazy)).toBe('LazyLinear(inFeatures=0, outFeatures=2, bias=true)');
  });

  test('summary gives the sizes, in evaluation mode, and then the model is the eager one', () => {
    const [lazy, eager] = [makeCnn(seeded()), makeEagerCnn(seeded())];
    const sizes = (model: Module): string[] => summary(model, [2, 1, 8, 8]).split('\n').map((line) => line.replaceAll(/Lazy|\s+/g, ' ')); // prettier-ignore
    expect(sizes(lazy)).toEqual(sizes(eager));
    expect(sizes(lazy).join('')).toContain('Conv2d: 1-1 [2, 4, 6, 6] 40');
    expect(lazy.modules().every(({ training }) => training)).toBe(true);
    expect(Object.keys(lazy.children()[0] as Module)).not.toContain('forward');
    expect(summary(makeCnn().to('float64'), [2, 1, 8, 8])).toContain('Total params');
  });

  test('a mode, a dtype and an initialisation that were set before hold', () => {
    const lazy = makeCnn(seeded()).to('float64').eval();
    init.pytorch_(lazy, { generator: new Generator(5) });
    const x = input(2, 1, 8, 8).to('float64');
    const y = lazy.forward(x);
    const eager = makeEagerCnn({ init: 'pytorch', generator: new Generator(5), dtype: 'float64' }).eval();
    expect(stateOf(lazy)).toEqual(stateOf(eager));
    expect(y.toArray()).toEqual(eager.forward(x).toArray());
    expect(lazy.modules().every(({ training }) => !training)).toBe(true);
  });

  test('a state dict that does not fit leaves the layers lazy, and lists what is wrong', () => {
    const state = makeEagerCnn().stateDict();
    const lazy = makeCnn();
    const { '4.weight': _, ...rest } = state;
    expect(() => lazy.loadStateDict(rest)).toThrow('missing from the state: 4.weight');
    expect(() => lazy.loadStateDict({ ...state, '7.weight': zeros([2, 8]) })).toThrow('7.weight is [2, 8] in the state, [3, 8] in the model'); // prettier-ignore
    expect(() => lazy.stateDict()).toThrow("LazyConv2d at '0'");
    expect(lazy.loadStateDict(rest, { strict: false }).missing).toEqual(['4.weight']);
    expect(() => lazy.stateDict()).toThrow("LazyLinear at '4'");
    lazy.loadStateDict(state);
    expect(stateOf(lazy)).toEqual(Object.entries(state).map(([name, each]) => [name, each.dtype, each.toArray()]));
  });
});

test('a first batch in noGrad gives parameters that are trained', () => {
  const layer = new LazyLinear(2, seeded());
  noGrad(() => layer.forward(input(4, 3)));
  expect(layer.parameters().map(({ requiresGrad }) => requiresGrad)).toEqual([true, true]);
  layer.forward(input(4, 3)).sum().backward();
  expect(layer.weight.grad?.shape).toEqual([2, 3]);
});

test('a first batch that the layer cannot compute leaves it lazy, in the place where the generator was', () => {
  const generator = new Generator(1);
  const conv = new LazyConv2d(4, 3, { generator, groups: 2 });
  expect(() => conv.forward(input(1, 3, 8, 8))).toThrow('cannot both be divided into 2 groups');
  expect(() => conv.forward(input(1, 2, 2, 2))).toThrow('conv2d');
  expect(generator.getState()).toEqual(new Generator(1).getState());
  expect(conv.forward(input(1, 4, 8, 8)).shape).toEqual([1, 4, 6, 6]);
  expect(conv.weight.shape).toEqual([4, 2, 3, 3]);
});

test('hooks that were registered before run once for each batch', () => {
  const layer = new LazyLinear(2);
  const seen: string[] = [];
  layer.registerForwardHook((module) => {
    seen.push(String(module));
  });
  for (let turn = 0; turn < 2; turn++) new Sequential(layer, new ReLU()).forward(input(4, 3));
  const text = 'Linear(inFeatures=3, outFeatures=2, bias=true)';
  expect(seen).toEqual([text, text]);
});

test('a shared layer has one weight, also from a state dict', () => {
  const make = () => {
    const shared = new LazyLinear(3);
    return new Sequential(shared, new ReLU(), shared) as Module;
  };
  const model = make();
  model.forward(input(2, 3));
  expect(model.parameters().length).toBe(2);
  const other = make();
  other.loadStateDict(model.stateDict());
  expect(other.parameters().length).toBe(2);
  expect(stateOf(other)).toEqual(stateOf(model));
});

test('a lazy layer that skipInit made stays at zero', () => {
  const layer = skipInit(() => new LazyLinear(2));
  layer.forward(input(1, 2));
  expect(layer.weight.toArray()).toEqual([[0, 0], [0, 0]]); // prettier-ignore
});

test('the first batch leaves no temporaries, and its parameters stay', () => {
  const used = (make: () => Module): number => {
    const before = memoryUsage().used;
    const y = noGrad(() => make().forward(zeros([8, 32])));
    expect(y.shape).toEqual([8, 64]);
    return memoryUsage().used - before;
  };
  for (let turn = 0; turn < 2; turn++) {
    const lazy = new LazyLinear(64);
    const [found, expected] = [() => lazy, () => new Linear(32, 64)].map(used);
    expect(found).toBe(expected);
  }
});

test('errors: options are checked at once, and a subclass is refused', () => {
  expect(() => new LazyLinear(-1)).toThrow('outFeatures must be an integer >= 0, got -1');
  expect(() => new LazyLinear(2, { init: 'he' as never })).toThrow(`LazyLinear: init must be 'pytorch', or left out, got "he"`); // prettier-ignore
  expect(() => new LazyLinear(2, 5 as never)).toThrow('the options must be an object');
  expect(() => new LazyConv2d(3, 3, { groups: 2 })).toThrow('cannot both be divided into 2 groups');
  expect(() => new LazyBatchNorm1d({ eps: -1 })).toThrow('eps must be a number >= 0');
  class Mine extends LazyLinear {}
  expect(() => new Mine(2)).toThrow(new TypeError('Mine: a lazy layer cannot have a subclass, since it becomes a Linear; make it a field of a Module')); // prettier-ignore
});
