import { Allocator, type Block } from './allocator.ts';
import { shared } from './shared.ts';

/** What is used of a WebAssembly.Memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What lies in linear memory, and can be moved out of it. */
export interface Resident {
  block: Block | null;
  /** The neighbours in the order of use. */
  older: Resident | null;
  newer: Resident | null;
  /** The tick of the clock at which it was last used. */
  lastUse: number;
  /** Saves what must be saved; the block is taken away after it. */
  moveOut(): void;
}

/** What `memoryUsage` reports, in bytes. */
export interface MemoryReport {
  /** In linear memory by tensors, those included that nobody holds any more and that have not made room yet. */
  readonly used: number;
  /** The size of linear memory. It never shrinks: WebAssembly has no means for that. */
  readonly reserved: number;
  /** What `reserved` may grow to. */
  readonly limit: number;
  /** How many times something was moved out to make room: a count, not bytes. */
  readonly evictions: number;
}

const PAGE = 65_536;

/** What is left free at the end, in bytes: kernels read whole vectors, the last of which may go beyond its operand. */
const MARGIN = 64;

const DEFAULT_LIMIT = 64 * 2 ** 20;

/**
 * How many ticks ago something was used when it moves out before memory grows: by then a loop of training has gone round dozens of
 * times, and what it made is garbage most likely. So memory stays as small as what is in use, which caches like.
 */
const LONG_UNUSED = 4096;

/**
 * The memory that compiled kernels work in: a cache over the garbage collector.
 *
 * When it is full, what was unused for longest moves out to typed arrays, which the collector owns. So nothing has to be
 * freed by hand, memory is bounded, and nothing depends on when the collector runs: what nobody holds moves out once, and
 * is garbage from then on.
 */
export class LinearMemory {
  readonly memory: WasmMemory;
  /** What `memory.buffer` is now; it changes when the memory grows, and views of the one before are empty then. */
  buffer: ArrayBuffer;
  /** What is used at this tick stays: the operands of one kernel must be in memory together. */
  clock = 0;
  readonly #allocator: Allocator;
  #limit = DEFAULT_LIMIT;
  #used = 0;
  #evictions = 0;
  readonly #large = new Set<Resident>();
  #oldest: Resident | null = null;
  #newest: Resident | null = null;

  constructor(memory: WasmMemory) {
    this.memory = memory;
    this.buffer = memory.buffer;
    // Address 0 is left out, so that no operand ever has it.
    this.#allocator = new Allocator(1);
    this.#allocator.extend(this.buffer.byteLength - MARGIN);
  }

  /** Gives a resident a block, for which others may have to move out; false where WebAssembly refuses to grow. */
  place(resident: Resident, bytes: number): boolean {
    const block = this.#allocator.allocate(bytes) ?? this.#makeRoom(bytes);
    if (block === null) return false;
    this.#used += block.size;
    resident.block = block;
    resident.lastUse = this.clock;
    this.#append(resident);
    if (2 * block.size > this.#limit) this.#large.add(resident);
    // Memory can be larger than the limit, for it never shrinks: the limit was lowered, or gave way to something large.
    while (this.#used > this.#limit && (this.#evictLarge() || this.#evictOldest()));
    return true;
  }

  /** Notes that a resident is used at this tick. */
  touch(resident: Resident): void {
    resident.lastUse = this.clock;
    if (resident === this.#newest) return;
    this.#remove(resident);
    this.#append(resident);
  }

  /** Takes a resident's block away, without saving anything. */
  free(resident: Resident): void {
    const { block } = resident;
    if (block === null) return;
    this.#remove(resident);
    this.#large.delete(resident);
    this.#used -= block.size;
    this.#allocator.free(block);
    resident.block = null;
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
    while (this.#used > bytes && this.#evictOldest());
  }

  #makeRoom(bytes: number): Block | null {
    for (;;) {
      const end = this.#allocator.end;
      const needed = Math.ceil((end + this.#allocator.missing(bytes) + MARGIN) / PAGE) * PAGE;
      const most = Math.floor(this.#limit / PAGE) * PAGE;
      const hasGarbage = this.#oldest !== null && this.clock - this.#oldest.lastUse > LONG_UNUSED;
      const mayGrow =
        !hasGarbage && needed <= most && (this.#grow(Math.min(most, Math.max(needed, 2 * end))) || this.#grow(needed));
      // The limit gives way to what one operation needs all by itself.
      if (!mayGrow && !this.#evictOldest() && !this.#grow(needed)) return null;
      const block = this.#allocator.allocate(bytes);
      if (block !== null) return block;
    }
  }

  #grow(end: number): boolean {
    try {
      this.memory.grow(Math.ceil((end - this.buffer.byteLength) / PAGE));
    } catch {
      return false; // all that the machine, or a 32-bit address, has
    }
    this.buffer = this.memory.buffer;
    this.#allocator.extend(this.buffer.byteLength - MARGIN);
    return true;
  }

  /** Moves out what was unused for longest; false where all that is left is in use. */
  #evictOldest(): boolean {
    return this.#oldest !== null && this.#evict(this.#oldest);
  }

  /**
   * Moves out what takes more than half of the limit, a data set, say, however lately it was used: else all that is small would
   * have to go for it, again and again. False where there is no such thing, or it is in use.
   */
  #evictLarge(): boolean {
    for (const resident of this.#large) if (this.#evict(resident)) return true;
    return false;
  }

  #evict(resident: Resident): boolean {
    if (resident.lastUse === this.clock) return false;
    resident.moveOut();
    this.free(resident);
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
}

/** The one linear memory; null where there is no WebAssembly, or no room for it, and all tensors live in ordinary arrays. */
export const linearMemory: LinearMemory | null = shared('memory', () => {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  try {
    return WebAssembly === undefined ? null : new LinearMemory(new WebAssembly.Memory({ initial: 16 }));
  } catch {
    return null; // the system has no addresses left for one, as under `ulimit -v`
  }
});

/**
 * Sets how large the memory of the compiled kernels may grow, in bytes; 64 MiB by default. What does not fit moves out to ordinary
 * arrays and back, so that a limit costs time and never numbers. One operation that needs more all by itself gets it.
 *
 * Throws a RangeError for a number below 0.
 */
export function setMemoryLimit(bytes: number): void {
  linearMemory?.setLimit(bytes);
}

/** How much of the memory of the compiled kernels is in use; all zero where there is no WebAssembly. */
export function memoryUsage(): MemoryReport {
  return linearMemory?.usage() ?? { used: 0, reserved: 0, limit: 0, evictions: 0 };
}
