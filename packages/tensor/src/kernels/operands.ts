import { contiguousStrides, sizeOf } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { copy } from './copy.ts';
import { type Strided } from './grid.ts';

/** Where in linear memory an operand begins, in bytes. Only after `moveIn`, until the next storage is made. */
export function addressOf({ storage, offset }: Pick<Strided, 'storage' | 'offset'>): number {
  return storage.address + 4 * offset;
}

/** An operand that is worth moving into linear memory: a dense copy of what is a small part of something that lies outside. */
export function compact(x: Strided): Strided {
  return x.storage.isWorthMovingIn(sizeOf(x.shape)) ? x : denseCopy(x);
}

/** A row-major copy. */
export function denseCopy(x: Strided): Strided {
  const storage = Storage.empty(x.storage.dtype, sizeOf(x.shape));
  copy(x, storage);
  return { storage, shape: x.shape, strides: contiguousStrides(x.shape), offset: 0 };
}

/** Room for so many numbers of float32, to be brought into linear memory along with operands, and released after use. */
export function scratch(count: number): Storage {
  return Storage.empty('float32', count);
}
