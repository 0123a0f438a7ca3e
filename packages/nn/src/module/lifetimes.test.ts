import { describe, expect, test, vi } from 'vitest';
import { Dropout, Linear, Module, ReLU, Sequential } from '@mg/nn';
import { full, memoryUsage, noGrad, ones, randn, type Tensor } from '@mg/tensor';
import { runOwn } from './lifetimes.ts';

/** A user's layer, which keeps what it sees and what it makes. */
class Keeper extends Module {
  readonly seen: Tensor[] = [];

  override forward(x: Tensor): Tensor {
    const y = x.mul(2);
    this.seen.push(x, y);
    return y.add(1);
  }
}

/** The same as a field, which is set after the constructor of Module has run. */
class ArrowKeeper extends Module {
  readonly seen: Tensor[] = [];

  override forward = (x: Tensor): Tensor => {
    const y = x.mul(2);
    this.seen.push(x, y);
    return y.add(1);
  };
}

/** A layer of ours with a forward that is not. */
class KeepingLinear extends Linear {
  seen: Tensor | null = null;

  override forward(x: Tensor): Tensor {
    this.seen = x;
    return super.forward(x);
  }
}

/** A layer of ours with its own forward, and a field more. */
class NamedLinear extends Linear {
  readonly label = 'first';
}

/** A user's forward of several arguments, which returns no single tensor. */
class Pair extends Module {
  readonly seen: Tensor[] = [];

  override forward(x: Tensor, options?: { readonly masks: readonly Tensor[] }): { sum: Tensor; all: Tensor[] } {
    const masks = options?.masks ?? [];
    this.seen.push(x, ...masks);
    return { sum: x.add(1), all: [x, x.mul(2), ...masks] };
  }
}

/** How much more of the kernels' memory is used after `fn` than before. */
function growth(fn: () => unknown): number {
  const { used } = memoryUsage();
  fn();
  return memoryUsage().used - used;
}

/** Asserts that a tensor of ones, times `factor`, is still readable after other tensors took the memory that was freed. */
function expectHolds(x: Tensor | null | undefined, factor: number): void {
  for (let i = 0; i < 64; i++) full([8, 64], NaN);
  expect(x?.mul(1).sub(factor).abs().sum().item()).toBe(0);
}

/** A Linear that gives `out` times what all inputs are. */
function summing(size: number): Linear {
  const linear = new Linear(size, 64, { bias: false });
  linear.weight.data.fill(1 / size);
  return linear;
}

describe('what layers make between input and output', () => {
  test('is given back at once, where nothing looks at it any more', () => {
    const model = new Sequential(new Linear(32, 64), new ReLU(), new Linear(64, 16));
    const x = randn([8, 32]);
    noGrad(() => model.forward(x)); // parameters move into the kernels' memory
    let y: Tensor | null = null;
    // [8, 16] floats stay, of all that was made.
    expect(growth(() => (y = noGrad(() => model.forward(x))))).toBe(8 * 16 * 4);
    expect(y).not.toBeNull();
  });

  test('is kept for backward, and given back after it', () => {
    const model = new Sequential(new Linear(32, 64), new ReLU(), new Linear(64, 16));
    const x = randn([8, 32]);
    const step = (): void => {
      model.forward(x).sum().backward();
      model.zeroGrad();
    };
    step();
    const before = growth(step);
    // Nothing but what the user could see: the output and the gradients of the parameters.
    const visible = 8 * 16 + 32 * 64 + 64 + 64 * 16 + 16;
    expect(before).toBeLessThanOrEqual(visible * 4 + 8 * 64);
  });

  test('but never where a layer of the user has seen it', () => {
    const [keeper, linear] = [new Keeper(), new KeepingLinear(64, 16)];
    const model = new Sequential(new Linear(32, 64), keeper, new Sequential(new ReLU(), linear), new ReLU());
    noGrad(() => model.forward(ones([8, 32])));
    for (let i = 0; i < 64; i++) full([8, 64], NaN); // overwrites the memory that was released
    const [seen, made] = keeper.seen;
    expect(
      seen
        ?.mul(2)
        .sub(made ?? NaN)
        .abs()
        .sum()
        .item(),
    ).toBe(0);
    expect(
      linear.seen
        ?.sub(made?.add(1).relu() ?? NaN)
        .abs()
        .sum()
        .item(),
    ).toBe(0);
  });

  test('nor when it is what the model returns', () => {
    const model = new Sequential(new Linear(32, 64), new Sequential());
    const y = noGrad(() => model.forward(ones([8, 32])));
    const first = y.toArray();
    for (let i = 0; i < 64; i++) full([8, 64], NaN);
    expect(y.toArray()).toEqual(first);
    const x = ones([8, 32]);
    expect(new Sequential().forward(x)).toBe(x);
  });
});

describe('a forward of a user may keep what it sees and what it makes', () => {
  test('as an arrow field', () => {
    const keeper = new ArrowKeeper();
    const y = noGrad(() => new Sequential(summing(32), keeper, new ReLU()).forward(ones([8, 32])));
    expectHolds(keeper.seen[0], 1);
    expectHolds(keeper.seen[1], 2);
    expectHolds(y, 3);
  });

  test('as a field that replaces the one of our class, or of a class of theirs', () => {
    for (const layer of [new ReLU(), new Keeper()]) {
      const seen: Tensor[] = [];
      const before: (x: Tensor) => Tensor = layer.forward.bind(layer);
      const own = vi.fn((x: Tensor): Tensor => {
        const y = before(x);
        seen.push(x, y);
        return y.mul(1);
      });
      layer.forward = own;
      noGrad(() => new Sequential(summing(32), layer, new Linear(64, 64)).forward(ones([8, 32])));
      expect(Object.getOwnPropertyDescriptor(layer, 'forward')?.value).toBe(own);
      expect(own).toHaveBeenCalledTimes(1);
      expectHolds(seen[0], 1);
      expectHolds(seen[1], layer instanceof ReLU ? 1 : 3);
    }
  });

  test('as a method that replaces the one of our class, until it is restored', () => {
    const model = new Sequential(summing(32), new ReLU(), new Linear(64, 64));
    const x = ones([8, 32]);
    const seen: Tensor[] = [];
    const original = Linear.prototype.forward; // eslint-disable-line @typescript-eslint/unbound-method -- called with its layer
    const replaced = vi.spyOn(Linear.prototype, 'forward').mockImplementation(function (this: Linear, x) {
      const y = original.call(this, x);
      seen.push(x, y);
      return y;
    });
    noGrad(() => model.forward(x));
    noGrad(() => new Linear(4, 4).forward(ones([1, 4])));
    replaced.mockRestore();
    expect(seen.length).toBe(6);
    expectHolds(seen[1], 1);
    expectHolds(seen[2], 1);
    noGrad(() => model.forward(x));
    expect(growth(() => noGrad(() => model.forward(x)))).toBe(8 * 64 * 4);
  });

  test('also of several arguments, in lists and objects, and with a result of several tensors', () => {
    const pair = new Pair();
    let result: ReturnType<Pair['forward']> | undefined;
    noGrad(() =>
      runOwn(() => {
        result = pair.forward(full([8, 64], 1).mul(1), { masks: [full([8, 64], 5).mul(1)] });
        return null;
      }),
    );
    expectHolds(pair.seen[0], 1);
    expectHolds(pair.seen[1], 5);
    expectHolds(result?.sum, 2);
    for (const [index, value] of [1, 2, 5].entries()) expectHolds(result?.all[index], value);
  });

  test('in a Sequential, which hands over a result of several tensors as it is', () => {
    const pair = new Pair() as unknown as Module;
    const first = class extends Module {
      override forward(given: unknown): Tensor {
        return (given as { all: Tensor[] }).all[1] as Tensor;
      }
    };
    const x = ones([8, 32]);
    const open = noGrad(() => (new Sequential(summing(32), pair) as Module).forward(x)) as unknown;
    const { sum, all } = open as ReturnType<Pair['forward']>;
    expectHolds(sum, 2);
    expectHolds(all[0], 1);
    expectHolds(
      noGrad(() => (new Sequential(summing(32), pair, new first(), new ReLU()) as Module).forward(x)),
      2,
    );
  });

  test('but the layers of ours that it calls free what they make', () => {
    const block = new (class extends Module {
      readonly dropout = new Dropout();
      readonly layers = new Sequential(new Linear(64, 64), new ReLU(), new Linear(64, 64));
      override forward(x: Tensor): Tensor {
        return this.dropout.forward(this.layers.forward(x));
      }
    })();
    const model = new Sequential(new ReLU(), block, new ReLU()) as Module;
    const x = ones([8, 64]);
    noGrad(() => model.forward(x));
    // The block sees its input, what it passes on, and its output, and the model returns one more.
    expect(growth(() => noGrad(() => model.forward(x)))).toBe(4 * 8 * 64 * 4);
  });

  test('and so does a forward of ours that it reaches by super', () => {
    const dropout = new (class extends Dropout {
      override forward(x: Tensor): Tensor {
        return super.forward(x);
      }
    })();
    const x = ones([8, 64]);
    expect(growth(() => noGrad(() => dropout.forward(x)))).toBe(8 * 64 * 4);
  });
});

describe('the forward of a class', () => {
  test('is wrapped once, and looks like the method that it was', () => {
    class Same extends Module {
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const find = () => Object.getOwnPropertyDescriptor(Same.prototype, 'forward') as PropertyDescriptor;
    const original = find();
    new Same();
    const wrapped = find();
    expect(wrapped.value).not.toBe(original.value);
    expect(wrapped).toMatchObject({ enumerable: false, configurable: true, writable: true });
    const { name, length } = wrapped.value as Module['forward'];
    expect([name, length]).toEqual(['forward', 1]);
    new Same();
    expect(find().value).toBe(wrapped.value);
  });

  test('is ours in a subclass that has none: it is computed along with a ReLU, and temporaries are freed', () => {
    const model = new Sequential(new NamedLinear(32, 64), new ReLU(), new NamedLinear(64, 16)) as Module;
    const x = ones([8, 32]);
    noGrad(() => model.forward(x));
    expect(growth(() => noGrad(() => model.forward(x)))).toBe(8 * 16 * 4);
  });

  test('that throws frees what it made', () => {
    const model = new Sequential(new Linear(32, 64), new ReLU(), new Linear(63, 16) as never) as Module;
    const x = ones([8, 32]);
    const run = () => noGrad(() => model.forward(x));
    expect(run).toThrow('Sequential: layer 2 takes 63 features');
    expect(
      growth(() => {
        expect(run).toThrow();
      }),
    ).toBe(0);
  });
});
