import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare, compareOther, type Comparison } from '../../fixtures/op-table/compare.ts';
import { page } from '../../fixtures/op-table/page.ts';
import { type Call, folder, groups, inputsOf, otherRows, type Row, run } from '../../fixtures/op-table/rows.ts';
import * as surface from '../index.ts';
import { full, tensor, Tensor } from '../index.ts';

const rows = Object.values(groups).flat();

/** What the tests below have found; the page of results is made of it. */
const compared = new Map<Row, Comparison>();

/** A row in a line. */
function show(row: Row): string {
  const { kind, inputs } = row;
  const values = kind === 'edge' ? inputs.map(({ data }) => `(${data.slice(0, 12).join(', ')})`) : [];
  return [kind, ...values, showCall(row)].join(' ');
}

function showCall({ inputs, args, part }: Call): string {
  const shapes = inputs.map(({ shape, layout = '' }) => `[${shape.join(', ')}] ${layout}`);
  return [...shapes, JSON.stringify(args), part ?? []].join(' ');
}

describe.each(Object.entries(groups))('%s: values, gradients and second gradients as PyTorch', (_, members) => {
  const cells = [...new Set(members.map(({ op, dtype }) => `${op} ${dtype}`))];
  test.each(cells)('%s', (cell) => {
    const failures: string[] = [];
    for (const row of members.filter(({ op, dtype }) => `${op} ${dtype}` === cell)) {
      const comparison = compare(row);
      compared.set(row, comparison);
      const { wrong } = comparison;
      if (wrong.length > 0) failures.push(`${show(row)}: ${wrong.join('; ')}`);
    }
    expect(failures).toEqual([]);
  });
});

describe('int32, uint8, bool and mixed dtypes: values as PyTorch, and what PyTorch refuses is refused', () => {
  test.each([...new Set(otherRows.map(({ op }) => op))])('%s', (op) => {
    const failures: string[] = [];
    for (const row of otherRows.filter((each) => each.op === op)) {
      const wrong = compareOther(row);
      if (wrong.length > 0) failures.push(`${row.dtype} ${showCall(row)}: ${wrong.join('; ')}`);
    }
    expect(failures).toEqual([]);
  });
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

/** Whether an input of a plain row stretches: cut to one element along its first axis, it gives a result of the same shape. */
function broadcasts(row: Row): boolean {
  const inputs = inputsOf(row).map((x) => x.detach());
  const mentioned = JSON.stringify(row.args).match(/"input":\d/g) ?? [];
  // Nothing can be told from a row in which one tensor stands twice.
  const isEachOnce = mentioned.length === inputs.length && new Set(mentioned).size === inputs.length;
  if (row.kind !== 'plain' || inputs.length < 2 || !isEachOnce) return false;
  return inputs.some((x, at) => {
    if ((x.shape[0] ?? 1) < 2) return false;
    try {
      return String(run(row, inputs.with(at, x.slice(0, 0, 1))).shape) === String(row.output.shape);
    } catch {
      return false;
    }
  });
}

describe('completeness', () => {
  const kindsOf = (op: string): Set<string> =>
    new Set(rows.filter((row) => row.op === op).map(({ dtype, kind }) => `${dtype} ${kind}`));

  test('every operation that users can call is in the table', async () => {
    // Those that take the numbers themselves; those that draw random numbers have tests of their own.
    const ofGivenNumbers = ['empty', 'fromTypedArray', 'scalar', 'tensor'];
    const files = readdirSync(path.join(import.meta.dirname, '../ops')).filter((file) => /^[^.]+\.ts$/.test(file));
    const modules = await Promise.all(
      files
        .map((file) => path.basename(file, '.ts'))
        .filter((name) => name !== 'random')
        .map((name) => import(`../ops/${name}.ts`) as Promise<object>),
    );
    const defined = new Set(modules.flatMap((each) => Object.keys(each)));
    const names = [...Object.getOwnPropertyNames(Tensor.prototype), ...Object.keys(surface)];
    const operations = names.filter((name) => defined.has(name) && !ofGivenNumbers.includes(name));
    expect(operations.filter((name) => kindsOf(name).size === 0)).toEqual([]);
    // What this finds by the names of methods is found by those of the table too, but for T, and what fills with 0.
    const known = new Set([...operations, 'T', 'zero_']);
    expect(rows.map(({ op }) => op).filter((op) => !known.has(op))).toEqual([]);
  });

  test('every operation has its kinds of rows in both float dtypes, as far as it has the notion', () => {
    for (const op of new Set(rows.map((row) => row.op))) {
      const own = rows.filter((row) => row.op === op);
      // What is made of shapes and numbers, or of indices, has no input whose elements could lie elsewhere.
      const takesElements = own.some(({ inputs }) => inputs.length > 0);
      const kinds = ['plain', 'edge', ...(takesElements ? ['strided'] : []), ...(own.some(broadcasts) ? ['broadcast'] : [])]; // prettier-ignore
      const expected = kinds.flatMap((kind) => [`float32 ${kind}`, `float64 ${kind}`]);
      expect([...kindsOf(op)].sort(), op).toEqual(expected.sort());
    }
  });

  test('every operation on tensors has its rows in int32, uint8 and bool', () => {
    const takesTensors = rows.filter(({ inputs }) => inputs.length > 0).map(({ op }) => op);
    for (const dtype of ['int32', 'uint8', 'bool']) {
      const known = new Set(otherRows.filter((row) => row.dtype === dtype).map(({ op }) => op));
      expect(takesTensors.filter((op) => !known.has(op))).toEqual([]);
    }
  });

  test('every row was read', () => {
    const files = readdirSync(folder).map((file) => path.basename(file, '.json').replaceAll('-', ' '));
    expect([...Object.keys(groups), 'other dtypes'].sort()).toEqual(files.sort());
    expect(compared.size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(7000);
    expect(otherRows.length).toBeGreaterThan(1900);
  });

  test('the page of results says what was found', async () => {
    const last = readFileSync(path.join(import.meta.dirname, '../../OPERATIONS.md'), 'utf8');
    await expect(page(compared, last)).toMatchFileSnapshot('../../OPERATIONS.md');
  });
});
