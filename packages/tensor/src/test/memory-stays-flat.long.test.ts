import { queryObjects } from 'node:v8';
import { Generator, memoryUsage, noGrad, randint, randn, setMemoryLimit, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

// The model here is small. With this little linear memory it is full after about 100 steps, as the default limit is with a
// large model.
setMemoryLimit(2 ** 22);

/** From here on nothing may grow: linear memory is full. */
const SETTLED = 500;
const STEPS = 5000;

/** How many objects the test runner and JavaScript's engine may add: far fewer than one for each step. */
const SLACK = 500;

/** A classifier in training; returns its step, which returns the loss. */
function trainer(): () => Tensor {
  const generator = new Generator(1);
  const batches = Array.from({ length: 8 }, () => ({
    x: randn([32, 8], { generator }),
    label: randint(0, 10, [32, 1], { generator }),
  }));
  const parameter = (x: Tensor): Tensor => {
    x.requiresGrad = true;
    return x;
  };
  const parameters = [
    parameter(randn([8, 32], { generator }).mul(0.2).detach()),
    parameter(zeros([32])),
    parameter(randn([32, 10], { generator }).mul(0.2).detach()),
    parameter(zeros([10])),
  ];
  const [w1, b1, w2, b2] = parameters as [Tensor, Tensor, Tensor, Tensor];
  let step = 0;
  return () => {
    const { x, label } = batches[step++ % batches.length] as (typeof batches)[0];
    const loss = x.matmul(w1).add(b1).relu().matmul(w2).add(b2).logSoftmax(1).gather(1, label).mean().neg();
    loss.backward();
    noGrad(() => {
      for (const p of parameters) {
        p.sub_((p.grad as Tensor).mul(0.01));
        p.zeroGrad();
      }
    });
    return loss;
  };
}

/** What there is after a step: objects of every kind that survive a collection, and the bytes of linear memory. */
interface Held {
  readonly objects: number;
  readonly reserved: number;
  readonly evictions: number;
}

function held(): Held {
  const { reserved, evictions } = memoryUsage();
  // Collects the garbage first. Arrays, functions, tensors and typed arrays are objects too.
  return { objects: queryObjects(Object, { format: 'count' }), reserved, evictions };
}

function expectFlat(settled: Held): void {
  const { objects, reserved, evictions } = held();
  expect(objects - settled.objects).toBeLessThan(SLACK);
  // Linear memory is full and grows no more: every step moves something out of it.
  expect(reserved).toBe(settled.reserved);
  expect(evictions - settled.evictions).toBeGreaterThan(STEPS - SETTLED);
  const { used, limit } = memoryUsage();
  expect(used).toBeGreaterThan(limit / 2);
  expect(reserved).toBeLessThanOrEqual(limit);
}

describe(`${STEPS.toLocaleString('en')} steps of training stay flat`, () => {
  test('in one synchronous loop', () => {
    const train = trainer();
    const first = train().item();
    for (let step = 1; step < SETTLED; step++) train();
    const settled = held();
    for (let step = SETTLED; step < STEPS; step++) train();
    expectFlat(settled);
    expect(train().item()).toBeLessThan(0.8 * first);
  });

  test('with an await in each', async () => {
    const train = trainer();
    const awaited = async (): Promise<void> => {
      train().item();
      await Promise.resolve();
    };
    for (let step = 0; step < SETTLED; step++) await awaited();
    const settled = held();
    for (let step = SETTLED; step < STEPS; step++) await awaited();
    expectFlat(settled);
  });
});

test('and the measurement sees what is kept', () => {
  const train = trainer();
  const losses: Tensor[] = [];
  for (let step = 0; step < SETTLED; step++) losses.push(train());
  const settled = held();
  for (let step = 0; step < 2 * SLACK; step++) losses.push(train());
  expect(held().objects - settled.objects).toBeGreaterThan(losses.length - SETTLED);
  expect(() => {
    expectFlat(settled);
  }).toThrow(`to be less than ${SLACK}`);
});
