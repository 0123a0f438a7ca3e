import { describe, expect, test } from 'vitest';
import { Generator, memoryUsage, noGrad, randint, randn, type Tensor, zeros } from '@mg/tensor';

interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

const { process, setTimeout } = globalThis as unknown as {
  readonly process: { memoryUsage(): Usage };
  setTimeout(call: () => void, milliseconds: number): unknown;
};

const MB = 2 ** 20;
const STEPS = 50_000;
/** From here on nothing may grow: linear memory is full, and everything is compiled. */
const SETTLED = 5000;

/** A classifier in training; returns its step, which returns the loss. */
function trainer(): () => Tensor {
  const generator = new Generator(1);
  const batches = Array.from({ length: 8 }, () => ({
    x: randn([16, 32], { generator }),
    label: randint(0, 10, [16, 1], { generator }),
  }));
  const parameter = (x: Tensor): Tensor => {
    x.requiresGrad = true;
    return x;
  };
  const parameters = [
    parameter(randn([32, 64], { generator }).mul(0.2).detach()),
    parameter(zeros([64])),
    parameter(randn([64, 10], { generator }).mul(0.2).detach()),
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

/** Measures at step 5,000 and from then on; `grown` says by how much the last measurements exceed the first, in bytes. */
class Meter {
  readonly #first: Usage[] = [];
  readonly #last: Usage[] = [];

  /** To be called after each step. The collector runs when it likes: the least of several measurements is what is held. */
  note(step: number, steps: number): void {
    if (step % 50 !== 0) return;
    if (step > SETTLED - 1000 && step <= SETTLED) this.#first.push(process.memoryUsage());
    if (step > steps - 1000 && step <= steps) this.#last.push(process.memoryUsage());
  }

  grown(): Usage {
    const least = (of: readonly Usage[], key: keyof Usage) => Math.min(...of.map((each) => each[key]));
    const by = (key: keyof Usage) => least(this.#last, key) - least(this.#first, key);
    return { rss: by('rss'), heapUsed: by('heapUsed'), arrayBuffers: by('arrayBuffers') };
  }

  /** By how much the resident size after the last step exceeds that after step 5,000. */
  get rss(): number {
    return (this.#last.at(-1)?.rss ?? NaN) - (this.#first.at(-1)?.rss ?? NaN);
  }
}

function expectFlat(meter: Meter): void {
  const { heapUsed, arrayBuffers } = meter.grown();
  console.log(meter.rss / MB, heapUsed / MB, arrayBuffers / MB, meter.grown().rss / MB, memoryUsage());
  expect(meter.rss).toBeLessThan(16 * MB);
  expect(heapUsed).toBeLessThan(4 * MB);
  expect(arrayBuffers).toBeLessThan(4 * MB);
  const { used, reserved, limit, evictions } = memoryUsage();
  expect(used).toBeLessThanOrEqual(limit);
  expect(reserved).toBeLessThanOrEqual(limit);
  expect(evictions).toBeGreaterThan(STEPS); // what nobody holds does move out
}

describe(`${STEPS.toLocaleString('en')} steps of training stay flat`, () => {
  test('in one synchronous loop', () => {
    const [train, meter] = [trainer(), new Meter()];
    const first = train().item();
    let last = NaN;
    for (let step = 1; step <= STEPS; step++) {
      last = train().item();
      meter.note(step, STEPS);
    }
    expectFlat(meter);
    expect(last).toBeLessThan(first / 2);
  });

  test('with an await in each', async () => {
    const [train, meter] = [trainer(), new Meter()];
    for (let step = 1; step <= STEPS; step++) {
      train().item();
      await null;
      if (step % 100 === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
      meter.note(step, STEPS);
    }
    expectFlat(meter);
  });
});

test('and the measurement sees it where something is kept', () => {
  const [train, meter] = [trainer(), new Meter()];
  const steps = 2 * SETTLED;
  const losses: Tensor[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push(train());
    meter.note(step, steps);
  }
  console.log(meter.rss / MB, meter.grown());
  expect(meter.grown().heapUsed).toBeGreaterThan(4 * MB);
  expect(losses.length).toBe(steps);
});
