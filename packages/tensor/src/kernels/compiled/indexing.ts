import { type WasmMemory } from '../../array/linear-memory.ts';
import { indexing } from './indexing.wasm.ts';
import { instantiate } from './module.ts';

/**
 * Goes over windows of `kernelRows × kernelColumns` in images [images, height, width]: `[rows, columns]` of them in each, so
 * many strides apart, from the padding on. Addresses come before all that.
 */
export type WindowSizes = readonly [
  images: number,
  height: number,
  width: number,
  kernelRows: number,
  kernelColumns: number,
  rowStride: number,
  columnStride: number,
  rowPadding: number,
  columnPadding: number,
  rows: number,
  columns: number,
];

/** How many images, of how many rows and columns. */
type ImageSizes = readonly [images: number, height: number, width: number];

/**
 * The compiled kernels that index, and those of windows over images, on elements of 4 bytes in linear memory. They know addresses
 * only, which are in bytes and multiples of 4. Indices are int32. Results are dense and must not overlap what is read.
 *
 * The results are those of the reference kernels to the bit, except for the payload of a NaN.
 */
export interface IndexingKernels {
  /**
   * `out[o, j, i] = x[o · outerStep + index[j] · rowStep + i]`, dense [outer, count, inner], of any elements of 4 bytes. The
   * indices are not checked.
   */
  readonly take: (
    x: number,
    index: number,
    out: number,
    outer: number,
    count: number,
    inner: number,
    outerStep: number,
    rowStep: number,
  ) => void;
  /**
   * `out[o, index[j], i] += x[o, j, i]`, of float32: [outer, count, inner] to dense [outer, length, inner], in order. The indices
   * are not checked.
   */
  readonly addRows: (
    index: number,
    x: number,
    out: number,
    outer: number,
    length: number,
    count: number,
    inner: number,
  ) => void;
  /**
   * `out[o, j, i] = x[o, index[o, j, i], i]`, of any elements of 4 bytes: [outer, count, inner] from [outer, length, inner].
   * Returns the place of the first index that is out of range, where it stops; -1 where there is none.
   */
  readonly gather: (
    x: number,
    index: number,
    out: number,
    outer: number,
    length: number,
    count: number,
    inner: number,
  ) => number;
  /** `out[o, index[o, j, i], i] += x[o, j, i]`, of float32, in order. Returns what `gather` does. */
  readonly scatterAdd: (
    index: number,
    x: number,
    out: number,
    outer: number,
    length: number,
    count: number,
    inner: number,
  ) => number;
  /**
   * The largest element of each window, the first of equals or the last NaN, to `values`, and where it stands in its image (row ·
   * width + column) to `places`; neither to address 0. Each window must have an element that is not padding.
   */
  readonly largestOfWindows: (x: number, values: number, places: number, ...sizes: WindowSizes) => void;
  /** The mean of each window, padding included: summed row by row in double, and rounded once. */
  readonly averageOfWindows: (x: number, out: number, ...sizes: WindowSizes) => void;
  /** Adds each of `[images, rows, columns]` numbers to all elements of its window in `out`, in the reference's order. */
  readonly addToWindows: (x: number, out: number, ...sizes: WindowSizes) => void;
  /** The values of `largestOfWindows` for 2×2, 2 apart and without padding. */
  readonly largestOf2x2: (x: number, out: number, ...sizes: ImageSizes) => void;
  /**
   * Writes each of `g` to where the largest element of its window of 2×2 stands in `x`, and 0 to the others; an odd last row or
   * column, which is in no window, is left as it is.
   */
  readonly giveToLargestOf2x2: (x: number, g: number, out: number, ...sizes: ImageSizes) => void;
}

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileIndexing(memory: WasmMemory): IndexingKernels | null {
  return instantiate(indexing, memory) as IndexingKernels | null;
}
