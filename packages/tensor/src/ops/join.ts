import { type DType, promote, toElement } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { checkHasAxes, checkShape, resolveAxis, sameShape, type Shape, showShape } from '../array/shape.ts';
import { apply, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { checkTensors, Tensor } from '../graph/tensor.ts';
import { copyInto, fill } from '../kernels/copy.ts';
import { denseStorage } from './copy.ts';
import { broadcastTo, reshape, slice, unsqueeze } from './views.ts';

/** Writes the elements of `source` over those of a part of `target`, from `start` on along `axis`. */
function place(target: Tensor, source: Tensor, axis: number, start: number): void {
  const offset = target.offset + start * (target.strides[axis] ?? 0);
  const part = new Tensor(target.storage, { shape: source.shape, strides: target.strides, offset });
  copyInto(denseStorage(source, source.shape, target.dtype), part);
}

/** The rule for so many tensors: the gradient of each is its part of the gradient. */
function concatRule(starts: readonly number[], dtype: DType, shape: Shape, axis: number): OpRule {
  return {
    name: 'concat',
    forward(list) {
      const out = emptyOf(dtype, shape);
      for (const [index, each] of list.entries()) place(out, each, axis, starts[index] ?? 0);
      return out;
    },
    gradients: starts.map((start, index) => gradient([], (g) => slice(g, axis, start, starts[index + 1]))),
  };
}

/**
 * One tensor after the other along an axis; the other axes are equal. dtypes are promoted. Empty vectors go with any shape, and add
 * nothing, as in PyTorch.
 */
export function concat(list: readonly Tensor[], axis = 0): Tensor {
  checkTensors('concat', list);
  const first = list.find(({ shape }) => !sameShape(shape, [0])) ?? list[0];
  if (first === undefined) throw new ShapeError('concat: takes at least one tensor, the list is empty');
  if (first.ndim === 0) throw new ShapeError('concat: 0-d tensors have no axis; stack([…]) gives them one');
  const at = resolveAxis('concat', axis, first.ndim);
  const parts = list.filter(({ shape }) => shape.length === first.ndim || !sameShape(shape, [0]));
  for (const each of parts) {
    if (each.ndim !== first.ndim || !sameShape(each.shape.with(at, 0), first.shape.with(at, 0))) {
      throw new ShapeError(
        `concat: tensor ${list.indexOf(first)} has shape ${showShape(first.shape)} and tensor ${list.indexOf(each)} ${showShape(each.shape)}; they may differ in axis ${at} only`,
      );
    }
  }
  let end = 0;
  const starts = parts.map((each) => (end += each.shape[at] ?? 0) - (each.shape[at] ?? 0));
  return apply(concatRule(starts, common(list), first.shape.with(at, end), at), parts, undefined);
}

/** The dtype in which all of a list meet. */
function common(list: readonly Tensor[]): DType {
  return list.map(({ dtype }) => dtype).reduce((a, b) => promote({ dtype: a, ndim: 1 }, { dtype: b, ndim: 1 }));
}

/** Tensors of one shape, one after the other along a new axis. */
export function stack(list: readonly Tensor[], axis = 0): Tensor {
  checkTensors('stack', list);
  const [first] = list;
  if (first === undefined) throw new ShapeError('stack: takes at least one tensor, the list is empty');
  const at = resolveAxis('stack', axis, first.ndim + 1);
  const different = list.findIndex((each) => !sameShape(each.shape, first.shape));
  if (different >= 0) {
    throw new ShapeError(
      `stack: tensor 0 has shape ${showShape(first.shape)} and tensor ${different} ${showShape(list[different]?.shape ?? [])}; all need the same`,
    );
  }
  return concat(
    list.map((each) => unsqueeze(each, at)),
    at,
  );
}

/** Views of consecutive parts along an axis: of `sizes` elements each, the last one maybe fewer, or of the sizes listed. */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  checkHasAxes('split', x.shape);
  const at = resolveAxis('split', axis, x.ndim);
  const total = x.shape[at] ?? 0;
  const list = typeof sizes === 'number' ? evenly(sizes, total) : sizes;
  checkShape('split', list);
  if (list.reduce((sum, size) => sum + size, 0) !== total) {
    throw new ShapeError(`split: sizes ${showShape(list)} do not add up to axis ${at} of ${showShape(x.shape)}`);
  }
  let end = 0;
  return list.map((size) => slice(x, at, end, (end += size)));
}

function evenly(size: number, total: number): number[] {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ShapeError(`split: a part has a whole number of elements from 1 up, got ${size}`);
  }
  return Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, at) => Math.min(size, total - at * size));
}

/** At most `count` views of consecutive parts along an axis, of equal size but for the last one. */
export function chunk(x: Tensor, count: number, axis = 0): Tensor[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ShapeError(`chunk: the number of parts is a whole number from 1 up, got ${count}`);
  }
  checkHasAxes('chunk', x.shape);
  const total = x.shape[resolveAxis('chunk', axis, x.ndim)] ?? 0;
  if (total === 0) return split(x, new Array<number>(count).fill(0), axis); // as many, and not fewer, as in PyTorch
  return split(x, Math.ceil(total / count), axis);
}

/** What stands around the elements: 0, unless given. */
export interface PadOptions {
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

/** `value` around the elements: so many before and after along each axis. */
export function pad(x: Tensor, widths: readonly (readonly [number, number])[], value = 0): Tensor {
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every((each) => Number.isSafeInteger(each) && each >= 0); // prettier-ignore
  if (!Array.isArray(widths) || widths.length !== x.ndim || !widths.every(isPair)) {
    throw new ShapeError(
      `pad: takes [before, after], whole numbers from 0 up, for each of the ${x.ndim} axes, got ${JSON.stringify(widths)}`,
    );
  }
  return apply(padRule, [x], { widths, value: toElement('pad', x.dtype, value) });
}

/** The tensor repeated so often along each axis, a number standing for the last one; missing axes are added in front, on either side. */
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  const given = typeof reps === 'number' ? [reps] : reps;
  checkShape('tile', given);
  const ndim = Math.max(x.ndim, given.length);
  const shape = [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape];
  const counts = [...new Array<number>(ndim - given.length).fill(1), ...given];
  // An axis of size n becomes [count, n], the first of which repeats.
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
