import { queryObjects } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { BatchNorm1d, crossEntropy, Linear, ReLU, Sequential } from '@mg/nn';
import { Adam, clipGradNorm } from '@mg/optim';
import {
  defineOp,
  detectAnomaly,
  enableGrad,
  Generator,
  grad,
  isGradEnabled,
  memoryUsage,
  noGrad,
  randint,
  randn,
  setMemoryLimit,
  tensor,
  type Tensor,
} from '@mg/tensor';

// So little that memory is full after a few rounds: from then on what is kept shows.
setMemoryLimit(2 ** 16);

/** The rounds after the interrupts. The test runner and JavaScript's engine may add objects, but fewer than one for each round. */
const ROUNDS = 500;

const generator = new Generator(1);

function weight(shape: readonly number[]): Tensor {
  const w = randn(shape, { generator });
  w.requiresGrad = true;
  return w;
}

const cube = defineOp({
  name: 'cube',
  forward: (x: Tensor) => x.mul(x).mul(x),
  backward: (g, [x]) => [g.mul(x).mul(x).mul(3)],
});

/** Programs: each returns one round. */
const programs: Record<string, () => () => void> = {
  operations: () => {
    const [x, w] = [randn([16, 16], { generator }), weight([16, 16])];
    return () => {
      w.zeroGrad();
      x.matmul(w).relu().add(1).softmax(1).log().norm().backward();
    };
  },
  'changes in place, views, second derivatives': () => {
    const w = weight([16, 16]);
    return () => {
      const y = w.mul(2);
      y.add_(1).clip_(-3, 3);
      const [first] = grad(y.T.reshape([256]).logsumexp(0), w, { createGraph: true });
      grad(first.square().sum(), w);
    };
  },
  training: () => {
    const model = new Sequential(new Linear(8, 32), new BatchNorm1d(32), new ReLU(), new Linear(32, 4));
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    const [x, label] = [randn([16, 8], { generator }), randint(0, 4, [16], { generator })];
    return () => {
      optimizer.zeroGrad();
      crossEntropy(model.forward(x), label).backward();
      clipGradNorm(model.parameters(), 1);
      optimizer.step();
    };
  },
};

/** Programs that run code of users in a mode: `finally` restores it, which a stack overflow does not skip. */
const withCallbacks: Record<string, () => () => void> = {
  'hooks and operations of users': () => {
    const w = weight([8]);
    w.registerHook((g) => g.mul(2));
    return () => {
      w.zeroGrad();
      cube(w).sum().backward();
    };
  },
  modes: () => {
    const w = weight([8]);
    return () => {
      w.zeroGrad();
      const y = detectAnomaly(() => enableGrad(() => noGrad(() => w.mul(2)).mul(w)));
      y.sum().backward();
    };
  },
};

function expectRightGradient(): void {
  expect(isGradEnabled()).toBe(true);
  const w = tensor([1, 2, 3], { requiresGrad: true });
  w.mul(w).sum().backward();
  expect(w.grad?.toArray()).toEqual([2, 4, 6]);
  expect(w.grad?.requiresGrad).toBe(false);
}

/** Interrupts a program many times; after that, its rounds keep nothing. */
function expectFlat(round: () => void, interrupt: () => void): void {
  const objectsAfter = (rounds: number): number => {
    for (let each = 0; each < rounds; each++) round();
    return queryObjects(Object, { format: 'count' });
  };
  interrupt();
  const before = objectsAfter(300);
  expect(objectsAfter(ROUNDS) - before).toBeLessThan(ROUNDS);
  const { used, reserved, limit } = memoryUsage();
  expect(used).toBeLessThanOrEqual(limit);
  expect(reserved).toBe(2 ** 20); // as at the start
}

/** Runs a script that interrupts itself, as Ctrl-C does: the signal arrives a moment after it was sent. */
function expectInterrupted(script: string, context: object): void {
  const interrupt = () => process.kill(process.pid, 'SIGINT');
  expect(() => {
    runInNewContext(script, { ...context, interrupt }, { breakOnSigint: true });
  }).toThrow('SIGINT');
}

// Skipped on Windows, where a process cannot send itself a signal that can be caught.
const isWindows = process.platform === 'win32';

describe.skipIf(isWindows)('a loop that is interrupted 100 times leaves gradients right and memory flat', () => {
  test.each(Object.keys(programs))('%s', (name) => {
    const round = (programs[name] as (typeof programs)[string])();
    expectFlat(round, () => {
      for (let each = 0; each < 100; each++) {
        expectInterrupted('for (let rounds = 0; ; rounds++) { if (rounds === last) interrupt(); round(); }', {
          round,
          last: each % 4,
        });
        expectRightGradient();
      }
    });
  });
});

describe('a stack overflow at any depth leaves gradients right and memory flat', () => {
  const all = { ...programs, ...withCallbacks };
  test.each(Object.keys(all))('%s', (name) => {
    const round = (all[name] as (typeof all)[string])();
    const within = (depth: number): void => {
      if (depth === 0) round();
      else within(depth - 1);
    };
    let overflows = 0;
    expectFlat(round, () => {
      // The deepest at which nothing overflows, from where on each frame more is one less for the round.
      let depth = 500;
      for (let fits = true; fits; depth += 200) {
        try {
          within(depth);
        } catch {
          fits = false;
        }
      }
      for (let each = depth - 600; each < depth + 200; each += 3) {
        try {
          within(each);
        } catch {
          overflows++;
          expectRightGradient();
        }
      }
    });
    expect(overflows).toBeGreaterThan(100);
  });
});

describe.skipIf(isWindows)('what is interrupted in a mode that a user set has it until the job ends', () => {
  const modes: Record<string, (fn: () => void) => void> = {
    noGrad,
    detectAnomaly: (fn) => {
      detectAnomaly(() => {
        noGrad(fn);
      });
    },
    'a hook': (fn) => {
      const w = weight([2]);
      w.registerHook(fn);
      w.sum().backward();
    },
    'an operation of a user': (fn) => {
      const own = defineOp({ forward: (x: Tensor) => (fn(), x.clone()), backward: (g) => [g] });
      own(weight([2]));
    },
  };
  test.each(Object.keys(modes))('%s', async (name) => {
    const mode = modes[name] as (typeof modes)[string];
    expectInterrupted('mode(() => { interrupt(); for (;;); })', { mode });
    expect(isGradEnabled()).toBe(false);
    await Promise.resolve();
    expectRightGradient();
    expect(tensor([-1]).log().toArray()).toEqual([Number.NaN]);
    expect(() => detectAnomaly(() => tensor([-1]).log())).toThrow('log produced NaN');
  });
});
