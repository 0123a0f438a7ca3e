import { describe, expect, test } from 'vitest';
import { Linear, Module, ReLU, Sequential } from '@mg/nn';
import { full, memoryUsage, noGrad, ones, randn, type Tensor } from '@mg/tensor';

/** A user's layer, which keeps what it sees and what it makes. */
class Keeper extends Module {
  readonly seen: Tensor[] = [];

  override forward(x: Tensor): Tensor {
    const y = x.mul(2);
    this.seen.push(x, y);
    return y.add(1);
  }
}

/** A layer of ours with a forward that is not. */
class KeepingLinear extends Linear {
  seen: Tensor | null = null;

  override forward(x: Tensor): Tensor {
    this.seen = x;
    return super.forward(x);
  }
}

/** How much more of the kernels' memory is used after `fn` than before. */
function growth(fn: () => unknown): number {
  const { used } = memoryUsage();
  fn();
  return memoryUsage().used - used;
}

describe('what layers make on the way', () => {
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
    for (let i = 0; i < 64; i++) full([8, 64], NaN); // writes to whatever was given back
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
