import { describe, expect, test } from 'vitest';
import * as optim from '@mg/optim';
import { Adam, clipGradNorm, SGD, StepLR } from '@mg/optim';
import { type Tensor, tensor } from '@mg/tensor';

const weight = (x: number) => tensor([x], { dtype: 'float64', requiresGrad: true });
const setGrad = (param: Tensor, g: number) => {
  param.grad = tensor([g], { dtype: 'float64' });
};

/** The seed's optimizers of one number each, line by line: what they did wrong is to be seen beside what we do. */
class SeedSGD {
  readonly params: Iterable<{ data: number; grad: number | null }>;
  readonly velocities: number[];
  lr: number;
  momentum: number;

  constructor(params: Iterable<{ data: number; grad: number | null }>, lr: number, momentum: number) {
    this.params = params;
    this.lr = lr;
    this.momentum = momentum;
    this.velocities = Array.from(params, () => 0);
  }

  step(): void {
    let i = 0;
    for (const p of this.params) {
      if (p.grad !== null) {
        this.velocities[i] = this.momentum * (this.velocities[i] ?? 0) - this.lr * p.grad;
        p.data += this.velocities[i] ?? 0;
      }
      i++;
    }
  }

  zeroGrad(): void {
    for (const p of this.params) p.grad = 0;
  }
}

describe('what the seed got wrong', () => {
  test('O1: momentum followed a changed rate late, 0.356 where PyTorch is at 0.649', () => {
    const seeds = { data: 1, grad: 1 };
    const seed = new SeedSGD([seeds], 0.1, 0.9);
    const ours = weight(1);
    const optimizer = new SGD([ours], { lr: 0.1, momentum: 0.9 });
    for (const lr of [0.1, 0.1, 0.01, 0.01]) {
      seed.lr = lr;
      seed.step();
      optimizer.paramGroups[0].lr = lr;
      setGrad(ours, 1);
      optimizer.step();
    }
    expect(seeds.data).toBeCloseTo(0.356, 3);
    expect(ours.item()).toBeCloseTo(0.649, 3);
  });

  test('O2: a generator of parameters was used up, and step() did nothing', () => {
    const seeds = [{ data: 1, grad: 1 }];
    const seed = new SeedSGD(seeds.values(), 0.1, 0);
    seed.step();
    expect(seeds[0]?.data).toBe(1);

    const ours = weight(1);
    function* parameters() {
      yield ours;
    }
    const optimizer = new SGD(parameters(), { lr: 0.1 });
    setGrad(ours, 1);
    optimizer.step();
    expect(ours.item()).toBe(0.9);
    expect(() => new SGD([])).toThrow('there are no parameters');
    expect(() => new SGD([ours, ours])).toThrow('in the list twice');
    expect(() => new SGD([ours.mul(2)])).toThrow('is not a leaf');
  });

  test('O3: gradients of 0 moved parameters that were not used, 0.81 where it should stay at 0.9', () => {
    const seeds = { data: 1, grad: 1 };
    const seed = new SeedSGD([seeds], 0.1, 0.9);
    const ours = weight(1);
    const optimizer = new SGD([ours], { lr: 0.1, momentum: 0.9 });
    setGrad(ours, 1);
    for (const each of [seed, optimizer]) {
      each.step();
      each.zeroGrad();
      each.step();
    }
    expect(seeds).toEqual({ data: expect.closeTo(0.81, 12) as number, grad: 0 });
    expect(ours.item()).toBe(0.9);
    expect(ours.grad).toBeNull();
  });

  test('O4: one count of steps for all, by which a late first step was 0.074 where it is to be 0.1', () => {
    // The seed's Adam at t = 2, with means that were 0 before.
    const [m, v] = [0.1 / (1 - 0.9 ** 2), 0.001 / (1 - 0.999 ** 2)];
    expect((0.1 * m) / (Math.sqrt(v) + 1e-8)).toBeCloseTo(0.0744, 4);

    const [early, late] = [weight(0), weight(0)];
    const optimizer = new Adam([early, late], { lr: 0.1 });
    for (const param of [early, late]) {
      optimizer.zeroGrad();
      setGrad(param, 1);
      optimizer.step();
    }
    expect(late.item()).toBeCloseTo(-0.1, 8);
  });

  test('O5: there was no clipping, decay, schedule or state', () => {
    expect(Object.keys(optim)).toEqual(expect.arrayContaining(['clipGradNorm', 'clipGradValue', 'AdamW', 'StepLR']));
    const x = weight(2);
    const optimizer = new SGD([x], { lr: 0.5, weightDecay: 0.5 });
    const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
    setGrad(x, 100);
    expect(clipGradNorm([x], 1)).toBe(100);
    optimizer.step();
    scheduler.step();
    expect(x.item()).toBeCloseTo(2 - 0.5 * (1 + 0.5 * 2), 6);
    expect(optimizer.stateDict().paramGroups[0]?.lr).toBe(0.25);
  });
});
