import { type TypedArray } from '@mg/tensor/internal';

/**
 * Makes the rows of a matrix orthogonal and of length 1, in place: by Gram and Schmidt's method, twice, which is accurate to rounding. Of a matrix drawn from the
 * normal distribution this is the Q of its QR decomposition with a positive diagonal of R: uniform among all such matrices.
 */
export function orthonormalizeRows(matrix: TypedArray, rows: number): void {
  const columns = matrix.length / rows;
  const row = (at: number): TypedArray => matrix.subarray(at * columns, (at + 1) * columns);
  for (let at = 0; at < rows; at++) {
    const current = row(at);
    for (let turn = 0; turn < 2; turn++) {
      for (let before = 0; before < at; before++) {
        const other = row(before);
        const share = dot(current, other);
        for (let i = 0; i < columns; i++) current[i] = (current[i] ?? 0) - share * (other[i] ?? 0);
      }
      const length = Math.sqrt(dot(current, current));
      for (let i = 0; i < columns; i++) current[i] = (current[i] ?? 0) / length;
    }
  }
}

function dot(a: TypedArray, b: TypedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
