import { type Block } from './allocator.ts';
import { allocate, bytesPerElement, type DType, type TypedArray, viewOf } from './dtype.ts';
import { born, type Releasable } from './lifetime.ts';
import { linearMemory, type Resident } from './linear-memory.ts';

/**
 * From how many bytes on elements live in linear memory. Fewer are as fast in an ordinary array, which the engine
 * allocates without a look at anything.
 */
const SMALLEST = 256;

/**
 * The elements of one or more tensors: a tensor and its views share one storage.
 *
 *     storage   | 0 1 2 3 4 5 |
 *     tensor    shape [2, 3], strides [3, 1], offset 0   -> [[0, 1, 2], [3, 4, 5]]
 *     its T     shape [3, 2], strides [1, 3], offset 0   -> [[0, 3], [1, 4], [2, 5]]
 *
 * Kernels take storages and never tensors, so that where the bytes live is decided here and nowhere else:
 *
 *     in linear memory                 block        made by an operation
 *     in an array                      array        made from the user's numbers, small, or moved out
 *     in both, the same bytes          block array  moved in, and not written since: moving out costs nothing
 *     in an array that was handed out  array        which is written to by anyone: copied in for each compiled kernel, and
 *                                                   what that writes is copied out
 */
export class Storage implements Resident, Releasable {
  readonly dtype: DType;
  /** How many elements there are. */
  readonly length: number;
  /** How often the elements were written in place: backward compares it with what it was when a tensor was saved. */
  version = 0;
  holders = 0;
  hasEscaped = false;
  block: Block | null = null;
  older: Resident | null = null;
  newer: Resident | null = null;
  lastUse = 0;
  #array: TypedArray | null = null;
  #isHandedOut = false;
  #isReleased = false;

  private constructor(dtype: DType, length: number) {
    this.dtype = dtype;
    this.length = length;
    born(this);
  }

  /** A storage whose elements are anything, to be written by a kernel. */
  static empty(dtype: DType, length: number): Storage {
    const storage = new Storage(dtype, length);
    const bytes = length * bytesPerElement(dtype);
    if (bytes >= SMALLEST && linearMemory !== null) {
      linearMemory.clock++;
      if (linearMemory.place(storage, bytes)) return storage;
    }
    storage.#array = allocate(dtype, length);
    return storage;
  }

  /** A storage of zeros. */
  static zeros(dtype: DType, length: number): Storage {
    const storage = Storage.empty(dtype, length);
    if (storage.block !== null) storage.elements().fill(0);
    return storage;
  }

  /** A storage that takes over an array, which nobody else may write to. */
  static of(dtype: DType, array: TypedArray): Storage {
    const storage = new Storage(dtype, array.length);
    storage.#array = array;
    return storage;
  }

  /** A storage over an array that others write to as well. */
  static sharing(dtype: DType, array: TypedArray): Storage {
    const storage = Storage.of(dtype, array);
    storage.#isHandedOut = true;
    return storage;
  }

  /** States that the elements were written in place. */
  touch(): void {
    this.version++;
  }

  /** The elements, to be read at once: the next storage that is made may move them. */
  read(): TypedArray {
    return this.#array ?? this.#view();
  }

  /** The elements, to be read and written at once: the next storage that is made may move them. */
  elements(): TypedArray {
    if (this.#isHandedOut || this.block === null) {
      if (this.block !== null) linearMemory?.free(this);
      return this.#array ?? this.#view();
    }
    this.#array = null;
    return this.#view();
  }

  /** The elements as an array that stays: it is where they live from now on, and others may write to it. */
  get array(): TypedArray {
    if (!this.#isHandedOut) {
      this.#array ??= this.#view().slice();
      linearMemory?.free(this);
      this.#isHandedOut = true;
    }
    return this.#array ?? this.#view();
  }

  /** Where in linear memory the elements begin, in bytes. Only after `moveIn`, until the next storage is made. */
  get address(): number {
    if (this.block === null) throw new Error('a storage has no address before moveIn');
    return this.block.start;
  }

  /** To be called after a compiled kernel has written to `address`: `moveIn` may have left a copy in an array. */
  wrote(): void {
    if (this.#isHandedOut) this.#array?.set(this.#view());
    else this.#array = null;
  }

  /** Copies the elements into the block that this storage was given. */
  fillBlock(): void {
    if (this.#array !== null) this.#view(this.block).set(this.#array);
  }

  /** Whether the array is one that others may write to: what lies in linear memory may be older then. */
  get isHandedOut(): boolean {
    return this.#isHandedOut;
  }

  /**
   * Whether a compiled kernel that looks at `count` elements should have this storage moved in: not, where that means to copy
   * much more than it looks at, as of a data set of which it takes a batch.
   */
  isWorthMovingIn(count: number): boolean {
    return (this.block !== null && !this.#isHandedOut) || this.length <= 4 * count;
  }

  /** Saves the elements in an array, where they are not saved yet: the block is about to be taken away. */
  moveOut(): void {
    this.#array ??= this.#view().slice();
  }

  /** Gives the memory back early. Whoever looks at the elements after that has found a bug of the engine. */
  release(): void {
    linearMemory?.free(this);
    this.#array = null;
    this.#isReleased = true;
  }

  #view(block: Block | null = this.block): TypedArray {
    if (block === null || linearMemory === null) {
      throw new Error(
        this.#isReleased
          ? 'a tensor was read after its memory had been released; this is a mistake of @mg/tensor, please report it'
          : 'a storage has neither block nor array',
      );
    }
    return viewOf(this.dtype, linearMemory.buffer, block.start, this.length);
  }
}

/**
 * Brings storages into linear memory, all at once, where compiled kernels can work on them: until the next storage is made. What is
 * left out may be null. False where there is no such memory, or no more of it.
 */
export function moveIn(...storages: readonly (Storage | null | undefined)[]): boolean {
  if (linearMemory === null) return false;
  linearMemory.clock++;
  for (const storage of storages) if (storage?.block) linearMemory.touch(storage);
  for (const storage of storages) {
    if (!storage) continue;
    const isNew = storage.block === null;
    if (isNew) storage.read(); // throws for one that was released
    if (isNew && !linearMemory.place(storage, storage.length * bytesPerElement(storage.dtype))) return false;
    if (isNew || storage.isHandedOut) storage.fillBlock();
  }
  return true;
}
