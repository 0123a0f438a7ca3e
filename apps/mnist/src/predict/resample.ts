/** The inputs of one output element: the index of the first, and the weights of it and the following ones. */
interface Tap {
  first: number;
  shares: number[];
}

/**
 * Resizes an image from [rows, cols] to [newRows, newCols]. An axis that shrinks takes the mean over the part of the input that an
 * output pixel covers; one that grows is interpolated linearly.
 */
export function resampled(
  values: Float32Array,
  rows: number,
  cols: number,
  newRows: number,
  newCols: number,
): Float32Array {
  const across = taps(cols, newCols);
  const wide = new Float32Array(rows * newCols);
  for (let y = 0; y < rows; y++) {
    for (const [x, { first, shares }] of across.entries()) {
      let sum = 0;
      for (const [k, share] of shares.entries()) sum += share * (values[y * cols + first + k] ?? 0);
      wide[y * newCols + x] = sum;
    }
  }
  const result = new Float32Array(newRows * newCols);
  for (const [y, { first, shares }] of taps(rows, newRows).entries()) {
    for (const [k, share] of shares.entries()) {
      for (let x = 0; x < newCols; x++) {
        const to = y * newCols + x;
        result[to] = (result[to] ?? 0) + share * (wide[(first + k) * newCols + x] ?? 0);
      }
    }
  }
  return result;
}

function taps(size: number, newSize: number): Tap[] {
  return Array.from({ length: newSize }, (_, i) =>
    newSize > size ? between(i, size, newSize) : over(i, size, newSize),
  );
}

/** The mean over the interval that element i of the output covers. */
function over(i: number, size: number, newSize: number): Tap {
  const [from, to] = [(i * size) / newSize, ((i + 1) * size) / newSize];
  const first = Math.floor(from);
  const shares: number[] = [];
  for (let j = first; j < Math.min(size, Math.ceil(to)); j++) {
    shares.push(((Math.min(to, j + 1) - Math.max(from, j)) * newSize) / size);
  }
  return { first, shares };
}

/** The two elements whose centres are on either side of the centre of element i of the output; at an end, the last one. */
function between(i: number, size: number, newSize: number): Tap {
  const place = Math.min(Math.max(((i + 0.5) * size) / newSize - 0.5, 0), size - 1);
  const first = Math.floor(place);
  const rest = place - first;
  return { first, shares: rest > 0 ? [1 - rest, rest] : [1] };
}
