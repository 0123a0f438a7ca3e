import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as optim from '@mg/optim';
import { type Optimizer } from '@mg/optim';
import * as mg from '@mg/tensor';
import { type Tensor } from '@mg/tensor';
import { scope } from '@mg/tensor/internal';

// Where the elements of parameters, gradients and states lie costs time and never numbers.

type Packages = typeof optim & typeof mg;
const here: Packages = { ...mg, ...optim };

/** Copies of both packages, loaded where there is no WebAssembly: the loops serve. */
let none: Packages;
beforeAll(async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const registry = Symbol.for('@mg/tensor.registry');
  const global = globalThis as unknown as Record<symbol, unknown>;
  const own = global[registry];
  Reflect.deleteProperty(global, registry); // else they would join us, and use our memory
  vi.resetModules();
  try {
    none = { ...(await import('@mg/tensor')), ...(await import('@mg/optim')) };
  } finally {
    global[registry] = own;
    vi.unstubAllGlobals();
  }
});

const { limit } = mg.memoryUsage();
afterEach(() => {
  mg.setMemoryLimit(limit);
});

const kinds: readonly (readonly ['Adagrad' | 'Adam' | 'AdamW' | 'RMSprop' | 'SGD', object])[] = [
  ['Adagrad', { lrDecay: 0.1, weightDecay: 0.1 }],
  ['Adam', {}],
  ['Adam', { amsgrad: true, maximize: true, weightDecay: 0.1 }],
  ['AdamW', { weightDecay: 0.5, betas: [0.5, 0.75] }],
  ['RMSprop', {}],
  ['RMSprop', { momentum: 0.5, centered: true, weightDecay: 0.1 }],
  ['SGD', { weightDecay: 0.1, maximize: true }],
  ['SGD', { momentum: 0.9, dampening: 0.5 }],
  ['SGD', { momentum: 0.9, nesterov: true }],
];

const sizes = [1, 3, 64, 257, 1003];

/** Element `i` of the gradient of the parameter with number `k` in a step: between -0.5 and 0.5. */
const slopeAt = (k: number, i: number, step: number) => ((i * 37 + k * 11 + step * 101) % 97) / 97 - 0.5;

/** How a run goes: where its packages are from, what parameters and gradients are made of their elements, and how a step is taken. */
interface Surroundings {
  readonly packages?: Packages;
  readonly param?: (start: Float32Array) => Tensor;
  readonly gradient?: (elements: Float32Array) => Tensor;
  readonly around?: (step: () => void) => void;
}

/** All elements of the parameters, and of all that is remembered of them, after some steps. */
function train([kind, options]: (typeof kinds)[number], surroundings: Surroundings = {}): number[] {
  const {
    packages = here,
    param: make = (start: Float32Array) => packages.tensor(start),
    gradient = (elements: Float32Array) => packages.tensor(elements),
    around = (step: () => void) => {
      step();
    },
  } = surroundings;
  const params = sizes.map((size, k) => {
    const param = make(Float32Array.from({ length: size }, (_, i) => slopeAt(k, i, 50) + 2));
    param.requiresGrad = true;
    return param;
  });
  const optimizer: Optimizer = new packages[kind](params, { lr: 0.01, ...options });
  for (let step = 0; step < 12; step++) {
    for (const [k, param] of params.entries()) {
      param.grad = gradient(Float32Array.from({ length: param.size }, (_, i) => slopeAt(k, i, step)));
    }
    around(() => {
      optimizer.step();
    });
  }
  const remembered = Object.values(optimizer.stateDict().state).flatMap((state) => Object.values(state));
  const tensors = [...params, ...remembered].filter((each) => typeof each !== 'number');
  return tensors.flatMap((each) => each.toArray<number[]>());
}

/** How many tensors there are for each parameter, itself included, at least. */
const fewest = { Adagrad: 2, Adam: 3, AdamW: 3, RMSprop: 2, SGD: 1 };

/** A view of some elements of a larger tensor, which has them from `offset` on. */
function viewOf(base: Tensor, offset: number, elements: Float32Array): Tensor {
  const view = base.slice(0, offset, offset + elements.length).detach();
  view.copy_(mg.tensor(elements));
  return view;
}

const surroundings: Readonly<Record<string, Surroundings>> = {
  'where memory is so small that all moves out': {
    around: (step) => {
      mg.setMemoryLimit(0);
      step();
      mg.full([1000], NaN);
    },
  },
  'where parameters were made by an operation': { param: (start) => mg.tensor(start).add(0).detach() },
  'where parameters live in arrays that were handed out': {
    param: (start) => mg.fromTypedArray(start, [start.length]),
  },
  'where parameters are views': { param: (start) => viewOf(mg.full([start.length + 7], NaN), 3, start) },
  'where parameters are small views of what was handed out': {
    param: (start) => viewOf(mg.fromTypedArray(new Float32Array(9 * start.length), [9 * start.length]), 5, start),
  },
  'where gradients were made by an operation': { gradient: (elements) => mg.tensor(elements).add(0) },
  'where gradients live in arrays that were handed out': {
    gradient: (elements) => mg.fromTypedArray(elements, [elements.length]),
  },
  'where gradients are no rows': {
    gradient: (elements) =>
      mg
        .stack([mg.tensor(elements), mg.full([elements.length], NaN)], 1)
        .slice(1, 0, 1)
        .squeeze(1),
  },
  'where gradients are views': { gradient: (elements) => viewOf(mg.full([elements.length + 9], NaN), 6, elements) },
  'where gradients are small views of what is in arrays': {
    gradient: (elements) => viewOf(mg.tensor(new Float32Array(9 * elements.length)), 5, elements),
  },
  'in a scope of the engine, which releases what was made inside': {
    around: (step) => {
      scope(() => {
        step();
        return mg.zeros([1]);
      });
      for (let i = 0; i < 30; i++) mg.full([1003], NaN);
    },
  },
};

describe.each(kinds)('%s %o', (...kind) => {
  const expected = train(kind);

  test('remembers, and takes steps', () => {
    const [name] = kind;
    const tensors = expected.length / sizes.reduce((sum, size) => sum + size);
    expect(tensors).toBeGreaterThanOrEqual(fewest[name]);
    expect(expected.every(Number.isFinite)).toBe(true);
  });

  test.each(Object.entries(surroundings))('takes the same steps %s', (_, how) => {
    expect(train(kind, how)).toEqual(expected);
  });

  test('takes steps that are as good as the same without WebAssembly', () => {
    const found = train(kind, { packages: none });
    expect(found).toHaveLength(expected.length);
    const farthest = Math.max(...found.map((x, i) => Math.abs(x - (expected[i] ?? NaN))));
    expect(farthest).toBeLessThan(2e-6);
  });
});

test('float32 is served by kernels, and by loops without WebAssembly', () => {
  expect(none.memoryUsage().reserved).toBe(0);
  expect(train(['Adam', {}], { packages: none })).not.toEqual(train(['Adam', {}]));
});

test('a step writes to no element around a parameter that is a view', () => {
  for (const [kind, options] of kinds) {
    for (const base of [mg.full([40], 7), mg.fromTypedArray(new Float32Array(40).fill(7), [40])]) {
      const param = viewOf(base, 11, new Float32Array(6).fill(1));
      param.requiresGrad = true;
      param.grad = mg.full([6], 0.5);
      new here[kind]([param], { lr: 0.1, ...options }).step();
      const elements = base.toArray<number[]>();
      expect([...elements.slice(0, 11), ...elements.slice(17)]).toEqual(new Array(34).fill(7));
      for (const each of elements.slice(11, 17)) expect(each).not.toBe(1);
    }
  }
});

test('a parameter of no elements can be stepped', () => {
  for (const [kind, options] of kinds) {
    const param = mg.zeros([0, 3], { requiresGrad: true });
    param.grad = mg.zeros([0, 3]);
    const optimizer: Optimizer = new here[kind]([param], options);
    optimizer.step();
    optimizer.step();
    expect(param.shape).toEqual([0, 3]);
  }
});

test('steps use no more memory, however many, and whatever the gradient is a view of', () => {
  const param = mg.zeros([64, 64], { requiresGrad: true });
  param.grad = mg.full([64, 64], 0.5).T;
  const optimizer = new optim.Adam([param], { amsgrad: true });
  optimizer.step();
  const { used, evictions } = mg.memoryUsage();
  for (let step = 0; step < 10; step++) optimizer.step();
  expect(mg.memoryUsage()).toMatchObject({ used, evictions });
});
