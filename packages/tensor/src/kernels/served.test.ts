import { readFileSync } from 'node:fs';
import path from 'node:path';
import { arange, ones, randint, randn, type Tensor } from '@mg/tensor';
import { convThen, crossEntropyRows, linear } from '@mg/tensor/internal';
import { beforeEach, expect, test, vi } from 'vitest';
import { largeRows } from '../../fixtures/op-table/large-rows.ts';
import { lineOf } from '../../fixtures/op-table/page.ts';
import { inputsOf, type Row, run } from '../../fixtures/op-table/rows.ts';
import { enableRelaxedSimd } from '../../fixtures/relaxed-simd.ts';
import type * as CompiledModule from './compiled/module.ts';

// No operation falls back to TypeScript silently: a snapshot records which kernels serve each one. Update it with `vitest -u`. Every
// kernel that runs is noted: compiled ones by the exports of their modules, reference ones where they are given 64 elements or more;
// below that they may serve all that is exact.

const ran = vi.hoisted(() => ({ compiled: new Set<string>(), reference: new Set<string>() }));

/** Whether an argument of a kernel has so many elements that a compiled one should have been chosen. */
const isLarge = vi.hoisted(() => (argument: unknown): boolean => {
  const { length, storage, shape } = (argument ?? {}) as {
    length?: number;
    storage?: { length: number };
    shape?: readonly number[];
  };
  const count = shape?.reduce((all, size) => all * size, 1) ?? storage?.length ?? length ?? 0;
  return typeof argument === 'object' && count >= 64;
});

/** A module whose functions note that they ran. */
const noting = vi.hoisted(
  () =>
    (module: object, note: (name: string, args: readonly unknown[]) => void): object =>
      Object.fromEntries(
        Object.entries(module).map(([name, value]: [string, unknown]) => [
          name,
          typeof value !== 'function'
            ? value
            : (...args: readonly unknown[]) => {
                note(name, args);
                return (value as (...args: readonly unknown[]) => unknown)(...args);
              },
        ]),
      ),
);

const notingReference = vi.hoisted(
  () =>
    async (original: () => Promise<object>): Promise<object> =>
      noting(await original(), (name, args) => {
        if (args.some(isLarge)) ran.reference.add(name);
      }),
);

vi.mock('./compiled/module.ts', async (original) => {
  const module = await original<typeof CompiledModule>();
  return {
    ...module,
    instantiate: (...args: Parameters<typeof module.instantiate>) => {
      const exports = module.instantiate(...args);
      return exports && noting(exports, (name) => ran.compiled.add(name));
    },
  };
});
vi.mock('./reference/conv.ts', notingReference);
vi.mock('./reference/elementwise.ts', notingReference);
vi.mock('./reference/indexing.ts', notingReference);
vi.mock('./reference/matmul.ts', notingReference);
vi.mock('./reference/reduce.ts', notingReference);
vi.mock('./reference/copy.ts', notingReference);
vi.mock('./reference/windows.ts', notingReference);

enableRelaxedSimd();
beforeEach(() => {
  ran.compiled.clear();
  ran.reference.clear();
});

/** What says how much room is needed, and does nothing else. */
const isKernel = (name: string) => !name.startsWith('roomFor') && !name.startsWith('finish');

/** The kernels of one computation. */
function kernelsOf(compute: () => void): { compiled: string[]; reference: string[] } {
  ran.compiled.clear();
  ran.reference.clear();
  compute();
  return { compiled: [...ran.compiled].filter(isKernel).sort(), reference: [...ran.reference].filter(isKernel).sort() };
}

function runRow(row: Row, dtype: Row['dtype']): void {
  const given = { ...row, dtype };
  const inputs = inputsOf(given).map((x) => Object.assign(x.detach().clone(), { requiresGrad: true }));
  const output = run(given, inputs);
  if (output.requiresGrad) output.sum().backward();
}

const ops = [...new Set(largeRows.map(({ op }) => op))].sort();

/** The lines of the snapshot by operation, as the tests find them. */
const lines = new Map<string, string>();

test.each(ops)('the kernels of %s, forward and backward', (op) => {
  const rows = largeRows.filter((row) => row.op === op);
  const cells = (['float32', 'float64'] as const).map((dtype) => {
    const { compiled, reference } = kernelsOf(() => {
      for (const row of rows) runRow(row, dtype);
    });
    return [compiled, reference].map((names) => names.map((name) => `\`${name}\``).join(' ') || '–').join(' | ');
  });
  lines.set(op, `| \`${op}\` | ${cells.join(' | ')} |`);
});

test('the snapshot says which kernels serve each operation', async () => {
  // Where the tests run for some operations only, the lines of the others stay.
  const last = readFileSync(path.join(import.meta.dirname, '__snapshots__/served.md'), 'utf8');
  const found = ops.map((op) => lines.get(op) ?? lineOf(op, last));
  expect(found.length).toBeGreaterThan(90);
  await expect(`# Which kernel serves what

The kernels that run for the rows of the op table, forward and backward, on inputs of some hundred elements. Compiled kernels serve
float32 where there are some; the ones in TypeScript serve float64, and define the results. \`copy…\`, \`sum…\` and \`fill\` also come
from making the inputs and summing the result.

| operation | float32, compiled | float32, TypeScript | float64, compiled | float64, TypeScript |
|---|---|---|---|---|
${found.join('\n')}
`).toMatchFileSnapshot('./__snapshots__/served.md');
});

const parameter = (...shape: number[]): Tensor => Object.assign(randn(shape).mul(0.1), { requiresGrad: true });

/** What Linear and ReLU, or Linear alone, compute. */
const dense = (x: Tensor, out: number, next: 'relu' | null): Tensor =>
  linear(x, parameter(out, x.shape[1] ?? 0), parameter(out), next);

/** What Conv2d, ReLU and MaxPool2d compute. */
const pooled = (x: Tensor, out: number): Tensor =>
  convThen(x, parameter(out, x.shape[1] ?? 0, 3, 3), { bias: parameter(out), padding: 1 }, 'relu').maxPool2d(2);

const mlp = (sizes: readonly number[]) => (x: Tensor) =>
  dense(
    sizes.reduce((h, size) => dense(h, size, 'relu'), x),
    10,
    null,
  );

// As @mg/nn calls them, in the sizes of the benchmarks. The optimizer's kernel is @mg/optim's.
test.each([
  ['784→128→64→10, batch 32', [32, 784], mlp([128, 64])],
  ['784→512→256→10, batch 256', [256, 784], mlp([512, 256])],
  [
    'conv 16, conv 32, 128, 10, batch 64',
    [64, 1, 28, 28],
    (x: Tensor) => mlp([128])(pooled(pooled(x, 16), 32).reshape([64, 1568])),
  ],
])('a training step of %s is served by compiled kernels alone', (_, shape, forward) => {
  const [batch = 0] = shape;
  const images = ones([2 * batch, ...shape.slice(1)]);
  const labels = randint(0, 10, [batch]);
  const { compiled, reference } = kernelsOf(() => {
    const indices = arange(0, batch, 1, { dtype: 'int32' });
    const losses = crossEntropyRows(forward(images.take(indices, 0)), labels);
    losses.mean().backward();
  });
  expect(reference).toEqual([]);
  expect(compiled).toEqual(expect.arrayContaining(['crossEntropy', 'crossEntropyGradient', 'matmul', 'reluGradient', 'sumColumns', 'take'])); // prettier-ignore
});
