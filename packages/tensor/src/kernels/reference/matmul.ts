import { allocate, type TypedArray } from '../../array/dtype.ts';
import { type Storage } from '../../array/storage.ts';
import { type Strided } from '../operands.ts';

/**
 * The product of two matrices, [m, k] by [k, n], into a dense [m, n] that begins at element `start` of `out`; sums in double
 * precision.
 *
 * Rows of `a` and columns of `b` are first laid out densely, where they are not already, so that the inner loop walks
 * both from left to right. It makes a block of 2 by 4 sums at a time: six numbers are read for eight products. The last
 * block of a row or column overlaps the one before it, and makes some sums a second time.
 */
export function matmul(a: Strided, b: Strided, out: Storage, start: number): void {
  const [m, k] = [a.shape[0]!, a.shape[1]!];
  const n = b.shape[1]!;
  const left = denseRows(a.storage, a.offset, m, k, a.strides[0]!, a.strides[1]!);
  const right = denseRows(b.storage, b.offset, n, k, b.strides[1]!, b.strides[0]!);
  const product = out.elements().subarray(start, start + m * n);
  if (n < 4) narrow(left, right, product, m, k, n);
  else blocked(left, right, product, m, k, n);
}

/** What is done to a product where it stands: `bias` is added to each row, and what is below 0 becomes 0. */
export interface Finish {
  /** As many as there are columns. */
  readonly bias: Strided | null;
  readonly relu: boolean;
}

/** Finishes the rows of `columns` elements. */
export function finish(to: Storage, columns: number, { bias, relu }: Finish): void {
  const out = to.elements();
  if (bias !== null) {
    const [vector, step] = [bias.storage.read(), bias.strides[0]!];
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + vector[bias.offset + (i % columns) * step]!;
  }
  if (relu) for (let i = 0; i < out.length; i++) if (out[i]! < 0) out[i] = 0;
}

/** Rows of equal length, one after the other from `start`. */
interface Rows {
  readonly array: ArrayLike<number>;
  readonly start: number;
}

function blocked(left: Rows, right: Rows, out: TypedArray, m: number, k: number, n: number): void {
  const [x, y] = [left.array, right.array];
  for (let i = 0; i < m; i += 2) {
    const nextRow = Math.min(i + 1, m - 1);
    const x0 = left.start + i * k;
    const x1 = left.start + nextRow * k;
    for (let block = 0; block < n; block += 4) {
      const j = Math.min(block, n - 4);
      const y0 = right.start + j * k;
      const y1 = y0 + k;
      const y2 = y1 + k;
      const y3 = y2 + k;
      let [sum00, sum01, sum02, sum03] = [0, 0, 0, 0];
      let [sum10, sum11, sum12, sum13] = [0, 0, 0, 0];
      for (let p = 0; p < k; p++) {
        const a0 = x[x0 + p]!;
        const a1 = x[x1 + p]!;
        const b0 = y[y0 + p]!;
        const b1 = y[y1 + p]!;
        const b2 = y[y2 + p]!;
        const b3 = y[y3 + p]!;
        sum00 += a0 * b0;
        sum01 += a0 * b1;
        sum02 += a0 * b2;
        sum03 += a0 * b3;
        sum10 += a1 * b0;
        sum11 += a1 * b1;
        sum12 += a1 * b2;
        sum13 += a1 * b3;
      }
      const to0 = i * n + j;
      out[to0] = sum00;
      out[to0 + 1] = sum01;
      out[to0 + 2] = sum02;
      out[to0 + 3] = sum03;
      const to1 = nextRow * n + j;
      out[to1] = sum10;
      out[to1 + 1] = sum11;
      out[to1 + 2] = sum12;
      out[to1 + 3] = sum13;
    }
  }
}

/** For fewer columns than a block has. */
function narrow(left: Rows, right: Rows, out: TypedArray, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += left.array[left.start + i * k + p]! * right.array[right.start + j * k + p]!;
      out[i * n + j] = sum;
    }
  }
}

/** The `rows` runs of `length` elements one after the other: where they stand if they are dense, else in a copy. */
function denseRows(
  storage: Storage,
  offset: number,
  rows: number,
  length: number,
  rowStride: number,
  stride: number,
): Rows {
  const source = storage.read();
  if (stride === 1 && rowStride === length) return { array: source, start: offset };
  const copy = allocate(storage.dtype, rows * length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length; i++) copy[row * length + i] = source[offset + row * rowStride + i * stride]!;
  }
  return { array: copy, start: 0 };
}
