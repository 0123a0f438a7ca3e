import { describe, expect, expectTypeOf, test } from 'vitest';
import { gradcheck } from '@mg/gradcheck';
import { type AnyModule, Dropout, Linear, Module, ModuleList, ReLU, Sequential, summary } from '@mg/nn';
import { full, Generator, memoryUsage, noGrad, ones, randn, type Tensor, tensor } from '@mg/tensor';

// A forward may take several inputs, and return a tuple, a record or a state.

const generator = new Generator(1);
const options = { dtype: 'float64', generator } as const;
const draw = (...shape: number[]): Tensor => randn(shape, { ...options, requiresGrad: true });

interface Latent {
  readonly mean: Tensor;
  readonly logVariance: Tensor;
}

class Encoder extends Module {
  readonly body = new Sequential(new Linear(6, 5, options), new ReLU());
  readonly mean = new Linear(5, 2, options);
  readonly logVariance = new Linear(5, 2, options);

  forward(x: Tensor): Latent {
    const h = this.body.forward(x);
    return { mean: this.mean.forward(h), logVariance: this.logVariance.forward(h) };
  }
}

class Vae extends Module {
  readonly encoder = new Encoder();
  readonly decoder = new Sequential(new Linear(2, 5, options), new ReLU(), new Linear(5, 6, options));

  forward(x: Tensor, noise: Tensor): Latent & { readonly decoded: Tensor } {
    const { mean, logVariance } = this.encoder.forward(x);
    const z = mean.add(logVariance.mul(0.5).exp().mul(noise));
    return { decoded: this.decoder.forward(z), mean, logVariance };
  }
}

type State = readonly [h: Tensor, c: Tensor];

class LstmCell extends Module {
  readonly input = new Linear(3, 12, options);
  readonly hidden = new Linear(3, 12, options);

  override forward(x: Tensor, [h, c]: State): State {
    const [i, f, g, o] = this.input.forward(x).add(this.hidden.forward(h)).chunk(4, -1);
    const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    return [o.sigmoid().mul(next.tanh()), next];
  }
}

class Attention extends Module {
  readonly query = new Linear(4, 4, options);
  readonly key = new Linear(4, 4, options);
  readonly value = new Linear(4, 4, options);

  forward(x: Tensor, mask: Tensor | null = null): [output: Tensor, weights: Tensor] {
    const [q, k, v] = [this.query.forward(x), this.key.forward(x), this.value.forward(x)];
    const scores = q.matmul(k.transpose(-2, -1)).div(2);
    const weights = (mask === null ? scores : scores.maskedFill(mask, -Infinity)).softmax(-1);
    return [weights.matmul(v), weights];
  }
}

/** The mask of a sequence of 3: no place sees a later one. */
const later = tensor([
  [0, 1, 1],
  [0, 0, 1],
  [0, 0, 0],
]).gt(0);

describe('gradients are right', () => {
  test('of a VAE, whose forward returns a record', () => {
    const [model, x, noise] = [new Vae(), draw(3, 6), draw(3, 2)];
    const loss = (): Tensor => {
      const { decoded, mean, logVariance } = model.forward(x, noise);
      const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sum().mul(0.5);
      return decoded.sub(x).square().sum().add(divergence);
    };
    const report = gradcheck(loss, [x, noise, ...model.parameters()]);
    // x, noise, the encoder's three layers and the decoder's two.
    expect(report.compared).toBe(18 + 6 + (35 + 12 + 12) + (15 + 36));
  });

  test('of an LSTM cell, whose state is passed in and returned', () => {
    const cell = new LstmCell();
    const [steps, h, c] = [[draw(2, 3), draw(2, 3)], draw(2, 3), draw(2, 3)];
    const run = (): Tensor => {
      let state: State = [h, c];
      for (const x of steps) state = cell.forward(x, state);
      return state[0].add(state[1]);
    };
    const report = gradcheck(run, [...steps, h, c, ...cell.parameters()]);
    expect(report.compared).toBe(6 * (12 + 12 + 48 + 48));
  });

  test('of an attention with a mask, which no gradient passes', () => {
    const [model, x] = [new Attention(), draw(3, 4)];
    const report = gradcheck(() => model.forward(x, later)[0], [x, ...model.parameters()]);
    expect(report.compared).toBe(12 * (12 + 60));
    const [, weights] = model.forward(x, later);
    expect(weights.mul(later.to('float64')).sum().item()).toBe(0);
    const [, unmasked] = model.forward(x);
    expect(unmasked.mul(later.to('float64')).sum().item()).toBeGreaterThan(0);
  });

  test('of a layer and a model that replace others of other sizes', () => {
    class Net extends Module {
      body = new Sequential(new Linear(4, 5, options), new Dropout(0.1));
      head = new Linear(5, 3, options);
      forward(x: Tensor): Tensor {
        return this.head.forward(this.body.forward(x));
      }
    }
    const net = new Net().eval();
    const x = draw(2, 4);
    expect(net.forward(x).shape).toEqual([2, 3]);
    net.head = new Linear(6, 2, options);
    net.body = new Sequential(new Linear(4, 6, options), new Dropout(0.2)).eval();
    expect([...net.namedParameters()].map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
      'body.0.weight 6×4',
      'body.0.bias 6',
      'head.weight 2×6',
      'head.bias 2',
    ]);
    expect(gradcheck(() => net.forward(x), [x, ...net.parameters()]).compared).toBe(4 * (8 + 30 + 14));
  });

  test('of lists of mixed layers', () => {
    const layers = [new Linear(4, 5, options), new ReLU(), new Sequential(new ReLU()), new Linear(5, 2, options)];
    layers[2] = new Linear(5, 5, options);
    const list = new ModuleList<Module>(layers);
    const x = draw(2, 4);
    const run = (): Tensor => {
      let h = x;
      for (const layer of list) h = layer.forward(h);
      return h;
    };
    expect(gradcheck(run, [x, ...list.parameters()]).compared).toBe(4 * (8 + 25 + 30 + 12));
  });
});

describe('a module of any forward', () => {
  test('is walked like any other', () => {
    const model = new Vae();
    expect(model.modules().length).toBe(11);
    expect(model.children()).toEqual([model.encoder, model.decoder]);
    expectTypeOf(model.children()).toEqualTypeOf<AnyModule[]>();
    expect(Object.keys(model.stateDict()).slice(0, 4)).toEqual([
      'encoder.body.0.weight',
      'encoder.body.0.bias',
      'encoder.mean.weight',
      'encoder.mean.bias',
    ]);
    model.eval();
    expect(model.modules().map(({ training }) => training)).toEqual(model.modules().map(() => false));
    const other = new Vae();
    other.loadStateDict(model.stateDict());
    const [x, noise] = [draw(1, 6), draw(1, 2)];
    expect(other.forward(x, noise).decoded.toArray()).toEqual(model.forward(x, noise).decoded.toArray());
  });

  test('fits in a ModuleList, but not in a Sequential', () => {
    const cells = new ModuleList([new LstmCell(), new LstmCell()]);
    let state: State = [draw(1, 3), draw(1, 3)];
    for (const cell of cells) state = cell.forward(draw(1, 3), state);
    expect(state[0].shape).toEqual([1, 3]);
    expect([...cells.namedParameters()].length).toBe(8);
    // @ts-expect-error -- it takes a state, too
    new Sequential(new LstmCell());
    // @ts-expect-error -- it returns a record
    new Sequential(new Encoder(), new Linear(2, 6));
    // @ts-expect-error -- it returns a tuple
    const model: Module = new Attention();
    const any: AnyModule = model;
    expect(any).toBeInstanceOf(Module);
    expect(Module.name).toBe('Module');
  });

  test('has rows for modules whose output is no tensor', () => {
    const rows = (text: string): string[][] => text.split('\n').slice(3, -5).map((row) => row.trim().split(/ {2,}/)); // prettier-ignore
    expect(rows(summary(new Vae(), [[3, 6], [3, 2]])).slice(0, 3)).toEqual([
      ['Vae', '{ decoded: [3, 6], mean: [3, 2], logVariance: [3, 2] }', '--'],
      ['├─Encoder: 1-1', '{ mean: [3, 2], logVariance: [3, 2] }', '--'],
      ['│', '├─Sequential: 2-1', '[3, 5]', '--'],
    ]); // prettier-ignore
    expect(rows(summary(new LstmCell(), [[2, 3], [[2, 3], [2, 3]]]))[0]).toEqual(['LstmCell', '[[2, 3], [2, 3]]', '--']); // prettier-ignore
    expect(rows(summary(new Attention(), [[3, 4], later]))[0]).toEqual(['Attention', '[[3, 4], [3, 3]]', '--']);
    expect(rows(summary(new Attention(), [[3, 4], null]))[0]).toEqual(['Attention', '[[3, 4], [3, 3]]', '--']);
    class Odd extends Module {
      forward(x: Tensor): Map<string, Tensor> {
        return new Map([['x', x]]);
      }
    }
    expect(rows(summary(new Odd(), [2]))).toEqual([['Odd', '--', '--']]);
  });
});

/** Asserts that a tensor of one number is readable after other tensors took the memory that was freed. */
function expectHolds(x: Tensor | undefined, number: number): void {
  for (let i = 0; i < 64; i++) full([8, 64], NaN);
  expect(x?.mul(1).sub(number).abs().sum().item()).toBe(0);
}

describe('no tensor is freed that a user holds', () => {
  class Pair {
    readonly first: Tensor;
    readonly second: Tensor;
    constructor(first: Tensor, second: Tensor) {
      this.first = first;
      this.second = second;
    }
  }

  /** A Linear that adds 1 to a tensor of one number. */
  function adding(): Linear {
    const linear = new Linear(64, 64);
    linear.weight.data.fill(1 / 64);
    linear.bias?.data.fill(1);
    return linear;
  }

  /** What a module returns that makes tensors of 2 and 3 from one of 1. */
  const results: Readonly<Record<string, (two: Tensor, three: Tensor) => unknown>> = {
    'a tuple': (two, three) => [two, three],
    'a record': (two, three) => ({ two, three }),
    'nested lists': (two, three) => [[[two]], { list: [three] }],
    'a class instance': (two, three) => new Pair(two, three),
    'a Map': (two, three) => new Map([[2, two], [3, three]]), // prettier-ignore
    'a function': (two, three) => () => [two, three],
  };

  /** The tensors in a result. */
  const open: Readonly<Record<string, (result: never) => readonly Tensor[]>> = {
    'a tuple': (result: Tensor[]) => result,
    'a record': ({ two, three }: { two: Tensor; three: Tensor }) => [two, three],
    'nested lists': ([[[two]], { list }]: [[[Tensor]], { list: [Tensor] }]) => [two, list[0]],
    'a class instance': ({ first, second }: Pair) => [first, second],
    'a Map': (result: Map<number, Tensor>) => [...result.values()],
    'a function': (result: () => Tensor[]) => result(),
  };

  test.each(Object.keys(results))('in %s, alone and at the end of a Sequential', (name) => {
    class Returning extends Module {
      readonly layer = adding();
      forward(x: Tensor): unknown {
        const two = x.add(1);
        return results[name]?.(two, this.layer.forward(two));
      }
    }
    const x = ones([8, 64]);
    const alone = noGrad(() => new Returning().forward(x));
    const chained = new Sequential(new Linear(64, 64), adding(), new Returning() as unknown as Module) as Module;
    chained.parameters()[0]?.data.fill(0);
    const last: unknown = noGrad(() => chained.forward(x));
    for (const result of [alone, last]) {
      const [two, three] = open[name]?.(result as never) ?? [];
      expectHolds(two, 2);
      expectHolds(three, 3);
    }
  });

  test('in a state that is passed in and returned, while memory stays flat', () => {
    class Accumulating extends Module {
      readonly layer = new Sequential(adding(), new ReLU(), adding());
      forward(x: Tensor, state: { readonly sum: Tensor; readonly seen: readonly Tensor[] }): typeof state {
        const y = this.layer.forward(x);
        return { sum: state.sum.add(y), seen: [...state.seen, y] };
      }
    }
    const [model, x] = [new Accumulating(), ones([8, 64])];
    const run = (steps: number) => {
      let state = { sum: ones([8, 64]), seen: [] as readonly Tensor[] };
      for (let step = 0; step < steps; step++) state = noGrad(() => model.forward(x, state));
      return state;
    };
    const { sum, seen } = run(5);
    expectHolds(sum, 16);
    expect(seen.length).toBe(5);
    for (const each of seen) expectHolds(each, 3);
    const { used } = memoryUsage();
    const kept = run(1);
    // The first sum, the output and the sum after it: nothing that the layers made in between.
    expect(memoryUsage().used - used).toBe(3 * 8 * 64 * 4);
    expectHolds(kept.sum, 4);
  });
});
