import { computed, type Dataset } from './dataset.ts';
import { describe } from './describe.ts';
import { expectFitting, isNdArray, isTypedArray, type NdArray, sizeOf, type TypedArray } from './nd-array.ts';

/** Values of one field for all items: a list, a typed array with a number for each item, or a block `[count, ...shape]`. */
export type Column = readonly unknown[] | TypedArray | NdArray;

/** What a column holds for one item. */
export type ColumnItem<C> =
  C extends NdArray<infer Data>
    ? NdArray<Data>
    : C extends TypedArray
      ? number
      : C extends readonly (infer T)[]
        ? T
        : never;

/**
 * Makes a dataset of one column, or of a record of columns: item i holds the i-th value of each.
 *
 * A block `{ data, shape: [count, ...shape] }` gives items `{ data, shape }`, whose data are views of the block.
 *
 * @throws RangeError for columns of different lengths, or a shape that does not fit its data; TypeError for anything but columns.
 *
 * ```ts
 * import { fromArrays } from '@mg/data';
 *
 * const points = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] };
 * const dataset = fromArrays({ points, labels: ['a', 'b', 'c'] });
 * console.log(dataset.length, dataset.get(1).labels, dataset.get(1).points.data); // => 3 b [3, 4]
 * fromArrays({ x: [1, 2], y: [1] }); // => throws RangeError: x has 2 items, y has 1
 * ```
 */
export function fromArrays<C extends Column>(column: C): Dataset<ColumnItem<C>>;
export function fromArrays<Columns extends Readonly<Record<string, Column>>>(
  columns: Columns,
): Dataset<{ -readonly [Field in keyof Columns]: ColumnItem<Columns[Field]> }>;
export function fromArrays(columns: Column | Readonly<Record<string, Column>>): Dataset<unknown> {
  if (isColumn(columns)) return columnDataset('the column', columns);
  if (typeof columns !== 'object' || (columns as unknown) === null) {
    throw new TypeError(
      `fromArrays: got ${describe(columns)}; expected an array, a block { data, shape } or a record of those`,
    );
  }
  const datasets = Object.entries(columns).map(([name, column]) => [name, columnDataset(name, column)] as const);
  const [first] = datasets;
  if (first === undefined) throw new RangeError('fromArrays: the record has no columns. Pass at least one');
  const [firstName, { length }] = first;
  for (const [name, dataset] of datasets) {
    if (dataset.length === length) continue;
    throw new RangeError(
      `fromArrays: ${firstName} has ${length} items, ${name} has ${dataset.length}. Pass columns of the same length`,
    );
  }
  return computed(length, (index) => Object.fromEntries(datasets.map(([name, dataset]) => [name, dataset.get(index)])));
}

function isColumn(value: unknown): value is Column {
  return Array.isArray(value) || isTypedArray(value) || isNdArray(value);
}

function columnDataset(name: string, column: unknown): Dataset<unknown> {
  if (!isColumn(column)) {
    throw new TypeError(
      `fromArrays: ${name} is ${describe(column)}; expected a list, a typed array of numbers or a block { data, shape }`,
    );
  }
  if (!isNdArray(column)) return computed(column.length, (index) => column[index]);
  expectFitting('fromArrays', name, column);
  const [count, ...shape] = column.shape;
  if (count === undefined) throw new RangeError(`fromArrays: ${name} has the shape []; expected [count, ...shape]`);
  const size = sizeOf(shape);
  return computed(count, (index) => ({ data: column.data.subarray(index * size, (index + 1) * size), shape }));
}
