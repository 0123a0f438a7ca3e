import { type Block } from './allocator.ts';
import { allocate, bytesPerElement, checkLength, type DType, type TypedArray, viewOf } from './dtype.ts';
import { born } from './lifetime.ts';
import { linearMemory, type Resident } from './linear-memory.ts';
import { shared } from './shared.ts';
import { type Releasable } from './state.ts';

/**
 * The smallest size, in bytes, for which elements are placed in linear memory. Smaller storages are as fast in an ordinary array,
 * which is cheaper to allocate.
 */
const SMALLEST = 256;

/** How many in-place writes each buffer has seen that user code can reach: several storages may lie over one buffer, and overlap. */
const writes = shared('writes', () => new WeakMap<ArrayBufferLike, { count: number }>());

/**
 * The elements of one or more tensors: a tensor and its views share one storage.
 *
 *     storage   | 0 1 2 3 4 5 |
 *     tensor    shape [2, 3], strides [3, 1], offset 0   -> [[0, 1, 2], [3, 4, 5]]
 *     its T     shape [3, 2], strides [1, 3], offset 0   -> [[0, 3], [1, 4], [2, 5]]
 *
 * Kernels take storages and never tensors, so this class alone decides where the bytes are:
 *
 *     in linear memory                 block        made by an operation
 *     in an array                      array        made from the user's numbers, small, or moved out
 *     in both, the same bytes          block array  moved in and not written since: moving out costs nothing
 *     in an array that was handed out  array        users may write to it: copied in for each compiled kernel, and results
 *                                                   are copied out
 */
export class Storage implements Resident, Releasable {
  readonly dtype: DType;
  /** The number of elements. */
  readonly length: number;
  holders = 0;
  hasEscaped = false;
  block: Block | null = null;
  older: Resident | null = null;
  newer: Resident | null = null;
  lastUse = 0;
  #array: TypedArray | null = null;
  #isHandedOut = false;
  #isReleased = false;
  /** The in-place writes before the array was handed out, less those that its buffer had seen by then. */
  #version = 0;
  /** The in-place writes to the buffer of the array that was handed out. */
  #writes: { count: number } | null = null;

  private constructor(dtype: DType, length: number) {
    checkLength(dtype, length);
    this.dtype = dtype;
    this.length = length;
    born(this);
  }

  /** A storage with uninitialized elements, to be written by a kernel. */
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

  /** A storage that takes ownership of an array. */
  static of(dtype: DType, array: TypedArray): Storage {
    const storage = new Storage(dtype, array.length);
    storage.#array = array;
    return storage;
  }

  /** A storage over an array that user code may also write to. */
  static sharing(dtype: DType, array: TypedArray): Storage {
    const storage = Storage.of(dtype, array);
    storage.#handOut(array);
    return storage;
  }

  /**
   * Counts in-place writes: backward compares it with its value when a tensor was saved. Storages over one buffer of user code count
   * together.
   */
  get version(): number {
    return this.#writes === null ? this.#version : this.#version + this.#writes.count;
  }

  /** Takes the place of another storage: its version continues that of the other one, as after a write. */
  succeed(other: Storage): void {
    this.#version += other.version + 1 - this.version;
  }

  /** Records an in-place write. */
  touch(): void {
    if (this.#writes === null) this.#version++;
    else this.#writes.count++;
  }

  /** The elements, to be read immediately: creating another storage may move them. */
  read(): TypedArray {
    if (this.#isHandedOut) this.#checkArray();
    return this.#array ?? this.#view();
  }

  /** The elements, to be read and written immediately: creating another storage may move them. */
  elements(): TypedArray {
    if (this.#isHandedOut || this.block === null) {
      if (this.block !== null) linearMemory?.free(this);
      return this.read();
    }
    this.#array = null;
    return this.#view();
  }

  /** The elements as a permanent array: they stay in it from now on, and user code may write to it. */
  get array(): TypedArray {
    if (!this.#isHandedOut) {
      const array = (this.#array ??= this.#view().slice());
      linearMemory?.free(this);
      this.#handOut(array);
    }
    return this.read();
  }

  /** The address of the elements in linear memory, in bytes. Valid after `moveIn`, until another storage is created. */
  get address(): number {
    if (this.block === null) throw new Error('a storage has no address before moveIn');
    return this.block.start;
  }

  /** Must be called after a compiled kernel has written to `address`, because `moveIn` may have left a copy in an array. */
  wrote(): void {
    if (this.#isHandedOut) this.#array?.set(this.#view());
    else this.#array = null;
  }

  /** Copies the elements from the array, if they are there, into a block. */
  fillBlock(block: Block): void {
    if (this.#array !== null) this.#view(block).set(this.read());
  }

  /** Whether user code may write to the array: the copy in linear memory may then be out of date. */
  get isHandedOut(): boolean {
    return this.#isHandedOut;
  }

  /**
   * Whether to move this storage into linear memory for a compiled kernel that reads `count` elements. Not if most of the copied
   * elements would be unused, such as for a batch of a large data set.
   */
  isWorthMovingIn(count: number): boolean {
    return (this.block !== null && !this.#isHandedOut) || this.length <= 4 * count;
  }

  /** Saves the elements to an array, unless they are saved already, before the block is freed. */
  moveOut(): void {
    this.#array ??= this.#view().slice();
  }

  /** Frees the memory early. Reading the elements afterwards is a bug in @mg/tensor, and throws. */
  release(): void {
    linearMemory?.free(this);
    this.#array = null;
    this.#isReleased = true;
  }

  #handOut({ buffer }: TypedArray): void {
    this.#isHandedOut = true;
    this.#writes = writes.get(buffer) ?? { count: 0 };
    this.#version -= this.#writes.count;
    writes.set(buffer, this.#writes);
  }

  /** Throws a TypeError if user code has transferred or resized the buffer of the array. */
  #checkArray(): void {
    const length = this.#array?.length ?? this.length;
    if (length !== this.length) {
      throw new TypeError(
        `the array that holds the elements of this tensor was transferred or resized: it has ${length} elements instead of ${this.length}; transfer a copy, such as x.data.slice()`,
      );
    }
  }

  #view(block: Block | null = this.block): TypedArray {
    if (block === null || linearMemory === null) {
      throw new Error(
        this.#isReleased
          ? 'a tensor was read after its memory was released; this is a bug in @mg/tensor, please report it'
          : 'a storage has neither a block nor an array',
      );
    }
    return viewOf(this.dtype, linearMemory.buffer, block.start, this.length);
  }
}

/**
 * Moves storages into linear memory together, for compiled kernels, until another storage is created. Optional operands may be null.
 * Returns false if there is no linear memory, or not enough.
 */
export function moveIn(...storages: readonly (Storage | null | undefined)[]): boolean {
  if (linearMemory === null) return false;
  linearMemory.clock++;
  for (const storage of storages) if (storage?.block) linearMemory.touch(storage);
  for (const storage of storages) {
    if (!storage) continue;
    const isNew = storage.block === null;
    if (isNew) storage.read(); // throws if it was released
    if (isNew && !linearMemory.place(storage, storage.length * bytesPerElement(storage.dtype))) return false;
    if (!isNew && storage.isHandedOut && storage.block !== null) storage.fillBlock(storage.block);
  }
  return true;
}
