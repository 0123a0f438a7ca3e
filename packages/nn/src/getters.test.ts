import { describe, expect, test } from 'vitest';
import {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  crossEntropy,
  CrossEntropyLoss,
  Dropout,
  Embedding,
  Flatten,
  LayerNorm,
  LeakyReLU,
  Linear,
  MaxPool2d,
  Module,
  parameter,
  ReLU,
  Sequential,
} from '@mg/nn';
import { SGD } from '@mg/optim';
import { full, Generator, manualSeed, memoryUsage, noGrad, randn, type Tensor, tensor } from '@mg/tensor';

const draw = (shape: readonly number[], seed: number): Tensor => randn(shape, { generator: new Generator(seed) });

/** Tensors that a user's code made and kept, with the numbers that they must have. */
const kept: [Tensor, number][] = [];
function keep(): void {
  const number = kept.length + 1;
  kept.push([full([8, 64], number).mul(1).add(0), number]);
}

/** Asserts that all that was kept is readable after other tensors took the memory that was freed. */
function expectKept(atLeast: number): void {
  for (let i = 0; i < 64; i++) full([8, 64], NaN);
  expect(kept.length).toBeGreaterThanOrEqual(atLeast);
  for (const [each, number] of kept.splice(0)) expect(each.sub(number).abs().sum().item()).toBe(0);
}

/** Replaces a property by a getter with code of a user, which gives the same. */
function compute(module: Module, name: string, seen: Set<string>): void {
  const before = (module as unknown as Record<string, unknown>)[name];
  Object.defineProperty(module, name, {
    configurable: true,
    enumerable: true,
    get() {
      keep();
      seen.add(name);
      return name === 'forward' ? (before as () => unknown).bind(module) : before;
    },
  });
}

const images = [4, 3, 6, 6];
type AnyLayer = new (...args: never[]) => Module;
const layers: readonly (readonly [kind: AnyLayer, args: readonly unknown[], shape: readonly number[], read: readonly string[]])[] = [
  [Linear, [64, 64], [8, 64], ['inFeatures', 'weight', 'bias']],
  [Conv2d, [3, 4, 3], images, ['inChannels', 'weight', 'bias', 'stride', 'padding', 'dilation', 'groups']],
  [BatchNorm1d, [64], [8, 64], ['training', 'weight', 'bias', 'eps', 'momentum', 'runningMean', 'runningVar']],
  [BatchNorm2d, [3], images, ['training', 'numFeatures', 'numBatchesTracked']],
  [LayerNorm, [64], [8, 64], ['size', 'weight', 'bias', 'eps']],
  [Dropout, [0.5], [8, 64], ['training', 'p', 'generator']],
  [MaxPool2d, [2], images, ['kernelSize', 'stride', 'padding']],
  [AvgPool2d, [2], images, ['kernelSize', 'stride', 'padding']],
  [Flatten, [], images, ['startAxis', 'endAxis']],
  [Sequential, [new LeakyReLU(0.5), new ReLU()], [8, 64], ['layers']],
  [Embedding, [4, 64, { paddingIndex: 1 }], [8], ['weight', 'paddingIndex']],
]; // prettier-ignore

describe.each(layers.map((row) => [row[0].name, ...row] as const))('%s', (_, Kind, args, shape, read) => {
  test('reads no field inside of its scope: a getter may keep what it makes', () => {
    for (const forward of [[], ['forward']]) {
      const [plain, layer] = [new Kind(...(args as never[])), new Kind(...(args as never[]))];
      layer.loadStateDict(plain.stateDict());
      const seen = new Set<string>();
      for (const name of [...Object.keys(layer), 'training', ...forward]) compute(layer, name, seen);
      const isIndices = Kind === Embedding;
      const x = isIndices ? tensor([0, 1, 2, 3, 0, 1, 2, 3], { dtype: 'int32' }) : draw(shape, 3);
      const before = isIndices ? [] : [new ReLU()];
      const [model, same] = [layer, plain].map((each) => new Sequential(...before, each, new ReLU()) as Module);
      for (const run of [(fn: () => Tensor) => fn(), noGrad]) {
        manualSeed(1);
        const y = run(() => (model as Module).forward(x));
        expectKept(read.length);
        manualSeed(1);
        expect(y.toArray()).toEqual(run(() => (same as Module).forward(x)).toArray());
      }
      expect([...seen]).toEqual(expect.arrayContaining([...read, ...forward]));
    }
  });

  test('leaves a field to the getter of a subclass', () => {
    const names = Object.keys(new Kind(...(args as never[])));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const Computed = class extends (Kind as unknown as new (...args: unknown[]) => object) {};
      Object.defineProperty(Computed.prototype, name, { get: () => `computed ${name}` });
      expect((new Computed(...args) as Record<string, unknown>)[name]).toBe(`computed ${name}`);
    }
  });
});

/** A low-rank change of a weight that is frozen. Its product is kept, in a field, a Map and a closure. */
class LowRank {
  readonly base: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly made = new Map<number, Tensor>();
  readonly isCached: boolean;
  last: Tensor | undefined;

  constructor(base: Tensor, isCached: boolean) {
    const [out = 1, ...others] = base.shape;
    const size = others.reduce((product, each) => product * each, 1);
    this.base = base.detach().clone();
    this.a = parameter(draw([out, 2], 5));
    this.b = parameter(draw([2, size], 6));
    this.isCached = isCached;
  }

  get weight(): Tensor {
    if (this.isCached && this.last !== undefined) return this.last;
    const change = this.a.matmul(this.b);
    this.made.set(this.made.size, change);
    this.last = this.base.add(change.reshape(this.base.shape));
    return this.last;
  }
}

/** The ways in which a layer gets a getter. */
const ways: Readonly<Record<string, (lowRank: LowRank, kind: 'linear' | 'conv') => Module>> = {
  'a property that is defined on a layer': (lowRank, kind) => {
    const layer = kind === 'linear' ? new Linear(16, 16) : new Conv2d(2, 16, 3);
    return Object.defineProperty(layer, 'weight', { get: () => lowRank.weight });
  },
  'a subclass': (lowRank, kind) => {
    class LowRankLinear extends Linear {
      // @ts-expect-error -- the base class declares a field
      override get weight(): Tensor {
        return lowRank.weight;
      }
    }
    class LowRankConv2d extends Conv2d {
      // @ts-expect-error -- the base class declares a field
      override get weight(): Tensor {
        return lowRank.weight;
      }
    }
    return kind === 'linear' ? new LowRankLinear(16, 16) : new LowRankConv2d(2, 16, 3);
  },
  'a module of its own': (lowRank, kind) =>
    new (class extends Module {
      readonly bias = new Linear(1, 16).bias;
      get weight(): Tensor {
        return lowRank.weight;
      }
      override forward(x: Tensor): Tensor {
        const { weight, bias } = this;
        if (kind === 'conv') return x.conv2d(weight, { bias });
        return x.matmul(weight.T).add(bias as Tensor);
      }
    })(),
};

describe.each(['linear', 'conv'] as const)('a weight that a getter computes: %s', (kind) => {
  const shape = kind === 'linear' ? [16, 16] : [16, 2, 3, 3];
  const x = kind === 'linear' ? draw([8, 16], 1) : draw([8, 2, 5, 5], 1);

  /** Trains for some steps. Returns the losses, the gradients of the last step, and all weights that were made. */
  function train(way: string, isCached: boolean): unknown {
    const lowRank = new LowRank(draw(shape, 4), isCached);
    const layer = ways[way]?.(lowRank, kind) as Module;
    const model = new Sequential(...(kind === 'linear' ? [new LeakyReLU(0.5)] : []), layer, new ReLU(), new ReLU()) as Module;
    const optimizer = new SGD([lowRank.a, lowRank.b, (layer as unknown as { bias: Tensor }).bias], { lr: 1e-4 });
    const losses: unknown[] = [];
    for (let step = 0; step < 4; step++) {
      lowRank.last = undefined;
      const loss = model.forward(x).square().sum();
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      losses.push(loss.item());
      lowRank.last = undefined;
      model.eval();
      losses.push(noGrad(() => [model.forward(x), model.forward(x)].map((y) => y.sum().item())));
      model.train();
    }
    for (let i = 0; i < 64; i++) full([16, 16], NaN);
    const made = [...lowRank.made.values()].map((each) => each.sum().item());
    expect(made.every(Number.isFinite)).toBe(true);
    return [losses, lowRank.a.grad?.toArray(), lowRank.b.grad?.toArray(), lowRank.last?.toArray(), isCached ? made : []];
  } // prettier-ignore

  test.each(Object.keys(ways))('%s trains as any other', (way) => {
    for (const isCached of [true, false]) {
      const [[first, , , , , , last]] = train(way, isCached) as [number[]];
      expect(last).toBeLessThan(first as number);
      const [found, expected] = [train(way, isCached), train('a module of its own', isCached)].map(rounded);
      expect(found).toEqual(expected);
    }
  });
});

/** To five digits: a linear layer adds its bias in the same kernel, and rounds once less. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}

test('a subclass with a getter lists what it is computed from', () => {
  class Tied extends Linear {
    readonly half = parameter(draw([4, 4], 1));
    // @ts-expect-error -- the base class declares a field
    override get weight(): Tensor {
      return this.half.mul(2);
    }
  }
  const model = new Tied(4, 4, { bias: false });
  expect([...model.namedParameters()].map(([name]) => name)).toEqual(['half']);
  const x = draw([3, 4], 2);
  model.forward(x).sum().backward();
  expect(model.forward(x).toArray()).toEqual(x.matmul(model.half.mul(2).T).toArray());
  expect(model.half.grad?.shape).toEqual([4, 4]);
});

test('a loss reads its options outside of its scope too', () => {
  const options = {
    get weight(): Tensor {
      keep();
      return full([64], 1);
    },
  };
  const [x, labels] = [draw([8, 64], 1), tensor([0, 1, 2, 3, 4, 5, 6, 7], { dtype: 'int32' })];
  const losses = [crossEntropy(x, labels, options), new CrossEntropyLoss(options).forward(x, labels)];
  expectKept(2);
  expect(losses.map((each) => each.item())).toEqual([0, 0].fill(crossEntropy(x, labels).item()));
});

test('a layer without getters frees its temporaries as before', () => {
  const model = new Sequential(new Linear(32, 64), new Dropout(0.5), new LayerNorm(64), new Linear(64, 16));
  const x = draw([8, 32], 1);
  noGrad(() => model.forward(x));
  const { used } = memoryUsage();
  const y = noGrad(() => model.forward(x));
  expect(memoryUsage().used - used).toBe(y.size * 4);
});
