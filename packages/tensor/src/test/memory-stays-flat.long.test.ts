import { Generator, memoryUsage, noGrad, randint, randn, setMemoryLimit, type Tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

/** In bytes: what the system counts for this process, objects, and the memory of typed arrays. */
interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

interface NodeModules {
  'node:v8': { setFlagsFromString(flags: string): void };
  'node:vm': { runInNewContext(code: string): unknown };
}

const { process, setTimeout } = globalThis as unknown as {
  readonly process: {
    memoryUsage(): Usage;
    getBuiltinModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name];
  };
  readonly setTimeout: (call: () => void, milliseconds: number) => unknown;
};

process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
const collectGarbage = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;

const MB = 2 ** 20;

// The model here is small. So little memory is full after some 100 steps of it, as the default limit is after as many of a
// large one; and what moves out has been garbage for the collector many times over when the measurement begins.
setMemoryLimit(4 * MB);

const STEPS = 50_000;
/** From here on nothing may grow: linear memory is full, and everything is compiled. */
const SETTLED = 5000;

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

/** Measures how much more memory there is after the last step than after step 5,000. */
class Meter {
  readonly #steps: number;
  readonly #resident = new Map<number, number>();
  readonly #held: Usage[] = [];

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** To be called after each step. */
  note(step: number): void {
    for (const milestone of [SETTLED, this.#steps]) {
      // The collector runs when it likes: the resident size is taken at its least in the last 200 steps before.
      if (step > milestone - 200 && step <= milestone && step % 10 === 0) {
        const least = this.#resident.get(milestone) ?? Infinity;
        this.#resident.set(milestone, Math.min(least, process.memoryUsage().rss));
      }
      if (step === milestone) {
        for (let i = 0; i < 2; i++) collectGarbage(); // the memory of arrays is counted off later than the arrays
        this.#held.push(process.memoryUsage());
      }
    }
  }

  get growth(): Usage {
    const resident = (step: number) => this.#resident.get(step) ?? NaN;
    const [before, after] = this.#held;
    if (before === undefined || after === undefined) throw new Error('too few steps were noted');
    return {
      rss: resident(this.#steps) - resident(SETTLED),
      heapUsed: after.heapUsed - before.heapUsed,
      arrayBuffers: after.arrayBuffers - before.arrayBuffers,
    };
  }
}

function expectFlat({ rss, heapUsed, arrayBuffers }: Usage): void {
  expect(rss).toBeLessThan(16 * MB);
  expect(heapUsed).toBeLessThan(MB);
  expect(arrayBuffers).toBeLessThan(MB);
  // Linear memory is full, and what nobody holds moves out of it.
  const { used, reserved, limit, evictions } = memoryUsage();
  expect(used).toBeGreaterThan(limit / 2);
  expect(reserved).toBeLessThanOrEqual(limit);
  expect(evictions).toBeGreaterThan(STEPS);
}

// The resident size also depends on how soon the collector's threads get to run, on a machine that others use: it may try twice.
describe(`${STEPS.toLocaleString('en')} steps of training stay flat`, { retry: 1 }, () => {
  test('in one synchronous loop', () => {
    const [train, meter] = [trainer(), new Meter(STEPS)];
    const first = train().item();
    let last = NaN;
    for (let step = 1; step <= STEPS; step++) {
      last = train().item();
      meter.note(step);
    }
    expectFlat(meter.growth);
    expect(last).toBeLessThan(0.8 * first);
  });

  test('with an await in each', async () => {
    const [train, meter] = [trainer(), new Meter(STEPS)];
    for (let step = 1; step <= STEPS; step++) {
      train().item();
      await Promise.resolve();
      if (step % 100 === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
      meter.note(step);
    }
    expectFlat(meter.growth);
  });
});

test('and the measurement sees it where something is kept', () => {
  const steps = 2 * SETTLED;
  const [train, meter] = [trainer(), new Meter(steps)];
  const losses: Tensor[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push(train());
    meter.note(step);
  }
  expect(meter.growth.heapUsed).toBeGreaterThan(MB);
  expect(losses.length).toBe(steps);
});
