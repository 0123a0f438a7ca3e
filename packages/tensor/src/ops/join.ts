import { checkArity, checkOptions, describe } from '../array/arguments.ts';
import { type DType, promote, toElement } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { checkHasAxes, checkShape, checkSizes, resolveAxis, sameShape, type Shape, showShape } from '../array/shape.ts';
import { apply, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { checkTensors, Tensor } from '../graph/tensor.ts';
import { copyInto, fill } from '../kernels/copy.ts';
import { denseStorage } from './copy.ts';
import { broadcastTo, reshape, slice, transpose, unsqueeze } from './views.ts';

/** Copies `source` into `target`, starting at `start` along `axis`. */
function place(target: Tensor, source: Tensor, axis: number, start: number): void {
  const offset = target.offset + start * (target.strides[axis] ?? 0);
  const part = new Tensor(target.storage, { shape: source.shape, strides: target.strides, offset });
  copyInto(denseStorage(source, source.shape, target.dtype), part);
}

/** The rule for a list of tensors: the gradient of each is a slice of the gradient. */
function concatRule(name: string, starts: readonly number[], dtype: DType, shape: Shape, axis: number): OpRule {
  return {
    name,
    forward(list) {
      const out = emptyOf(dtype, shape);
      for (const [index, each] of list.entries()) place(out, each, axis, starts[index] ?? 0);
      return out;
    },
    gradients: starts.map((start, index) => gradient([], (g) => slice(g, axis, start, starts[index + 1]))),
  };
}

/**
 * Concatenates tensors along an existing axis; their other axes must be equal. dtypes are promoted. Empty vectors are skipped, whatever
 * the shape of the others, as in PyTorch. Throws a ShapeError for other shapes, and for an empty list.
 */
export function concat(list: readonly Tensor[], axis = 0): Tensor {
  checkArity('concat', 2, arguments.length, 'the tensors go in one list, as in concat([a, b], 1)');
  checkTensors('concat', list);
  return joined('concat', list, axis);
}

/** `concat` for the operation `op`. */
function joined(op: string, list: readonly Tensor[], axis: number): Tensor {
  const first = list.find(({ shape }) => !sameShape(shape, [0])) ?? list[0];
  if (first === undefined) throw new ShapeError(`${op}: takes at least one tensor, the list is empty`);
  if (first.ndim === 0) throw new ShapeError(`${op}: 0-d tensors have no axis; stack([…]) gives them one`);
  const at = resolveAxis(op, axis, first.ndim);
  const parts = list.filter(({ shape }) => shape.length === first.ndim || !sameShape(shape, [0]));
  for (const each of parts) {
    if (each.ndim !== first.ndim || !sameShape(each.shape.with(at, 0), first.shape.with(at, 0))) {
      throw new ShapeError(
        `${op}: tensor ${list.indexOf(first)} has shape ${showShape(first.shape)} and tensor ${list.indexOf(each)} ${showShape(each.shape)}; they may differ in axis ${at} only`,
      );
    }
  }
  let end = 0;
  const starts = parts.map((each) => (end += each.shape[at] ?? 0) - (each.shape[at] ?? 0));
  return apply(concatRule(op, starts, common(list), first.shape.with(at, end), at), parts, undefined);
}

/** The promoted dtype of all tensors in a list. */
function common(list: readonly Tensor[]): DType {
  return list.map(({ dtype }) => dtype).reduce((a, b) => promote({ dtype: a, ndim: 1 }, { dtype: b, ndim: 1 }));
}

/** Joins tensors of equal shape along a new axis. Throws a ShapeError if the shapes differ, and for an empty list. */
export function stack(list: readonly Tensor[], axis = 0): Tensor {
  checkArity('stack', 2, arguments.length, 'the tensors go in one list, as in stack([a, b], 1)');
  checkTensors('stack', list);
  const [first] = list;
  if (first === undefined) throw new ShapeError('stack: takes at least one tensor, the list is empty');
  const at = resolveAxis('stack', axis, first.ndim + 1);
  const different = list.findIndex((each) => !sameShape(each.shape, first.shape));
  if (different >= 0) {
    throw new ShapeError(
      `stack: tensor 0 has shape ${showShape(first.shape)} and tensor ${different} ${showShape(list[different]?.shape ?? [])}; all must have the same`,
    );
  }
  return concat(
    list.map((each) => unsqueeze(each, at)),
    at,
  );
}

/**
 * Joins tensors row by row: vectors become rows. The tensors may differ in the first axis only.
 *
 * ```ts
 * import { tensor, vstack } from '@mg/tensor';
 * vstack([tensor([1, 2]), tensor([3, 4])]); // => tensor([[1, 2], [3, 4]])
 * ```
 */
export function vstack(list: readonly Tensor[]): Tensor {
  checkTensors('vstack', list);
  const rows = list.map((each) => (each.ndim < 2 ? reshape(each, [1, each.size]) : each));
  return joined('vstack', rows, 0);
}

/**
 * Joins tensors column by column: along the second axis, vectors along their only one.
 *
 * ```ts
 * import { hstack, tensor } from '@mg/tensor';
 * hstack([tensor([[1], [2]]), tensor([[3], [4]])]); // => tensor([[1, 3], [2, 4]])
 * ```
 */
export function hstack(list: readonly Tensor[]): Tensor {
  checkTensors('hstack', list);
  const parts = list.map((each) => (each.ndim === 0 ? reshape(each, [1]) : each));
  return joined('hstack', parts, parts[0]?.ndim === 1 ? 0 : 1);
}

/** The options of `meshgrid`. */
export interface MeshgridOptions {
  /** Whether the first vector goes along the first axis (`'ij'`, the default, as in PyTorch), or along the second (`'xy'`). */
  readonly indexing?: 'ij' | 'xy' | undefined;
}

/**
 * The coordinates of the points of a grid: for each vector of the list, a view with its numbers along an axis of its own.
 *
 * ```ts
 * import { meshgrid, tensor } from '@mg/tensor';
 * const [rows, columns] = meshgrid([tensor([1, 2]), tensor([7, 8, 9])]);
 * rows; // => tensor([[1, 1, 1], [2, 2, 2]])
 * columns; // => tensor([[7, 8, 9], [7, 8, 9]])
 * ```
 */
export function meshgrid(list: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  checkTensors('meshgrid', list);
  checkOptions('meshgrid', options, ['indexing']);
  const { indexing = 'ij' } = options;
  if (!['ij', 'xy'].includes(indexing)) {
    throw new TypeError(`meshgrid: indexing must be 'ij' or 'xy', got ${describe(indexing)}`);
  }
  const wrong = list.find(({ ndim }) => ndim > 1);
  if (wrong !== undefined) throw new ShapeError(`meshgrid: takes vectors, got shape ${showShape(wrong.shape)}`);
  const shape = list.map(({ size }) => size);
  return list.map((each, at) => {
    const along = reshape(each, shape.map((size, axis) => (axis === at ? size : 1))); // prettier-ignore
    const grid = broadcastTo(along, shape);
    return indexing === 'xy' && shape.length > 1 ? transpose(grid, 0, 1) : grid;
  });
}

/** Moves the elements along axes by `shifts`, and those that leave at the end to the beginning; without an axis, in the flattened tensor. */
export function roll(x: Tensor, shifts: number | readonly number[], axis?: number | readonly number[]): Tensor {
  if (axis === undefined) return reshape(roll(reshape(x, [x.size]), shifts, 0), x.shape);
  const [by, axes] = [typeof shifts === 'number' ? [shifts] : shifts, typeof axis === 'number' ? [axis] : axis];
  if (by.length !== axes.length || !by.every(Number.isSafeInteger)) {
    throw new ShapeError(`roll: takes an integer for each axis, got ${showShape(by)} for ${showShape(axes)}`);
  }
  return axes.reduce((rolled, each, place) => {
    const at = resolveAxis('roll', each, x.ndim);
    const size = x.shape[at] ?? 1;
    const start = size === 0 ? 0 : ((-(by[place] ?? 0) % size) + size) % size;
    return start === 0 ? rolled : joined('roll', [slice(rolled, at, start), slice(rolled, at, 0, start)], at);
  }, x);
}

/** Splits an axis into consecutive views: of `sizes` elements each (the last may be smaller), or of the listed sizes. */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  checkHasAxes('split', x.shape);
  const at = resolveAxis('split', axis, x.ndim);
  const total = x.shape[at] ?? 0;
  const list = typeof sizes === 'number' ? evenly(sizes, total) : sizes;
  checkSizes('split', list);
  if (list.reduce((sum, size) => sum + size, 0) !== total) {
    throw new ShapeError(
      `split: sizes ${showShape(list)} do not add up to the size of axis ${at} of ${showShape(x.shape)}`,
    );
  }
  let end = 0;
  return list.map((size) => slice(x, at, end, (end += size)));
}

function evenly(size: number, total: number): number[] {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ShapeError(`split: the size of a part must be an integer >= 1, got ${size}`);
  }
  return Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, at) => Math.min(size, total - at * size));
}

/** Splits an axis into `count` consecutive views of equal size; the last may be smaller. Throws a ShapeError if there are not as many. */
export function chunk(x: Tensor, count: number, axis = 0): Tensor[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ShapeError(`chunk: the number of parts must be an integer >= 1, got ${count}`);
  }
  checkHasAxes('chunk', x.shape);
  const at = resolveAxis('chunk', axis, x.ndim);
  const total = x.shape[at] ?? 0;
  if (total === 0) return split(x, new Array<number>(count).fill(0), at); // `count` empty views, as in PyTorch
  const size = Math.ceil(total / count);
  const parts = Math.ceil(total / size);
  if (parts !== count) {
    throw new ShapeError(
      `chunk: axis ${at} of ${showShape(x.shape)} gives ${parts} ${parts === 1 ? 'part' : 'parts'} of ${size} ${size === 1 ? 'element' : 'elements'}, not ${count}; split takes the size of a part`,
    );
  }
  return split(x, size, at);
}

/** The options of `pad`. */
export interface PadOptions {
  /** The value of the padding; 0 by default. */
  readonly value?: number | undefined;
}

interface Padding {
  readonly widths: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

const padRule: OpRule<readonly [Tensor], Padding> = {
  name: 'pad',
  forward([x], { widths, value }) {
    const shape = x.shape.map((size, axis) => size + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0));
    const out = value === 0 ? zerosOf(x.dtype, shape) : emptyOf(x.dtype, shape);
    if (value !== 0) fill(out, value);
    const start = widths.reduce((offset, [before], axis) => offset + before * (out.strides[axis] ?? 0), 0);
    const middle = new Tensor(out.storage, { shape: x.shape, strides: out.strides, offset: start });
    copyInto(denseStorage(x), middle);
    return out;
  },
  gradients: [
    gradient([], (g, _, { widths }) =>
      widths.reduce((part, [before, after], axis) => slice(part, axis, before, (g.shape[axis] ?? 0) - after), g),
    ),
  ],
};

/** Pads each axis with `value`: `widths` has [before, after] for each axis. */
export function pad(x: Tensor, widths: readonly (readonly [number, number])[], value = 0): Tensor {
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every((each) => Number.isSafeInteger(each) && each >= 0); // prettier-ignore
  if (!Array.isArray(widths) || widths.length !== x.ndim || !widths.every(isPair)) {
    throw new ShapeError(
      `pad: takes [before, after], whole numbers from 0 up, for each of the ${x.ndim} axes, got ${JSON.stringify(widths)}`,
    );
  }
  return apply(padRule, [x], { widths, value: toElement('pad', x.dtype, value) });
}

/**
 * Repeats the tensor `reps` times along each axis; a number repeats the last axis. The shorter of shape and `reps` is padded with 1
 * in front.
 */
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  const given = typeof reps === 'number' ? [reps] : reps;
  checkShape('tile', given);
  const ndim = Math.max(x.ndim, given.length);
  const shape = [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape];
  const counts = [...new Array<number>(ndim - given.length).fill(1), ...given];
  // An axis of size n becomes [count, n], and the first of the two is repeated.
  const apart = reshape(
    x,
    shape.flatMap((size) => [1, size]),
  );
  const repeated = broadcastTo(
    apart,
    shape.flatMap((size, axis) => [counts[axis] ?? 1, size]),
  );
  return reshape(
    repeated,
    shape.map((size, axis) => size * (counts[axis] ?? 1)),
  );
}
