/** Blocks begin on the boundaries of cache lines, and are whole numbers of them long. */
export const GRAIN = 64;

/** A stretch of memory: free, or given out. */
export interface Block {
  /** Where it begins, in bytes. */
  readonly start: number;
  size: number;
  isFree: boolean;
  /** The neighbours in memory. */
  below: Block | null;
  above: Block | null;
  /** The neighbours in the list of free blocks of about this size. */
  previous: Block | null;
  next: Block | null;
}

/**
 * Gives out blocks of a stretch of memory that can grow at its end. It knows addresses only, and touches no memory.
 *
 *     memory   |  block  | free |  block  |      free      |      below and above: in the order of memory
 *                           ^---- bins[log2 of size] ----^        next: free blocks of like size
 *
 * Free neighbours are joined at once, so that two free blocks never touch. A search looks at a few blocks of the size's own
 * list, the last freed first, for its memory is likely still in the processor's cache; and then at the lists of larger ones,
 * where any block will do.
 * @see M. Masmano et al., TLSF: a New Dynamic Memory Allocator for Real-Time Systems (2004), for lists by size
 */
export class Allocator {
  readonly #bins: (Block | null)[] = new Array<Block | null>(128).fill(null);
  #top: Block | null = null;
  #end: number;

  /** @param start - where the memory begins, in bytes */
  constructor(start: number) {
    this.#end = Math.ceil(start / GRAIN) * GRAIN;
  }

  /** Where the memory ends that there is to give out. */
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

  /** How much is missing at the end for a block of `bytes`, where no free one is large enough. */
  missing(bytes: number): number {
    const top = this.#top;
    return roundUp(bytes) - (top !== null && top.isFree ? top.size : 0);
  }

  /** A block of at least `bytes`; null where no free one is as large. */
  allocate(bytes: number): Block | null {
    const size = roundUp(bytes);
    const block = this.#find(size);
    if (block === null) return null;
    this.#unlink(block);
    if (block.size > size) this.#split(block, size);
    block.isFree = false;
    return block;
  }

  /** Takes a block back. */
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
    // Rather than say that there is nothing, look at the rest of the list.
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

  /** Makes one block of two neighbours; `upper` is no more. */
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

/** The list in which blocks of a size are kept: four for each power of two. */
function bin(size: number): number {
  const grains = size / GRAIN;
  const exponent = 31 - Math.clz32(grains);
  const quarter = exponent < 2 ? (grains << (2 - exponent)) & 3 : (grains >>> (exponent - 2)) & 3;
  return exponent * 4 + quarter;
}
