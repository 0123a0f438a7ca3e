import { allocate, type DType, type TypedArray } from './dtype.ts';

/**
 * The elements of one or more tensors: a tensor and its views share one storage.
 *
 *     storage   | 0 1 2 3 4 5 |
 *     tensor    shape [2, 3], strides [3, 1], offset 0   -> [[0, 1, 2], [3, 4, 5]]
 *     its T     shape [3, 2], strides [1, 3], offset 0   -> [[0, 3], [1, 4], [2, 5]]
 *
 * Kernels take storages and never tensors, so that where the bytes live is decided here and nowhere else. For now that is
 * an ordinary typed array, which the garbage collector owns.
 */
export class Storage {
  readonly dtype: DType;
  /** The elements. Writing to it outside a kernel is for those who also call `touch`. */
  readonly array: TypedArray;
  #version = 0;

  constructor(dtype: DType, array: TypedArray) {
    this.dtype = dtype;
    this.array = array;
  }

  /** A storage of `length` zeros. */
  static zeros(dtype: DType, length: number): Storage {
    return new Storage(dtype, allocate(dtype, length));
  }

  /** How many elements there are. */
  get length(): number {
    return this.array.length;
  }

  /** How often the elements were written in place: backward compares it with what it was when a tensor was saved. */
  get version(): number {
    return this.#version;
  }

  /** States that the elements were written in place. */
  touch(): void {
    this.#version++;
  }
}
