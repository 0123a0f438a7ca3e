/** Blocks are aligned to cache lines, and their sizes are multiples of a cache line: 64 bytes. */
export const GRAIN = 64;

/** The number of lists of free blocks: four for each power of two, up to the largest size that a number holds exactly, 2^53 bytes. */
const LISTS = 4 * 47;

/** A range of memory, free or allocated. */
export interface Block {
  /** The start address, in bytes. */
  readonly start: number;
  size: number;
  isFree: boolean;
  /** The neighbours in memory. */
  below: Block | null;
  above: Block | null;
  /** The neighbours in the list of free blocks of similar size. */
  previous: Block | null;
  next: Block | null;
}

/**
 * Allocates blocks of a memory that can grow at its end. It computes addresses only, and never accesses the memory.
 *
 *     memory   |  block  | free |  block  |      free      |      below and above: in the order of memory
 *                           ^---- bins[log2 of size] ----^        next: free blocks of similar size
 *
 * Free neighbours are merged immediately, so two free blocks are never adjacent. A search tries a few blocks of the list for its own
 * size, the last freed first because its memory is likely still in the processor's cache, and then the lists for larger sizes,
 * where any block is large enough.
 * @see M. Masmano et al., TLSF: a New Dynamic Memory Allocator for Real-Time Systems (2004), for lists by size
 */
export class Allocator {
  readonly #bins: (Block | null)[] = new Array<Block | null>(LISTS).fill(null);
  readonly #start: number;
  #top: Block | null = null;
  #end: number;

  /** @param start - the start of the memory, in bytes */
  constructor(start: number) {
    this.#start = Math.ceil(start / GRAIN) * GRAIN;
    this.#end = this.#start;
  }

  /** The end of the managed memory, in bytes. */
  get end(): number {
    return this.#end;
  }

  /** Adds the memory up to `end`. */
  extend(end: number): void {
    const size = Math.floor((end - this.#end) / GRAIN) * GRAIN;
    if (size <= 0) return;
    const below = this.#top;
    const block: Block = {
      start: this.#end,
      size,
      isFree: false,
      below,
      above: null,
      previous: null,
      next: null,
    };
    if (below !== null) below.above = block;
    this.#top = block;
    this.#end += size;
    this.free(block);
  }

  /** Lays out the memory up to `end` again, after a change was interrupted: the given blocks are allocated, and all else is free. */
  restore(allocated: readonly Block[], end: number): void {
    this.#bins.fill(null);
    this.#top = null;
    this.#end = this.#start;
    for (const block of allocated.toSorted((one, other) => one.start - other.start)) {
      this.extend(block.start);
      block.below = this.#top;
      block.above = null;
      if (this.#top !== null) this.#top.above = block;
      this.#top = block;
      this.#end = block.start + block.size;
    }
    this.extend(end);
  }

  /** How many bytes the memory must grow for a block of `bytes`, if no free block is large enough. */
  missing(bytes: number): number {
    const top = this.#top;
    return roundUp(bytes) - (top !== null && top.isFree ? top.size : 0);
  }

  /** Allocates a block of at least `bytes`; null if no free block is large enough. */
  allocate(bytes: number): Block | null {
    const size = roundUp(bytes);
    const block = this.#find(size);
    if (block === null) return null;
    this.#unlink(block);
    if (block.size > size) this.#split(block, size);
    block.isFree = false;
    return block;
  }

  /** Frees a block. */
  free(block: Block): void {
    let joined = block;
    const { above, below } = block;
    if (above !== null && above.isFree) {
      this.#unlink(above);
      this.#join(joined, above);
    }
    if (below !== null && below.isFree) {
      this.#unlink(below);
      this.#join(below, joined);
      joined = below;
    }
    this.#link(joined);
  }

  #find(size: number): Block | null {
    const own = bin(size);
    let candidate = this.#bins[own] ?? null;
    for (let tries = 0; candidate !== null && tries < 8; tries++, candidate = candidate.next) {
      if (candidate.size >= size) return candidate;
    }
    for (let larger = own + 1; larger < this.#bins.length; larger++) {
      const block = this.#bins[larger];
      if (block) return block;
    }
    // As a last resort, try the rest of the list.
    for (; candidate !== null; candidate = candidate.next) if (candidate.size >= size) return candidate;
    return null;
  }

  #split(block: Block, size: number): void {
    const rest: Block = {
      start: block.start + size,
      size: block.size - size,
      isFree: true,
      below: block,
      above: block.above,
      previous: null,
      next: null,
    };
    if (block.above === null) this.#top = rest;
    else block.above.below = rest;
    block.above = rest;
    block.size = size;
    this.#link(rest);
  }

  /** Merges two adjacent blocks into `lower`; `upper` must not be used afterwards. */
  #join(lower: Block, upper: Block): void {
    lower.size += upper.size;
    lower.above = upper.above;
    if (upper.above === null) this.#top = lower;
    else upper.above.below = lower;
  }

  #link(block: Block): void {
    const at = bin(block.size);
    const first = this.#bins[at] ?? null;
    block.isFree = true;
    block.previous = null;
    block.next = first;
    if (first !== null) first.previous = block;
    this.#bins[at] = block;
  }

  #unlink(block: Block): void {
    if (block.previous === null) this.#bins[bin(block.size)] = block.next;
    else block.previous.next = block.next;
    if (block.next !== null) block.next.previous = block.previous;
    block.previous = null;
    block.next = null;
  }
}

function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / GRAIN)) * GRAIN;
}

/** The index of the list for blocks of this size: four lists for each power of two. */
function bin(size: number): number {
  // The operators on bits take 32 of them, and only the highest three matter.
  const dropped = size / GRAIN < 2 ** 32 ? 0 : 22;
  const grains = dropped === 0 ? size / GRAIN : Math.floor(size / GRAIN / 2 ** 22);
  const exponent = 31 - Math.clz32(grains);
  const quarter = exponent < 2 ? (grains << (2 - exponent)) & 3 : (grains >>> (exponent - 2)) & 3;
  return (exponent + dropped) * 4 + quarter;
}
