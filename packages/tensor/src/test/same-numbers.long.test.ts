import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { largeRows } from '../../fixtures/op-table/large-rows.ts';
import * as table from '../../fixtures/op-table/rows.ts';
import { type Row } from '../../fixtures/op-table/rows.ts';
import { type TypedArray } from '../array/dtype.ts';
import * as index from '../index.ts';
import { type Tensor } from '../index.ts';

// How much memory there is costs time and never numbers: each computation here runs with all the memory it wants and with hardly
// any, and has to give the same bits. Without WebAssembly the reference kernels serve, whose float32 is rounded elsewhere: the
// numbers are the same but for that.

/** All of this package, and its op table. */
type Package = typeof index & typeof table;

const here: Package = { ...index, ...table };

/** Results by their names. */
type Results = Map<string, TypedArray>;

const defaultLimit = here.memoryUsage().limit;

/** Runs with hardly any memory; also returns how often something moved out to make room. */
function underLimit<Result>(bytes: number, run: () => Result): { result: Result; evictions: number } {
  here.setMemoryLimit(0); // moves out what was there before
  here.setMemoryLimit(bytes);
  const before = here.memoryUsage().evictions;
  try {
    return { result: run(), evictions: here.memoryUsage().evictions - before };
  } finally {
    here.setMemoryLimit(defaultLimit);
  }
}

/** A copy of this package, loaded where WebAssembly is something else. */
async function loadWith(webAssembly: unknown): Promise<Package> {
  vi.stubGlobal('WebAssembly', webAssembly);
  const registry = Symbol.for('@mg/tensor.registry');
  const global = globalThis as unknown as Record<symbol, unknown>;
  const own = global[registry];
  Reflect.deleteProperty(global, registry); // else it would join us, and use our memory
  vi.resetModules();
  try {
    return { ...(await import('../index.ts')), ...(await import('../../fixtures/op-table/rows.ts')) };
  } finally {
    global[registry] = own;
    vi.unstubAllGlobals();
  }
}

let none: Package;
beforeEach(async () => {
  none = await loadWith(undefined);
});
afterEach(() => {
  expect(none.memoryUsage()).toEqual({ used: 0, reserved: 0, limit: 0, evictions: 0 });
});

/** Asserts that all results are the same to the bit; which NaN it is does not count. */
function expectSame(actual: Results, expected: Results, of = 'all'): void {
  expect([...actual.keys()], of).toEqual([...expected.keys()]);
  for (const [key, wanted] of expected) {
    const found = actual.get(key) ?? new Float32Array();
    const name = `${of}, ${key}`;
    expect(found.length, name).toBe(wanted.length);
    const wrong = wanted.findIndex((each, i) => !Object.is(each, found[i]));
    if (wrong >= 0) expect(found[wrong], `${name}, element ${wrong}`).toBe(wanted[wrong]);
  }
}

/** Asserts that floats are the same to 32 units in the last place of float32, of a result's largest number: long sums differ by that. */
function expectClose(actual: Results, expected: Results, of = 'all'): void {
  expect([...actual.keys()], of).toEqual([...expected.keys()]);
  for (const [key, wanted] of expected) {
    const found = actual.get(key) ?? new Float32Array();
    expect(found.length, `${of}, ${key}`).toBe(wanted.length);
    const isFloat = wanted instanceof Float32Array || wanted instanceof Float64Array;
    let size = 0;
    for (const each of wanted) if (Number.isFinite(each)) size = Math.max(size, Math.abs(each));
    const allowed = isFloat ? 32 * 2 ** -23 * size : 0;
    const wrong = wanted.findIndex((each, i) => {
      const other = found[i] ?? NaN;
      return !Object.is(each, other) && !(Math.abs(each - other) <= allowed);
    });
    if (wrong >= 0) expect(found[wrong], `${of}, ${key}, element ${wrong}`).toBe(wanted[wrong]);
  }
}

const copyOf = (x: Tensor): TypedArray => x.detach().clone().data;

test('without WebAssembly a limit is taken, and says nothing', () => {
  none.setMemoryLimit(1);
  expect(none.full([1000], 2).add(1).sum().item()).toBe(3000);
  expect(none.tensor([1]).storage.block).toBeNull();
});

test('so it is where the system has no addresses left for a memory, as under `ulimit -v`', async () => {
  function Memory(): never {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  }
  const mg = await loadWith({ Memory });
  expect(mg.full([1000], 2).add(1).sum().item()).toBe(3000);
  expect(mg.memoryUsage().reserved).toBe(0);
});

/** Trains a classifier, with all that moves memory around: views, writes in place, arrays handed out, second derivatives. */
function train(mg: Package, epochs: number): Results {
  const generator = new mg.Generator(42);
  const random = (shape: number[], scale: number) => mg.randn(shape, { generator }).mul(scale).detach();
  const parameter = (x: Tensor): Tensor => {
    x.requiresGrad = true;
    return x;
  };
  const results: Results = new Map();

  const [count, batchSize] = [512, 64];
  const images = random([count, 48], 1); // made by an operation: a large tensor in linear memory
  const labels = mg.randint(0, 10, [count, 1], { generator });
  const given = mg.fromTypedArray(copyOf(random([count, 16], 1)), [count, 16]);
  const projection = random([48, 16], 1);
  const sizes = [64, 64, 32, 10];
  const weights = sizes.slice(1).map((out, i) => parameter(random([out, sizes[i] ?? 0], 0.2)));
  const biases = sizes.slice(1).map((out) => parameter(mg.zeros([out])));
  const parameters = [...weights, ...biases];
  const moments = parameters.map((p) => ({ m: mg.zeros([...p.shape]), v: mg.zeros([...p.shape]) }));

  const square = mg.defineOp({
    forward: (x: Tensor) => x.mul(x),
    backward: (g, [x]) => [g.mul(x).mul(2)],
  });
  const forward = (x: Tensor): Tensor =>
    weights.reduce((h, weight, i) => {
      const next = h.matmul(weight.T).add(biases[i] ?? NaN);
      return i < weights.length - 1 ? next.relu() : next;
    }, x);

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let start = 0; start < count; start += batchSize) {
      const label = labels.slice(0, start, start + batchSize);
      const x = mg.zeros([batchSize, 64]);
      x.slice(1, 0, 48).copy_(images.slice(0, start, start + batchSize).flip(1));
      x.slice(1, 48).copy_(given.slice(0, start, start + batchSize));
      x.requiresGrad = true;

      const loss = forward(x).logSoftmax(1).gather(1, label).mean().neg();
      const [dx] = mg.grad([loss], [x], { createGraph: true });
      const penalty = square(dx.mul(10)).sum();
      for (const p of parameters) p.zeroGrad();
      loss.add(penalty).backward();

      mg.noGrad(() => {
        for (const [i, p] of parameters.entries()) {
          const { m, v } = moments[i] ?? { m: p, v: p };
          const g = p.grad ?? p;
          m.mul_(0.9).add_(g.mul(0.1));
          v.mul_(0.999).add_(g.mul(g).mul(0.001));
          p.sub_(m.div(v.sqrt().add(1e-8)).mul(0.01));
        }
      });
      // From here on the first bias lives in an array that was handed out.
      const [bias] = biases;
      if (epoch === 1 && bias !== undefined) bias.data[0] = (bias.data[0] ?? 0) + 0.5;
      results.set(`loss ${epoch} ${start}`, copyOf(loss));
      // A few rows of a large tensor, which is moved in for them in one run and not in another.
      const rows = images.slice(0, start, start + 8).matmul(projection);
      results.set(`projection ${epoch} ${start}`, copyOf(rows));
    }
    given.data[epoch] = epoch;
  }
  for (const [i, p] of parameters.entries()) {
    results.set(`parameter ${i}`, copyOf(p));
    results.set(`gradient ${i}`, copyOf(p.grad ?? p));
  }
  const logits = mg.noGrad(() => forward(mg.where(given.gt(0), given, 0).reshape([count / 4, 64])));
  results.set('logits', copyOf(logits));
  results.set('winners', copyOf(logits.argmax(1)));
  results.set(
    'their number',
    copyOf(
      logits
        .argmax(1)
        .eq(mg.full([count / 4], 3))
        .sum(),
    ),
  );
  results.set('in double precision', copyOf(logits.to('float64').exp().sum(0)));
  return results;
}

describe('training', () => {
  test('gives the same bits under a tiny limit, where memory moves out thousands of times', () => {
    const expected = train(here, 4);
    const { result, evictions } = underLimit(4096, () => train(here, 4));
    expect(evictions).toBeGreaterThan(5000);
    expectSame(result, expected);
    const losses = [...expected].filter(([name]) => name.startsWith('loss')).map(([, [loss = NaN]]) => loss);
    expect(losses).toHaveLength(32);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
  });

  test('gives the same numbers without WebAssembly, but for what is rounded elsewhere', () => {
    expectClose(train(none, 2), train(here, 2));
  });
});

test('tensors larger in sum than the limit are all there', () => {
  here.setMemoryLimit(4 * 2 ** 20);
  const { evictions } = here.memoryUsage();
  try {
    const length = 2 ** 18;
    const ramp = here.tensor(Float32Array.from({ length }, (_, i) => i));
    const tensors = Array.from({ length: 40 }, (_, i) => ramp.add(i));
    for (let round = 1; round <= 2; round++) for (const x of tensors) x.mul_(2);
    for (const [i, x] of tensors.entries()) {
      const wrong =
        x
          .sub(here.full([length], 4 * i))
          .div(4)
          .eq(ramp)
          .to('int32')
          .sum()
          .item() - length;
      expect(wrong).toBe(0);
    }
    const total = tensors.reduce((sum, x) => sum.add(x), here.zeros([length]));
    expect(total.slice(0, 1000, 1001).item()).toBe(40 * 4000 + 4 * 780);
    const { used, limit } = here.memoryUsage();
    expect(used).toBeLessThanOrEqual(limit);
    expect(here.memoryUsage().evictions - evictions).toBeGreaterThan(200);
  } finally {
    here.setMemoryLimit(defaultLimit);
  }
});

/** The value and the gradients of a row. */
function runRow(mg: Package, row: Row): Results {
  // Made by an operation, and so in linear memory where there is one; where there is little, the last line moves them out.
  const inputs = mg.inputsOf(row).map((x) => x.detach().clone());
  mg.full([64], 0);
  for (const input of inputs) input.requiresGrad = true;

  const output = mg.run(row, inputs);
  const results: Results = new Map([['value', copyOf(output)]]);
  if (!output.requiresGrad) return results;
  const direction = Array.from({ length: output.size }, (_, i) => ((i % 7) - 3) / 2);
  output.backward(mg.tensor(direction, { shape: output.shape, dtype: output.dtype }));
  for (const [i, input] of inputs.entries()) results.set(`gradient ${i}`, copyOf(input.grad ?? input));
  return results;
}

describe.each(['float32', 'float64'] as const)('every operation of the table on larger inputs, %s', (dtype) => {
  const rows = largeRows.map((row) => ({ ...row, dtype }));

  test('gives the same bits under a tiny limit, and moves out for each operation', () => {
    const operations = new Map<string, number>();
    let results = 0;
    for (const [i, row] of rows.entries()) {
      const expected = runRow(here, row);
      const { result, evictions } = underLimit(0, () => runRow(here, row));
      expectSame(result, expected, `row ${i}, ${row.op}`);
      operations.set(row.op, (operations.get(row.op) ?? 0) + evictions);
      results += expected.size;
    }
    expect(results).toBeGreaterThan(1.5 * rows.length);
    for (const [op, evictions] of operations) expect(evictions, op).toBeGreaterThan(0);
  });

  test(`gives the same ${dtype === 'float32' ? 'numbers' : 'bits'} without WebAssembly`, () => {
    const compare = dtype === 'float32' ? expectClose : expectSame;
    for (const [i, row] of rows.entries()) compare(runRow(none, row), runRow(here, row), `row ${i}, ${row.op}`);
  });
});
