import { broadcastStrides, part, type Shape, sizeOf } from '../array/shape.ts';
import { moveIn, type Storage } from '../array/storage.ts';
import { productKernels, type ProductKernels } from './compiled/products.ts';
import { compact, denseCopy, scratch } from './copy.ts';
import { type Strided } from './operands.ts';
import { addressOf } from './operands.ts';
import * as reference from './reference/matmul.ts';
import { type Finish } from './reference/matmul.ts';

export { type Finish } from './reference/matmul.ts';

/**
 * The products of the matrices in the last two axes of `a` and `b`, [..., m, k] by [..., k, n], whose axes before are broadcast to
 * `batch`, finished, into a dense `out`. float32 is always multiplied by a compiled kernel, where there is one: it rounds
 * differently than the reference.
 */
export function matmul(a: Strided, b: Strided, batch: Shape, out: Storage, finish: Finish): void {
  const kernels = out.dtype === 'float32' ? productKernels() : null;
  if (kernels !== null && compiledMatmul(kernels, compact(a), compact(b), batch, out, finish)) return;
  const [left, right] = [matrices(a, batch), matrices(b, batch)];
  const size = a.shape.at(-2)! * b.shape.at(-1)!;
  for (let at = 0; at < sizeOf(batch); at++) reference.matmul(left(at), right(at), out, at * size);
  reference.finish(out, b.shape.at(-1)!, finish);
}

function compiledMatmul(
  kernels: ProductKernels,
  a: Strided,
  b: Strided,
  batch: Shape,
  out: Storage,
  { bias, relu }: Finish,
): boolean {
  const [lastOfA, lastOfB] = [a.shape.length - 1, b.shape.length - 1];
  const [m, k, n] = [a.shape[lastOfA - 1]!, a.shape[lastOfA]!, b.shape[lastOfB]!];
  const [aRow, aInner] = [a.strides[lastOfA - 1]!, a.strides[lastOfA]!];
  const [bInner, bColumn] = [b.strides[lastOfB - 1]!, b.strides[lastOfB]!];
  const vector = bias && neighbours(bias);
  const room = scratch(kernels.roomForMatmul(m, n, k, aRow, bColumn));
  if (!moveIn(a.storage, b.storage, out, vector?.storage, room)) return false;
  const biasAt = vector === null ? 0 : addressOf(vector);
  const [left, right] = [matrices(a, batch), matrices(b, batch)];
  for (let at = 0; at < sizeOf(batch); at++) {
    kernels.matmul(
      addressOf(left(at)),
      aRow,
      aInner,
      addressOf(right(at)),
      bInner,
      bColumn,
      out.address + 4 * at * m * n,
      m,
      n,
      k,
      biasAt,
      relu,
      room.address,
    );
  }
  out.wrote();
  room.release();
  return true;
}

/** A vector as the kernel takes it: its elements next to each other. */
function neighbours(vector: Strided): Strided {
  return vector.strides[0] === 1 ? compact(vector) : denseCopy(vector);
}

/** The matrices in the last two axes of what is broadcast to `batch`, by their number. */
function matrices({ storage, shape, strides, offset }: Strided, batch: Shape): (at: number) => Strided {
  const { length } = shape;
  const outer = length - 2;
  const matrix = { storage, shape: part(shape, outer, length), strides: part(strides, outer, length) };
  const steps = broadcastStrides(part(shape, 0, outer), part(strides, 0, outer), batch);
  return (at) => {
    let start = offset;
    for (let axis = batch.length - 1, rest = at; axis >= 0; axis--) {
      start += (rest % batch[axis]!) * steps[axis]!;
      rest = Math.floor(rest / batch[axis]!);
    }
    return { ...matrix, offset: start };
  };
}
