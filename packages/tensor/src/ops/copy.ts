import { type DType } from '../array/dtype.ts';
import { outside } from '../array/lifetime.ts';
import { sameShape, type Shape, sizeOf } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { isStoredAsI64, storeAsI64 } from '../array/wide-integers.ts';
import { apply, emptyOf, gradient, type OpRule, withGradMode } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { copy, copyInto } from '../kernels/copy.ts';
import { convert } from '../kernels/elementwise.ts';
import { broadcastStrided } from '../kernels/operands.ts';

type OneInput<Params> = OpRule<readonly [Tensor], Params>;

/**
 * A dense row-major storage with the elements of `x`, broadcast to `shape` and converted to `dtype`, for kernels. It is the tensor's own
 * storage if that already has this form, else a copy.
 */
export function denseStorage(x: Tensor, shape: Shape = x.shape, dtype: DType = x.dtype): Storage {
  const length = sizeOf(shape);
  const isDense = x.storage.length === length && sameShape(x.shape, shape) && x.isContiguous();
  let { storage } = x;
  if (!isDense) {
    storage = Storage.empty(x.dtype, length);
    copy(broadcastStrided(x, shape), storage);
  }
  if (storage.dtype === dtype) return storage;
  const converted = Storage.empty(dtype, length);
  convert(storage, converted);
  return converted;
}

/** Copies `source`, broadcast and converted, into `target`. */
export function writeInto(target: Tensor, source: Tensor): void {
  copyInto(denseStorage(source, target.shape, target.dtype), target);
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

const toRule: OneInput<DType> = {
  name: 'to',
  forward([x], dtype) {
    const out = emptyOf(dtype, x.shape);
    convert(denseStorage(x), out.storage);
    return out;
  },
  // The engine converts the gradient back to the dtype of the input.
  gradients: [gradient([], (g) => g)],
};

/** Converts to another dtype; returns the tensor itself if it has that dtype already. */
export function to(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(toRule, [x], dtype);
}

/**
 * Converts a leaf and its gradient to another dtype, in place: the tensor is the same, so whatever holds it goes on. Only the storage is
 * new, with a version of its own: `backward` detects the change in a graph that was recorded before. Views that were taken before
 * keep the old elements.
 */
export function convertLeaf(leaf: Tensor, dtype: DType): void {
  const { unseenGrad } = leaf;
  const [made, grad] = outside(() =>
    withGradMode(false, () => [to(leaf, dtype), unseenGrad && to(unseenGrad, dtype)] as const),
  );
  const { storage, strides, offset } = made;
  storage.version = leaf.storage.version + 1;
  leaf.grad = null;
  Object.assign(leaf, { storage, strides, offset, viewOf: null });
  leaf.grad = grad;
}
