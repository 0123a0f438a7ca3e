import { Allocator, type Block } from './allocator.ts';
import { shared } from './shared.ts';

/** The part of WebAssembly.Memory that is used here. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** An object whose data is in linear memory, and can be moved out of it. */
export interface Resident {
  block: Block | null;
  /** The neighbours in the order of use. */
  older: Resident | null;
  newer: Resident | null;
  /** The clock tick of its last use. */
  lastUse: number;
  /** Copies the data, if there is any, into a block that is about to become its own. */
  fillBlock(block: Block): void;
  /** Saves the data before the block is freed. */
  moveOut(): void;
}

/** The result of `memoryUsage`, in bytes. */
export interface MemoryReport {
  /** Linear memory used by tensors, including unreachable tensors that have not been evicted yet. */
  readonly used: number;
  /** The size of linear memory. It never shrinks, because WebAssembly does not support that. */
  readonly reserved: number;
  /** The size that `reserved` may grow to. */
  readonly limit: number;
  /** How many times a tensor was moved out to make room: a count, not bytes. */
  readonly evictions: number;
}

const PAGE = 65_536;

/** What 32-bit addresses reach, in bytes. */
const ADDRESSABLE = 2 ** 32;

/** Bytes reserved at the end: kernels read whole vectors, and the last vector may extend past its operand. */
const MARGIN = 64;

const DEFAULT_LIMIT = 64 * 2 ** 20;

/**
 * A resident unused for this many ticks is evicted before memory grows. By then a training loop has run dozens of steps, so the
 * resident is most likely garbage. This keeps memory as small as the data in use, which helps the processor's caches.
 */
const LONG_UNUSED = 4096;

/**
 * The memory that compiled kernels work in: a cache over the garbage collector.
 *
 * When it is full, the least recently used residents move out to typed arrays, which the garbage collector manages. So nothing has
 * to be freed by hand, memory is bounded, and nothing depends on when the collector runs: an unreachable resident moves out once, and
 * its array is garbage from then on.
 */
export class LinearMemory {
  readonly memory: WasmMemory;
  /** The current `memory.buffer`. It is replaced when the memory grows, which detaches views of the old buffer. */
  buffer: ArrayBuffer;
  /** Residents used at the current tick are not evicted: the operands of one kernel must be in memory together. */
  clock = 0;
  readonly #allocator: Allocator;
  #limit = DEFAULT_LIMIT;
  #used = 0;
  #evictions = 0;
  readonly #large = new Set<Resident>();
  #oldest: Resident | null = null;
  #newest: Resident | null = null;
  /**
   * Whether a change is in progress. A change that is found in progress was interrupted, as by Ctrl-C in a REPL, and is put right:
   * the residents in the order of use have the blocks that are theirs. So no function that changes this order may call another in
   * between, and a resident has a block only while it is in the order.
   */
  #isChanging = false;

  constructor(memory: WasmMemory) {
    this.memory = memory;
    this.buffer = memory.buffer;
    // Address 0 is skipped: it stands for an absent operand.
    this.#allocator = new Allocator(1);
    this.#allocator.extend(this.buffer.byteLength - MARGIN);
  }

  /** Allocates a block for a resident, evicting others if needed; false if WebAssembly cannot grow, or not that far. */
  place(resident: Resident, bytes: number): boolean {
    if (!(bytes <= ADDRESSABLE)) return false;
    this.#startChange();
    const block = this.#allocator.allocate(bytes) ?? this.#makeRoom(bytes);
    if (block === null) {
      this.#isChanging = false;
      return false;
    }
    // Memory can exceed the limit, because it never shrinks: the limit was lowered, or a large operation exceeded it.
    if (this.#used + block.size > this.#limit) this.#evictFor(block);
    this.#used += block.size;
    resident.fillBlock(block);
    resident.lastUse = this.clock;
    this.#append(resident);
    resident.block = block;
    if (2 * block.size > this.#limit) this.#large.add(resident);
    this.#isChanging = false;
    return true;
  }

  /** Records that a resident is used at the current tick. */
  touch(resident: Resident): void {
    resident.lastUse = this.clock;
    const { older, newer } = resident;
    if (newer === null || this.#newest === null) return; // it is the newest
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    newer.older = older;
    resident.older = this.#newest;
    resident.newer = null;
    this.#newest.newer = resident;
    this.#newest = resident;
  }

  /** Frees a resident's block without saving its data. */
  free(resident: Resident): void {
    if (resident.block === null) return;
    this.#startChange();
    this.#free(resident);
    this.#isChanging = false;
  }

  usage(): MemoryReport {
    return {
      used: this.#used,
      reserved: this.buffer.byteLength,
      limit: this.#limit,
      evictions: this.#evictions,
    };
  }

  setLimit(bytes: number): void {
    if (!(bytes >= 0)) throw new RangeError(`setMemoryLimit: takes a number of bytes from 0 up, got ${bytes}`);
    this.#limit = bytes;
    this.clock++;
    this.#startChange();
    while (this.#used > bytes && this.#evictOldest());
    this.#isChanging = false;
  }

  #startChange(): void {
    if (this.#isChanging) this.#restore();
    this.#isChanging = true;
  }

  /** Puts right what an interrupted change has left. */
  #restore(): void {
    const residents: Resident[] = [];
    for (let each = this.#oldest; each !== null; each = each.newer) residents.push(each);
    for (const resident of residents) if (resident.block === null) this.#remove(resident);
    const blocks = residents.flatMap(({ block }) => block ?? []);
    for (const resident of this.#large) if (resident.block === null) this.#large.delete(resident);
    this.#used = blocks.reduce((sum, { size }) => sum + size, 0);
    this.buffer = this.memory.buffer;
    this.#allocator.restore(blocks, this.buffer.byteLength - MARGIN);
  }

  #free(resident: Resident): void {
    const { block } = resident;
    if (block === null) return;
    resident.block = null;
    this.#remove(resident);
    this.#large.delete(resident);
    this.#used -= block.size;
    this.#allocator.free(block);
  }

  /** Evicts residents until a new block is within the limit. If the machine has no memory to save one in, the block is free again. */
  #evictFor(block: Block): void {
    try {
      while (this.#used + block.size > this.#limit && (this.#evictLarge() || this.#evictOldest()));
    } catch (error) {
      this.#allocator.free(block);
      throw error;
    }
  }

  #makeRoom(bytes: number): Block | null {
    for (;;) {
      const end = this.#allocator.end;
      const needed = Math.ceil((end + this.#allocator.missing(bytes) + MARGIN) / PAGE) * PAGE;
      const most = Math.floor(this.#limit / PAGE) * PAGE;
      const hasGarbage = this.#oldest !== null && this.clock - this.#oldest.lastUse > LONG_UNUSED;
      const mayGrow =
        !hasGarbage && needed <= most && (this.#grow(Math.min(most, Math.max(needed, 2 * end))) || this.#grow(needed));
      // A single operation may exceed the limit if it needs more by itself.
      if (!mayGrow && !this.#evictOldest() && !this.#grow(needed)) return null;
      const block = this.#allocator.allocate(bytes);
      if (block !== null) return block;
    }
  }

  #grow(end: number): boolean {
    try {
      this.memory.grow(Math.ceil((end - this.buffer.byteLength) / PAGE));
    } catch {
      return false; // the machine's memory or the 32-bit address space is exhausted
    }
    this.buffer = this.memory.buffer;
    this.#allocator.extend(this.buffer.byteLength - MARGIN);
    return true;
  }

  /** Evicts the least recently used resident; false if all residents are in use. */
  #evictOldest(): boolean {
    return this.#oldest !== null && this.#evict(this.#oldest);
  }

  /**
   * Evicts a resident larger than half the limit, such as a data set, even if it was used recently: otherwise it would evict all small
   * residents again and again. False if there is none, or it is in use.
   */
  #evictLarge(): boolean {
    for (const resident of this.#large) if (this.#evict(resident)) return true;
    return false;
  }

  #evict(resident: Resident): boolean {
    if (resident.lastUse === this.clock) return false;
    resident.moveOut();
    this.#free(resident);
    this.#evictions++;
    return true;
  }

  #append(resident: Resident): void {
    resident.older = this.#newest;
    resident.newer = null;
    if (this.#newest === null) this.#oldest = resident;
    else this.#newest.newer = resident;
    this.#newest = resident;
  }

  #remove(resident: Resident): void {
    if (resident.older === null) this.#oldest = resident.newer;
    else resident.older.newer = resident.newer;
    if (resident.newer === null) this.#newest = resident.older;
    else resident.newer.older = resident.older;
    resident.older = null;
    resident.newer = null;
  }
}

interface WebAssemblyNamespace {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => object;
}

/** Available in every engine; this package loads no types for it. */
declare const console: { warn(message: string): void };

/** A module of WebAssembly that contains nothing: the magic number and the version. */
const EMPTY_MODULE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const warned = shared('warned', () => ({ isDone: false }));

/** Says once that everything works, but slowly. */
function warn(reason: string): void {
  if (!warned.isDone) console.warn(`@mg/tensor: ${reason}`);
  warned.isDone = true;
}

/** Says once that code cannot be compiled here. */
export function warnOfNoCompilation(error: unknown): void {
  warn(
    `WebAssembly cannot compile here, so operations run in TypeScript, which is slower. If this page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src. (${String(error)})`,
  );
}

/** Whether code can be compiled here: not where the policy of a page, or an edge runtime, forbids it. */
function canCompile({ Module, Instance }: WebAssemblyNamespace): boolean {
  try {
    return Boolean(new Instance(new Module(new Uint8Array(EMPTY_MODULE))));
  } catch (error) {
    warnOfNoCompilation(error);
    return false;
  }
}

/**
 * The one linear memory; null without WebAssembly, where it is forbidden, or without enough memory. Then all tensors use ordinary
 * arrays.
 */
export const linearMemory: LinearMemory | null = shared('memory', () => {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  if (WebAssembly === undefined) {
    warn('there is no WebAssembly here, so operations run in TypeScript, which is slower.');
    return null;
  }
  try {
    return canCompile(WebAssembly) ? new LinearMemory(new WebAssembly.Memory({ initial: 16 })) : null;
  } catch {
    return null; // the address space is limited, such as by `ulimit -v`
  }
});

/**
 * Sets the maximum size of the memory for compiled kernels, in bytes; the default is 64 MiB. Tensors that do not fit are moved out to
 * ordinary arrays and back, so a low limit costs time but never changes a result. A single operation that needs more may exceed it.
 *
 * Throws a RangeError for a negative number or NaN.
 */
export function setMemoryLimit(bytes: number): void {
  linearMemory?.setLimit(bytes);
}

/** Reports the use of the memory for compiled kernels, in bytes; all zeros where WebAssembly is missing or forbidden. */
export function memoryUsage(): MemoryReport {
  return linearMemory?.usage() ?? { used: 0, reserved: 0, limit: 0, evictions: 0 };
}
