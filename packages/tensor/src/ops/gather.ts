import { checkNumber, checkOptions } from '../array/arguments.ts';
import { checkLength, isFloat, promote } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import {
  broadcastShapes,
  isRowMajor,
  outOfRange,
  resolveAxis,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { apply, asOne, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/indexing.ts';
import { add, mul } from './arithmetic.ts';
import { denseStorage, to, toIntegers } from './copy.ts';
import { fromElements } from './creation.ts';
import { toTensors } from './define-elementwise.ts';
import { pad } from './join.ts';
import { broadcastTo, flatten, reshape, slice } from './views.ts';

interface Params {
  readonly axis: number;
  /** The shape of the indexed tensor. */
  readonly shape: Shape;
}

const gatherRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'gather',
  forward([x, index], { axis, shape }) {
    const out = emptyOf(x.dtype, index.shape);
    const indices = denseStorage(index, index.shape, 'int32');
    const wrong = kernels.gather(denseStorage(x, shape, x.dtype), indices, out.storage, extents(index, axis, shape));
    checkAll('gather', wrong, indices, axis, shape);
    return out;
  },
  gradients: [gradient([1], (g, [index], { shape, axis }) => scatter(shape, axis, index, g)), null],
};

/**
 * Selects elements along an axis: `out[i, j] = x[i, index[i, j]]` for axis 1 of a matrix. `index` is int32 or uint8; the result has its
 * shape. In the other axes it may be shorter than `x`. Throws a RangeError for an index out of range.
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  const at = resolveAxis('gather', axis, x.ndim);
  checkIndex('gather', index);
  return apply(gatherRule, [cut('gather', x, at, index), index], { axis: at, shape: x.shape.map((size, each) => (each === at ? size : (index.shape[each] ?? 0))) }); // prettier-ignore
}

/** The part of `x` that indices of a smaller shape refer to. */
export function cut(op: string, x: Tensor, axis: number, index: Tensor): Tensor {
  const fits =
    index.ndim === x.ndim && index.shape.every((size, each) => each === axis || size <= (x.shape[each] ?? 0));
  if (!fits) {
    throw new ShapeError(
      `${op}: indices of shape ${showShape(index.shape)} do not fit ${axis < 0 ? 'the source, of shape ' : ''}${showShape(x.shape)}; they need as many axes, and ${axis < 0 ? 'no axis may be longer' : `only axis ${axis} may be longer`}`,
    );
  }
  return index.shape.reduce((part, size, each) => (each === axis || size === part.shape[each] ? part : slice(part, each, 0, size)), x); // prettier-ignore
}

const scatterRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'scatter',
  forward([index, source], { axis, shape }) {
    const out = zerosOf(source.dtype, shape);
    const indices = denseStorage(index, index.shape, 'int32');
    const dense = denseStorage(source);
    const wrong = kernels.scatterAdd(indices, dense, out.storage, extents(index, axis, shape));
    checkAll('scatterAdd', wrong, indices, axis, shape);
    return out;
  },
  gradients: [null, gradient([0], (g, [index], { axis }) => gather(g, axis, index))],
};

/** The adjoint of gather: adds each element of `source` to zeros of `shape`, at its index. */
function scatter(shape: Shape, axis: number, index: Tensor, source: Tensor): Tensor {
  return apply(scatterRule, [index, source], { axis, shape });
}

/**
 * A copy of `x` with each element of `source` added at its index: `out[i, index[i, j]] += source[i, j]` for axis 1. dtypes are promoted.
 * Throws a RangeError for an index out of range, and for a sum that does not fit an integer dtype.
 */
export function scatterAdd(x: Tensor, axis: number, index: Tensor, source: Tensor, op = 'scatterAdd'): Tensor {
  const at = resolveAxis(op, axis, x.ndim);
  checkIndex(op, index);
  checkTensor(op, 'the source', source);
  const dtype = promote(x, source);
  if (!isFloat(dtype)) {
    const sums = scatterAdd(to(x, 'float64'), axis, index, to(source, 'float64'), op);
    return toIntegers(op, sums, dtype, 'result');
  }
  const part = cut(op, source, -1, index);
  const short = index.shape.map((size, each) => (each === at ? (x.shape[each] ?? 0) : size));
  cut(op, x, at, index);
  const sums = scatter(short, at, index, part);
  const widths = short.map((size, each) => [0, (x.shape[each] ?? 0) - size] as const);
  return add(x, widths.some(([, after]) => after > 0) ? pad(sums, widths) : sums);
}

/** The sizes that the kernels work with: [outer, length, inner], indexed by [outer, count, inner]. */
function extents(index: Tensor, axis: number, shape: Shape): kernels.Extents {
  return along(axis, shape, index.shape[axis] ?? 1);
}

function along(axis: number, shape: Shape, count: number): kernels.Extents {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis] ?? 1,
    count,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}

/** Throws a RangeError for the index that a kernel found out of range, given by its position; −1 means that all are valid. */
function checkAll(op: string, wrong: number, indices: Storage, axis: number, shape: Shape): void {
  if (wrong >= 0) throw outOfRange(op, indices.read()[wrong] ?? NaN, axis, shape, 0);
}

function checkIndex(op: string, index: Tensor): void {
  checkTensor(op, 'the index', index, "tensor([…], { dtype: 'int32' }) converts a list");
  const { dtype } = index;
  if (dtype !== 'int32' && dtype !== 'uint8') {
    throw new DTypeError(`${op}: indices are int32 or uint8, got ${dtype}; to('int32') converts`);
  }
}

const takeRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'take',
  forward([x, index], { axis, shape }) {
    const out = emptyOf(x.dtype, shape.with(axis, index.size));
    kernels.take(rowsOf(x, axis), index.storage, out.storage, along(axis, shape, index.size));
    return out;
  },
  gradients: [gradient([1], (g, [index], params) => apply(addRowsRule, [g, index], params)), null],
};

/** The rows along an axis, for the kernels: read in place if each row is contiguous, since a copy would copy the whole tensor. */
function rowsOf(x: Tensor, axis: number): kernels.Rows {
  const { storage, shape, strides, offset } = x;
  const inner = sizeOf(shape.slice(axis + 1));
  const [outerStep, rowStep] = [(shape[axis] ?? 1) * inner, inner];
  if (x.isContiguous()) return { storage, offset, outerStep, rowStep };
  if (axis === 0 && isRowMajor(shape.slice(1), strides.slice(1))) {
    return { storage, offset, outerStep, rowStep: strides[0] ?? 1 };
  }
  return { storage: denseStorage(x, shape, x.dtype), offset: 0, outerStep, rowStep };
}

const addRowsRule: OpRule<readonly [Tensor, Tensor], Params> = {
  name: 'the gradient of take',
  forward([g, index], { axis, shape }) {
    const out = zerosOf(g.dtype, shape);
    const dense = denseStorage(g);
    kernels.addRows(index.storage, dense, out.storage, along(axis, shape, index.size));
    return out;
  },
  gradients: [gradient([1], (g, [index], params) => apply(takeRule, [g, index], params)), null],
};

/**
 * Selects slices along an axis: the shape of `index` replaces that axis. Negative indices count from the end, and the gradients of
 * repeated indices add up. Throws a RangeError for an index out of range.
 */
export function take(x: Tensor, index: Tensor, axis: number): Tensor {
  const from = x.ndim === 0 ? reshape(x, [1]) : x;
  const at = resolveAxis('take', axis, x.ndim);
  return asOne([x], slicesAt(from, at, index, fromTheFront('take', index, at, from.shape)));
}

/** The slices of `from` along an axis at the indices `flat`, which have the shape of `index`. */
function slicesAt(from: Tensor, at: number, index: Tensor, flat: Tensor): Tensor {
  const { shape } = from;
  const taken = apply(takeRule, [from, flat], { axis: at, shape });
  return reshape(taken, [...shape.slice(0, at), ...index.shape, ...shape.slice(at + 1)]);
}

/** The slices along an axis at a vector of indices, which count from 0. */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  const [from, at] = [x.ndim === 0 ? reshape(x, [1]) : x, resolveAxis('indexSelect', axis, x.ndim)];
  const flat = vectorIn('indexSelect', index, at, from.shape);
  return asOne([x], slicesAt(from, at, flat, flat));
}

/** The options of `indexAdd`. */
export interface IndexAddOptions {
  /** A factor of the source; 1 by default. */
  readonly alpha?: number | undefined;
}

/** A copy of `x` with the slices of `alpha · source` along an axis added at a vector of indices. dtypes are promoted. */
export function indexAdd(
  x: Tensor,
  axis: number,
  index: Tensor,
  source: Tensor,
  options: IndexAddOptions = {},
): Tensor {
  checkOptions('indexAdd', options, ['alpha']);
  checkTensor('indexAdd', 'the source', source);
  const at = resolveAxis('indexAdd', axis, x.ndim);
  const { alpha = 1 } = options;
  checkNumber('indexAdd', 'alpha', alpha);
  if (alpha !== 1 && !isFloat(source.dtype) && (source.dtype === 'bool' || !Number.isInteger(alpha))) {
    throw new DTypeError(
      `indexAdd: alpha must be an integer for ${source.dtype}, got ${alpha}; to('float32') converts`,
    );
  }
  const flat = vectorIn('indexAdd', index, at, x.shape);
  const expected = x.ndim === 0 ? [flat.size] : x.shape.with(at, flat.size);
  if (!sameShape(source.shape, expected)) {
    throw new ShapeError(`indexAdd: the source must have shape ${showShape(expected)}, got ${showShape(source.shape)}`);
  }
  const along = reshape(flat, expected.map((size, each) => (each === at ? size : 1))); // prettier-ignore
  const scaled = alpha === 1 ? source : apply(mul.ruleOf('indexAdd'), toTensors('indexAdd', source, alpha), undefined);
  return scatterAdd(x, at, broadcastTo(along, expected), scaled, 'indexAdd');
}

/** A vector of indices that count from 0, dense. Throws a ShapeError for any other shape, and a RangeError for an index out of range. */
function vectorIn(op: string, index: Tensor, axis: number, shape: Shape): Tensor {
  const flat = fromTheFront(op, index, axis, shape, 0);
  if (index.ndim > 1) throw new ShapeError(`${op}: takes a vector of indices, got shape ${showShape(index.shape)}`);
  return flat;
}

/** `gather` with `x` and the index broadcast in the other axes; without an axis, in the flattened tensor. */
export function takeAlongDim(x: Tensor, index: Tensor, axis?: number): Tensor {
  checkIndex('takeAlongDim', index);
  if (axis === undefined) return gather(flatten(x), 0, flatten(index));
  const at = resolveAxis('takeAlongDim', axis, x.ndim);
  if (index.ndim !== x.ndim) {
    throw new ShapeError(`takeAlongDim: indices of shape ${showShape(index.shape)} do not fit ${showShape(x.shape)}`);
  }
  const met = broadcastShapes('takeAlongDim', x.shape.with(at, 1), index.shape.with(at, 1));
  const [from, places] = [x, index].map((each) => broadcastTo(each, met.with(at, each.shape[at] ?? 1))) as [Tensor, Tensor]; // prettier-ignore
  return gather(from, at, places);
}

/** Repeats each slice along an axis, by a number or by one for each of them; without an axis, each element of the flattened tensor. */
export function repeatInterleave(x: Tensor, repeats: number | Tensor, axis?: number): Tensor {
  if (axis === undefined) return repeatInterleave(flatten(x), repeats, 0);
  const at = resolveAxis('repeatInterleave', axis, x.ndim);
  const size = x.shape[at] ?? 1;
  if (typeof repeats !== 'number') checkIndex('repeatInterleave', repeats);
  const given = typeof repeats === 'number' ? [repeats] : [...denseStorage(repeats).read()];
  const counts = given.length === 1 ? new Array<number>(size).fill(given[0] ?? 0) : given;
  if (counts.length !== size || !given.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    throw new RangeError(
      `repeatInterleave: takes 1 integer >= 0, or ${size}, one for each slice, got [${given.join(', ')}]`,
    );
  }
  const places = counts.flatMap((count, place) => new Array<number>(count).fill(place));
  return take(x, fromElements(Int32Array.from(places), 'int32', [places.length], {}), at);
}

/**
 * The rows of a matrix `weight` at the given indices. Throws a ShapeError for a weight of other axes, and a RangeError for an index
 * that is negative or beyond the last row.
 */
export function embedding(index: Tensor, weight: Tensor): Tensor {
  checkTensor('embedding', 'the weight', weight);
  const { shape } = weight;
  if (shape.length !== 2) {
    throw new ShapeError(`embedding: the weight must be a matrix [count, size], got shape ${showShape(shape)}`);
  }
  return asOne([weight], slicesAt(weight, 0, index, fromTheFront('embedding', index, 0, shape, 0)));
}

/**
 * Converts negative indices to non-negative ones, as a dense int32 vector. Throws a RangeError for an index out of range, below
 * `lowest` or beyond the axis.
 */
export function fromTheFront(op: string, index: Tensor, axis: number, shape: Shape, lowest?: number): Tensor {
  checkIndex(op, index);
  const length = shape[axis] ?? 1;
  const least = lowest ?? -length;
  const out = emptyOf('int32', [index.size]);
  const given = denseStorage(index).read();
  const resolved = out.storage.elements();
  for (let i = 0; i < resolved.length; i++) {
    const each = given[i] ?? 0;
    if (each < least || each >= length) throw outOfRange(op, each, axis, shape, least);
    resolved[i] = each < 0 ? each + length : each;
  }
  return out;
}

/**
 * One-hot encoding of class indices: adds a last axis of size `count` with 1 at the index, else 0; int32. Without a count, the largest
 * index is that of the last class. Throws a RangeError for
 * an index out of range.
 */
export function oneHot(index: Tensor, count?: number): Tensor {
  checkIndex('oneHot', index);
  const given = denseStorage(index).read();
  let classes = count ?? 0;
  if (count === undefined) for (const each of given) classes = Math.max(classes, each + 1);
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new RangeError(`oneHot: the number of classes must be an integer >= 1, got ${classes}`);
  }
  const shape = [...index.shape, classes];
  checkLength('int32', sizeOf(shape), `oneHot: shape ${showShape(shape)}: `);
  const out = zerosOf('int32', shape);
  const rows = out.storage.elements();
  for (const [row, each] of given.entries()) {
    if (each < 0 || each >= classes) {
      throw new RangeError(
        `oneHot: label ${each} is out of range for ${classes} classes, which go from 0 to ${classes - 1}`,
      );
    }
    rows[row * classes + each] = 1;
  }
  return out;
}
