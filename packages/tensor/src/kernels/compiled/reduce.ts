import { type WasmMemory } from '../../array/linear-memory.ts';
import { instantiate } from './module.ts';
import { reduce } from './reduce.wasm.ts';

/**
 * Fills `outer` elements at `out`: the o-th from all x at `x + 4 · (o · outerStep + r · repeatStep + j)` with r < repeats and
 * j < length. Steps may be negative or 0.
 */
type OfRows = (
  x: number,
  out: number,
  outer: number,
  outerStep: number,
  repeats: number,
  repeatStep: number,
  length: number,
) => void;

/**
 * Fills dense `[outer, inner]`: (o, i) from all x at `x + 4 · (o · outerStep + j · step + i)` with j < length. It takes `band` rows at
 * a time, any multiple of 4, or all of them: that decides how fast it is, never over the bits.
 */
type OfColumns = (
  x: number,
  out: number,
  outer: number,
  outerStep: number,
  length: number,
  step: number,
  inner: number,
  band: number,
) => void;

/** As OfRows for rows without repeats; writes int32. */
type PlaceInRows = (x: number, out: number, outer: number, outerStep: number, length: number) => void;

/**
 * The compiled reductions of float32 in linear memory. They know addresses only, in bytes and multiples of 4, and check nothing;
 * there is at least one element to each result, and `out` overlaps nothing.
 *
 * Sums add four elements each in float32 and all of these in double precision. In which order depends on the sizes alone, not on how the
 * elements lie. The others give the bits of the reference kernels, except for the payload of a NaN.
 */
export interface ReduceKernels {
  readonly sumRows: OfRows;
  /** `sums`, if there is more than one band, is where there is room for `ROOM_OF_SUMS` numbers. */
  readonly sumColumns: (...args: [...Parameters<OfColumns>, sums: number]) => void;
  /** The largest, the first of equals; NaN where there is one. */
  readonly maxRows: OfRows;
  readonly maxColumns: OfColumns;
  /** The smallest, the first of equals; NaN where there is one. */
  readonly minRows: OfRows;
  readonly minColumns: OfColumns;
  /** Where in its row the largest stands: the first of equals, the first NaN if there is one. */
  readonly argmaxRows: PlaceInRows;
  /** The same for the smallest. */
  readonly argminRows: PlaceInRows;
}

/** How many numbers of float32 `sumColumns` needs room for: two doubles for each of 1024 columns. */
export const ROOM_OF_SUMS = 4096;

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileReduce(memory: WasmMemory): ReduceKernels | null {
  return instantiate(reduce, memory) as ReduceKernels | null;
}
