import { DataError } from './data-error.ts';
import { className, showShape } from './describe.ts';
import { emptyLike, expectFitting, isNdArray, isTypedArray, type NdArray, type TypedArray } from './nd-array.ts';

/** What `defaultCollate` makes of items. */
export type Collated<T> = [T] extends [number]
  ? NdArray<Float32Array | Int32Array>
  : [T] extends [boolean]
    ? NdArray<Uint8Array>
    : [T] extends [string]
      ? string[]
      : [T] extends [TypedArray]
        ? NdArray<T>
        : [T] extends [NdArray<infer Data>]
          ? NdArray<Data>
          : T extends object
            ? { -readonly [Field in keyof T]: Collated<T[Field]> }
            : never;

/**
 * Makes a batch of items, field by field:
 *
 * - numbers become `{ data, shape: [batch] }`: an Int32Array if all of them are integers that fit it, otherwise a Float32Array.
 *   `transforms.toFloat` marks a number as a float, for a field whose floats may all be whole by chance;
 * - booleans become a Uint8Array of 0 and 1, and strings a list;
 * - typed arrays and blocks `{ data, shape }` of one shape are stacked to `[batch, ...shape]`, and keep their class;
 * - records and lists become a record or a list of batches, one for each field.
 *
 * `indices`, the places of the items in their dataset, are for errors.
 *
 * @throws DataError for items of different kinds or shapes, and for values of other kinds, with the index of the item.
 *
 * ```ts
 * import { defaultCollate } from '@mg/data';
 *
 * const batch = defaultCollate([
 *   { x: Float32Array.of(1, 2), y: 3, name: 'a' },
 *   { x: Float32Array.of(3, 4), y: 5, name: 'b' },
 * ]);
 * console.log(batch.x); // => { data: [1, 2, 3, 4], shape: [2, 2] }
 * console.log(batch.y, batch.name); // => { data: [3, 5], shape: [2] } [a, b]
 * defaultCollate([Float32Array.of(1), Float32Array.of(1, 2)]); // => throws DataError: item 1 has the shape [2], item 0 has [1]
 * ```
 */
export function defaultCollate<T>(items: readonly T[], indices: readonly number[] = [...items.keys()]): Collated<T> {
  return collateField({ values: items, indices, name: '' }) as Collated<T>;
}

/** The values of one field of all items. */
interface Field {
  values: readonly unknown[];
  indices: readonly number[];
  /** Its path, such as `image.left`; empty for whole items. */
  name: string;
}

function collateField(field: Field): unknown {
  const { values } = field;
  if (values.length === 0) throw new RangeError('defaultCollate: there are no items. Pass at least one');
  const kind = kindOf(values[0]);
  for (const [at, value] of values.entries()) {
    if (kindOf(value) === kind) continue;
    throw new DataError(
      `${place(field, at)} is a ${kindOf(value)}, that of item ${field.indices[0] ?? 0} a ${kind}. Make all of one kind`,
    );
  }
  switch (kind) {
    case 'number':
      return stackNumbers(values as number[]);
    case 'boolean':
      return { data: Uint8Array.from(values, Number), shape: [values.length] };
    case 'string':
      return [...values];
    case 'record':
      return collateRecords(field, values as Readonly<Record<string, unknown>>[]);
    case 'list':
      return collateLists(field, values as (readonly unknown[])[]);
    default:
      if (values.every(isTypedArray))
        return stack(
          field,
          values.map((data) => ({ data, shape: [data.length] })),
        );
      if (values.every(isNdArray)) return stack(field, values);
      throw new DataError(
        `${place(field, 0)} is a ${kind}, which has no default batch. Convert it with map, or pass collate`,
      );
  }
}

/** Values of one kind are collated alike. Typed arrays of two classes are of two kinds. */
function kindOf(value: unknown): string {
  if (isTypedArray(value)) return className(value);
  if (isNdArray(value)) return `block of ${className(value.data)}`;
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object') return typeof value;
  return className(value) === 'Object' ? 'record' : className(value);
}

function stackNumbers(values: readonly number[]): NdArray {
  const areIntegers = values.every((value) => Object.is(value, value | 0));
  return { data: (areIntegers ? Int32Array : Float32Array).from(values), shape: [values.length] };
}

function stack(field: Field, arrays: readonly NdArray[]): NdArray {
  const [first] = arrays as readonly [NdArray, ...NdArray[]];
  const size = first.data.length;
  const data = emptyLike(first.data, arrays.length * size);
  for (const [at, array] of arrays.entries()) {
    expectFitting('defaultCollate', place(field, at), array);
    if (showShape(array.shape) !== showShape(first.shape)) {
      throw new DataError(
        `${place(field, at)} has the shape ${showShape(array.shape)}, item ${field.indices[0] ?? 0} has ` +
          `${showShape(first.shape)}. Crop, resize or pad them to one shape, or pass collate`,
      );
    }
    data.set(array.data, at * size);
  }
  return { data, shape: [arrays.length, ...first.shape] };
}

function collateRecords(field: Field, records: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const names = Object.keys(records[0] ?? {});
  for (const [at, record] of records.entries()) {
    if (Object.keys(record).length === names.length && names.every((name) => Object.hasOwn(record, name))) continue;
    throw new DataError(
      `${place(field, at)} has the fields ${Object.keys(record).join(', ')}, item ${field.indices[0] ?? 0} has ` +
        `${names.join(', ')}. Give all items the same fields`,
    );
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      inner(
        field,
        name,
        records.map((record) => record[name]),
      ),
    ]),
  );
}

function collateLists(field: Field, lists: readonly (readonly unknown[])[]): unknown[] {
  const length = lists[0]?.length ?? 0;
  for (const [at, list] of lists.entries()) {
    if (list.length === length) continue;
    throw new DataError(
      `${place(field, at)} is a list of ${list.length} values, that of item ${field.indices[0] ?? 0} of ${length}. ` +
        'Crop or pad them to one length, or pass collate',
    );
  }
  return Array.from({ length }, (_, column) =>
    inner(
      field,
      String(column),
      lists.map((list) => list[column]),
    ),
  );
}

function inner({ indices, name }: Field, field: string, values: readonly unknown[]): unknown {
  return collateField({ values, indices, name: name === '' ? field : `${name}.${field}` });
}

/** `defaultCollate: x of item 7`. */
function place({ name, indices }: Field, at: number): string {
  return `defaultCollate: ${name === '' ? '' : `${name} of `}item ${indices[at] ?? at}`;
}
