import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare, type Comparison } from '../../fixtures/op-table/compare.ts';
import { type Difference, differences } from '../../fixtures/op-table/differences.ts';
import { page } from '../../fixtures/op-table/page.ts';
import { folder, groups, inputsOf, type Row, run } from '../../fixtures/op-table/rows.ts';
import * as surface from '../index.ts';
import { full, tensor, Tensor } from '../index.ts';

const rows = Object.values(groups).flat();

/** What the tests below have found; the page of results is made of it. */
const compared = new Map<Row, Comparison>();
const met = new Set<Difference>();

function isKnown({ op, dtype, kind, args }: Row, wrong: string): boolean {
  const known = differences.filter(
    (each) =>
      kind === 'edge' &&
      each.ops.includes(op) &&
      (each.dtype ?? dtype) === dtype &&
      (each.argument === undefined || args.includes(each.argument)) &&
      each.says.test(wrong),
  );
  for (const each of known) met.add(each);
  return known.length > 0;
}

/** A row in a line. */
function show({ kind, inputs, args, part }: Row): string {
  const shapes = inputs.map(({ shape, layout = '' }) => `[${shape.join(', ')}] ${layout}`);
  const values = kind === 'edge' ? inputs.map(({ data }) => `(${data.slice(0, 12).join(', ')})`) : [];
  return [kind, ...shapes, ...values, JSON.stringify(args), part ?? []].join(' ');
}

describe.each(Object.entries(groups))('%s: values, gradients and second gradients as PyTorch', (_, members) => {
  const cells = [...new Set(members.map(({ op, dtype }) => `${op} ${dtype}`))];
  test.each(cells)('%s', (cell) => {
    const failures: string[] = [];
    for (const row of members.filter(({ op, dtype }) => `${op} ${dtype}` === cell)) {
      const comparison = compare(row);
      compared.set(row, comparison);
      const wrong = comparison.wrong.filter((each) => !isKnown(row, each));
      if (wrong.length > 0) failures.push(`${show(row)}: ${wrong.slice(0, 5).join('; ')}`);
    }
    expect(failures).toEqual([]);
  });
});

test('each known difference from PyTorch still shows', () => {
  expect(differences.filter((each) => !met.has(each))).toEqual([]);
});

describe('layouts that PyTorch lacks: the same bits as from row-major elements', () => {
  const axesOf = (x: Tensor): number[] => x.shape.map((_, axis) => axis);
  const layouts: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
    ['backwards', (x) => x.flip(axesOf(x)).clone().flip(axesOf(x))],
    [
      'backwards, with every third place',
      (x) =>
        full([...x.shape, 3], NaN, { dtype: x.dtype })
          .slice(-1, 1, 2)
          .squeeze(-1)
          .flip(axesOf(x))
          .copy_(x.flip(axesOf(x)))
          .flip(axesOf(x)),
    ],
    [
      'in the middle of a storage',
      (x) => {
        const larger = tensor([NaN, NaN, NaN, ...x.contiguous().data, NaN], { dtype: x.dtype });
        return new Tensor(larger.storage, { shape: x.shape, strides: x.contiguous().strides, offset: 3 });
      },
    ],
  ];
  const inFull = (x: Tensor): string => JSON.stringify([x.shape, Array.from(x.contiguous().data, String)]);

  test.each(layouts)('%s', (_, lay) => {
    for (const row of rows.filter(({ kind, dtype }) => kind !== 'strided' && dtype === 'float64')) {
      const plain = inputsOf(row).map((x) => x.detach());
      expect(inFull(run(row, plain.map(lay))), `${row.op} ${show(row)}`).toBe(inFull(run(row, plain)));
    }
  });
});

describe('completeness', () => {
  const kindsOf = (op: string): Set<string> =>
    new Set(rows.filter((row) => row.op === op).map(({ dtype, kind }) => `${dtype} ${kind}`));

  test('every method and function of the package is in the table, or named here as something else', () => {
    // Reading, the graph, memory, files, printing; and random numbers, which have tests of their own.
    const noOperations = [
      ...['constructor', 'detach', 'item', 'toArray', 'toString', 'toJSON', 'backward', 'zeroGrad', 'retainGrad'],
      ...[
        'registerHook',
        'grad',
        'unseenGrad',
        'node',
        'dtype',
        'ndim',
        'size',
        'isLeaf',
        'requiresGrad',
        'isContiguous',
        'data',
      ],
      ...['Tensor', 'isTensor', 'tensor', 'fromTypedArray', 'scalar', 'empty', 'slice', 'defineOp', 'trace'],
      ...[
        'detectAnomaly',
        'enableGrad',
        'noGrad',
        'isGradEnabled',
        'memoryUsage',
        'setMemoryLimit',
        'setPrintOptions',
        'setDeterministic',
      ],
      ...[
        'loadSafetensors',
        'saveSafetensors',
        'safetensorsMetadata',
        'SafetensorsError',
        'AnomalyError',
        'DTypeError',
      ],
      ...[
        'GraphError',
        'ShapeError',
        'Generator',
        'manualSeed',
        'bernoulli',
        'permutation',
        'rand',
        'randint',
        'randn',
      ],
    ];
    const names = [...Object.getOwnPropertyNames(Tensor.prototype), ...Object.keys(surface)];
    const missing = names.filter((name) => !noOperations.includes(name) && kindsOf(name).size === 0);
    expect(missing).toEqual([]);
    expect(noOperations.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('every operation has its kinds of rows in both float dtypes, as far as it has the notion', () => {
    const onTwo = [
      ...['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'eq', 'ne', 'lt', 'gt', 'le', 'ge', 'logicalAnd'],
      ...['logicalOr', 'where', 'maskedFill', 'matmul', 'einsum', 'set', 'add_', 'sub_', 'mul_', 'div_', 'copy_'],
    ];
    // What is made of shapes and numbers, or of indices, has no input whose elements could lie elsewhere.
    const ofNothing = ['arange', 'linspace', 'eye', 'zeros', 'ones', 'full', 'oneHot'];
    for (const op of new Set(rows.map((row) => row.op))) {
      const kinds = ['plain', 'edge', ...(ofNothing.includes(op) ? [] : ['strided']), ...(onTwo.includes(op) ? ['broadcast'] : [])]; // prettier-ignore
      const expected = kinds.flatMap((kind) => [`float32 ${kind}`, `float64 ${kind}`]);
      expect([...kindsOf(op)].sort(), op).toEqual(expected.sort());
    }
  });

  test('every row was read', () => {
    const files = readdirSync(folder).map((file) => path.basename(file, '.json').replace('-', ' '));
    expect(Object.keys(groups).sort()).toEqual(files.sort());
    expect(compared.size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(7000);
  });

  test('the page of results says what was found', async () => {
    await expect(page(compared)).toMatchFileSnapshot('../../OPERATIONS.md');
  });
});
