import { type DType, isFloat } from '../array/dtype.ts';
import { outside } from '../array/lifetime.ts';
import { sameShape, type Shape, sizeOf } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { isStoredAsI64, storeAsI64 } from '../array/wide-integers.ts';
import { apply, dense, emptyOf, gradient, type OpRule, unrecorded } from '../graph/apply.ts';
import { Tensor } from '../graph/tensor.ts';
import { copy, copyInto } from '../kernels/copy.ts';
import { convert } from '../kernels/elementwise.ts';
import { broadcastStrided } from '../kernels/operands.ts';

type OneInput<Params> = OpRule<readonly [Tensor], Params>;

/**
 * A dense row-major storage with the elements of `x`, broadcast to `shape` and converted to `dtype`, for kernels. It is the tensor's own
 * storage if that already has this form, else a copy. Throws a RangeError that names `op` for a number that does not fit the dtype.
 */
export function denseStorage(x: Tensor, shape: Shape = x.shape, dtype: DType = x.dtype, op = 'to'): Storage {
  const length = sizeOf(shape);
  const isDense = x.storage.length === length && sameShape(x.shape, shape) && x.isContiguous();
  let { storage } = x;
  if (!isDense) {
    storage = Storage.empty(x.dtype, length);
    copy(broadcastStrided(x, shape), storage);
  }
  return storage.dtype === dtype ? storage : converted(storage, dtype, `${op}:`, limitsOf(dtype));
}

/** The elements in another dtype. For the first that does not fit, throws a RangeError: what it is, and how it can be made to fit. */
function converted(from: Storage, dtype: DType, what: string, how: string): Storage {
  const out = Storage.empty(dtype, from.length);
  const wrong = convert(from, out);
  if (wrong >= 0) throw new RangeError(`${what} ${from.read()[wrong]} does not fit ${dtype}; ${how}`);
  return out;
}

function limitsOf(dtype: DType): string {
  return `clip() limits numbers, and new ${dtype === 'uint8' ? 'Uint8Array' : 'Int32Array'}(x.data) wraps them`;
}

/** Copies `source`, broadcast and converted, into `target`. For a number that does not fit, throws a RangeError and writes nothing. */
export function writeInto(op: string, target: Tensor, source: Tensor): void {
  copyInto(denseStorage(source, target.shape, target.dtype, op), target);
}

const contiguousRule: OneInput<undefined> = {
  name: 'contiguous',
  forward([x]) {
    const out = emptyOf(x.dtype, x.shape);
    copy(x, out.storage);
    return out;
  },
  gradients: [gradient([], (g) => g)],
};

/** The tensor itself if it is row-major, else a row-major copy. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : clone(x);
}

/** A row-major copy with a storage of its own. */
export function clone(x: Tensor): Tensor {
  const copy = apply(contiguousRule, [x], undefined);
  return isStoredAsI64(x) ? storeAsI64(copy) : copy;
}

const toRule: OneInput<{ readonly dtype: DType; readonly op: string }> = {
  name: 'to',
  forward: ([x], { dtype, op }) => dense(converted(denseStorage(x), dtype, `${op}:`, limitsOf(dtype)), x.shape),
  // The engine converts the gradient back to the dtype of the input.
  gradients: [gradient([], (g) => g)],
};

/**
 * Converts to another dtype; returns the tensor itself if it has that dtype already. Integers truncate fractions. Throws a RangeError
 * that names `op` for a number that does not fit an integer dtype.
 */
export function to(x: Tensor, dtype: DType, op = 'to'): Tensor {
  return x.dtype === dtype ? x : apply(toRule, [x], { dtype, op });
}

/** The tensor itself if it is of floats, else as float32. */
export function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : to(x, 'float32');
}

/** Converts results on integers, computed in float64, to their dtype. Throws a RangeError for a result that does not fit. */
export function toIntegers(op: string, exact: Tensor, dtype: DType = 'int32', noun = 'total'): Tensor {
  const how = `convert with to('${dtype === 'uint8' ? 'int32' : 'float64'}') first`;
  return dense(converted(denseStorage(exact), dtype, `${op}: the ${noun}`, how), exact.shape);
}

/**
 * Converts a leaf and its gradient to another dtype, in place: the tensor is the same, so whatever holds it goes on. Only the storage is
 * new, with a version of its own: `backward` detects the change in a graph that was recorded before. Views that were taken before
 * keep the old elements.
 */
export function convertLeaf(leaf: Tensor, dtype: DType): void {
  const { unseenGrad } = leaf;
  const [made, grad] = outside(
    () => [to(unrecorded(leaf), dtype), unseenGrad && to(unrecorded(unseenGrad), dtype)] as const,
  );
  made.storage.succeed(leaf.storage);
  leaf.grad = null;
  Tensor.giveElements(leaf, made);
  leaf.grad = grad;
}
