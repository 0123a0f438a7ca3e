/**
 * Kernels that pick elements by their numbers and add them up where those say, and kernels of windows over images. They work
 * in the one linear memory and keep no state.
 *
 * Addresses are in bytes and need to be multiples of 4 only; lengths and steps are in elements, of 4 bytes. Results are dense
 * and overlap no operand. What only moves elements moves their bits, whatever they mean; all else takes them as float32.
 */

/** From how many elements on a call of memory.copy is faster than a loop. */
const LONG = 64;

// What a helper is inlined for: known to the compiler there, so that no branch on it is left.
const LARGEST = 0;
const AVERAGE = 1;
const GIVE = 2;

/** out(o, j, i) = x(o * outerStep + index(j) * rowStep + i): rows of `inner` elements that lie side by side. */
export function take(
  x: usize,
  index: usize,
  out: usize,
  outer: i32,
  count: i32,
  inner: i32,
  outerStep: i32,
  rowStep: i32,
): void {
  for (; outer > 0; outer--) {
    for (let j = 0; j < count; j++) {
      copyRow(x + ((load<i32>(index + (j << 2)) * rowStep) << 2), out, inner);
      out += inner << 2;
    }
    x += outerStep << 2;
  }
}

/** out(o, index(j), i) += x(o, j, i), of float32: rows of `inner` elements to `length` of them. The adjoint of take. */
export function addRows(
  index: usize,
  x: usize,
  out: usize,
  outer: i32,
  length: i32,
  count: i32,
  inner: i32,
): void {
  for (; outer > 0; outer--) {
    for (let j = 0; j < count; j++) {
      addRow(x, out + ((load<i32>(index + (j << 2)) * inner) << 2), inner);
      x += inner << 2;
    }
    out += (length * inner) << 2;
  }
}

/**
 * out(o, j, i) = x(o, index(o, j, i), i). Returns the place of the first index that is none of the `length` there are, where it
 * stops, or -1.
 */
export function gather(
  x: usize,
  index: usize,
  out: usize,
  outer: i32,
  length: i32,
  count: i32,
  inner: i32,
): i32 {
  const start = index;
  for (; outer > 0; outer--) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) {
        const at = load<u32>(index);
        if (at >= <u32>length) return <i32>((index - start) >> 2);
        store<u32>(out, load<u32>(x + ((at * inner + i) << 2)));
        index += 4;
        out += 4;
      }
    }
    x += (length * inner) << 2;
  }
  return -1;
}

/** out(o, index(o, j, i), i) += x(o, j, i), of float32: the adjoint of gather. Returns what that does. */
export function scatterAdd(
  index: usize,
  x: usize,
  out: usize,
  outer: i32,
  length: i32,
  count: i32,
  inner: i32,
): i32 {
  const start = index;
  for (; outer > 0; outer--) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) {
        const at = load<u32>(index);
        if (at >= <u32>length) return <i32>((index - start) >> 2);
        const to = out + ((at * inner + i) << 2);
        store<f32>(to, load<f32>(to) + load<f32>(x));
        index += 4;
        x += 4;
      }
    }
    out += (length * inner) << 2;
  }
  return -1;
}

/** Copies `n` elements that lie side by side. */
@inline
function copyRow(x: usize, out: usize, n: i32): void {
  if (n >= LONG) {
    memory.copy(out, x, n << 2);
    return;
  }
  if (n < 4) {
    for (let i = 0; i < n << 2; i += 4) store<u32>(out + i, load<u32>(x + i));
    return;
  }
  // The last four may be some that were copied already.
  const last = (n - 4) << 2;
  for (let i = 0; i < last; i += 16) v128.store(out + i, v128.load(x + i, 0, 4), 0, 4);
  v128.store(out + last, v128.load(x + last, 0, 4), 0, 4);
}

/** Adds `n` elements to as many. */
@inline
function addRow(x: usize, out: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, f32x4.add(v128.load(out, 0, 4), v128.load(x, 0, 4)), 0, 4);
    x += 16;
    out += 16;
  }
  for (; n > 0; n--) {
    store<f32>(out, load<f32>(out) + load<f32>(x));
    x += 4;
    out += 4;
  }
}

/**
 * The largest element of each window, the first of equals or the last NaN: written to `values`, its place in its image (row *
 * width + column) to `places`; nothing is written to address 0. Each window has an element in its image.
 */
export function largestOfWindows(
  x: usize,
  values: usize,
  places: usize,
  images: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowPadding: i32,
  columnPadding: i32,
  rows: i32,
  columns: i32,
): void {
  // prettier-ignore
  overWindows(LARGEST, x, values, places, images, height, width, kernelRows, kernelColumns, rowStride, columnStride, rowPadding, columnPadding, rows, columns);
}

/** The mean of each window, padding included: summed row by row in double, and rounded once. */
export function averageOfWindows(
  x: usize,
  out: usize,
  images: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowPadding: i32,
  columnPadding: i32,
  rows: i32,
  columns: i32,
): void {
  // prettier-ignore
  overWindows(AVERAGE, x, out, 0, images, height, width, kernelRows, kernelColumns, rowStride, columnStride, rowPadding, columnPadding, rows, columns);
}

@inline
function overWindows(
  op: i32,
  x: usize,
  values: usize,
  places: usize,
  images: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowPadding: i32,
  columnPadding: i32,
  rows: i32,
  columns: i32,
): void {
  // In the windows from `full` up to `end`, no column is padding.
  const full = (columnPadding + columnStride - 1) / columnStride;
  const end = min(columns, (width + columnPadding - kernelColumns + columnStride) / columnStride);
  for (; images > 0; images--) {
    for (let i = 0; i < rows; i++) {
      const top = i * rowStride - rowPadding;
      const firstRow = max(top, 0);
      const lastRow = min(top + kernelRows, height);
      let j = 0;
      while (j < columns) {
        // Four at a time; the last four may be some that were done already.
        if (j >= full && j < end && end - full >= 4) {
          j = min(j, end - 4);
          const left = j * columnStride - columnPadding;
          // prettier-ignore
          window(op, 4, x, values && values + (j << 2), places && places + (j << 2), width, firstRow, lastRow, left, left + kernelColumns, columnStride, kernelRows * kernelColumns);
          j += 4;
        } else {
          const left = j * columnStride - columnPadding;
          const firstColumn = max(left, 0);
          const lastColumn = min(left + kernelColumns, width);
          // prettier-ignore
          window(op, 1, x, values && values + (j << 2), places && places + (j << 2), width, firstRow, lastRow, firstColumn, lastColumn, columnStride, kernelRows * kernelColumns);
          j++;
        }
      }
      if (values) values += columns << 2;
      if (places) places += columns << 2;
    }
    x += (height * width) << 2;
  }
}

/**
 * One window of `size` elements, or four that are `stride` columns apart: by the rows and columns of the first that are in the
 * image.
 */
@inline
function window(
  op: i32,
  lanes: i32,
  x: usize,
  values: usize,
  places: usize,
  width: i32,
  firstRow: i32,
  lastRow: i32,
  firstColumn: i32,
  lastColumn: i32,
  stride: i32,
  size: i32,
): void {
  const first = firstRow * width + firstColumn;
  let result = op == AVERAGE ? f32x4.splat(0) : elements(lanes, x + (first << 2), stride);
  let at = i32x4.splat(first);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const columns = lastColumn - firstColumn;
  const end = lastRow * width + firstColumn;
  for (let row = first; row < end; row += width) {
    for (let place = row; place < row + columns; place++) {
      const each = elements(lanes, x + (place << 2), stride);
      if (op == AVERAGE) {
        low = f64x2.add(low, f64x2.promote_low_f32x4(each));
        if (lanes == 4) high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(each, each, 1, 1)));
      } else {
        const wins = isLarger(each, result);
        result = v128.bitselect(each, result, wins);
        at = v128.bitselect(i32x4.splat(place), at, wins);
      }
    }
  }
  if (op == AVERAGE) {
    const divisor = f64x2.splat(size);
    result = f32x4.demote_f64x2_zero(f64x2.div(low, divisor));
    if (lanes == 4) result = v128.shuffle<i64>(result, f32x4.demote_f64x2_zero(f64x2.div(high, divisor)), 0, 2);
  }
  if (values) storeLanes(lanes, values, result);
  // The other three windows are further right.
  if (places) storeLanes(lanes, places, i32x4.add(at, i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride))));
}

/** Whether elements displace those that came before: larger ones, and NaN. */
@inline
function isLarger(x: v128, before: v128): v128 {
  return v128.or(f32x4.gt(x, before), f32x4.ne(x, x));
}

/** One element, or four that are `stride` apart; nothing is read on the way but what lies between them. */
@inline
function elements(lanes: i32, x: usize, stride: i32): v128 {
  if (lanes == 1) return v128.load_zero<u32>(x, 0, 4);
  if (stride == 1) return v128.load(x, 0, 4);
  if (stride == 2) return v128.shuffle<i32>(v128.load(x, 0, 4), v128.load(x, 12, 4), 0, 2, 5, 7);
  const step = stride << 2;
  let four = v128.load_zero<u32>(x, 0, 4);
  four = v128.load_lane<u32>(x + step, four, 1, 0, 4);
  four = v128.load_lane<u32>(x + 2 * step, four, 2, 0, 4);
  return v128.load_lane<u32>(x + 3 * step, four, 3, 0, 4);
}

@inline
function storeLanes(lanes: i32, out: usize, x: v128): void {
  if (lanes == 1) v128.store_lane<u32>(out, x, 0, 0, 4);
  else v128.store(out, x, 0, 4);
}

/**
 * Adds each number to all elements of its window: the adjoint of their sums. Each element gets those of the windows that
 * have it in their first row before those of the next rows, and of each row from left to right.
 */
export function addToWindows(
  x: usize,
  out: usize,
  images: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowPadding: i32,
  columnPadding: i32,
  rows: i32,
  columns: i32,
): void {
  for (; images > 0; images--) {
    for (let kernelRow = 0; kernelRow < kernelRows; kernelRow++) {
      for (let kernelColumn = 0; kernelColumn < kernelColumns; kernelColumn++) {
        const left = kernelColumn - columnPadding;
        const first = left < 0 ? (columnStride - 1 - left) / columnStride : 0;
        const count = min(columns, (width - left - 1 + columnStride) / columnStride) - first;
        for (let i = 0; i < rows; i++) {
          const row = i * rowStride + kernelRow - rowPadding;
          if (<u32>row >= <u32>height) continue;
          const from = x + ((i * columns + first) << 2);
          const to = out + ((row * width + first * columnStride + left) << 2);
          addApart(from, to, count, columnStride);
        }
      }
    }
    x += (rows * columns) << 2;
    out += (height * width) << 2;
  }
}

/** Adds `n` elements to as many that are `step` apart. */
@inline
function addApart(x: usize, out: usize, n: i32, step: i32): void {
  if (step == 1) {
    addRow(x, out, n);
    return;
  }
  if (step == 2) {
    // What lies between them gets 0, which leaves any sum as it is. The last one has nothing of its row behind it.
    for (; n > 4; n -= 4) {
      const four = v128.load(x, 0, 4);
      const low = v128.shuffle<i32>(four, f32x4.splat(0), 0, 4, 1, 5);
      const high = v128.shuffle<i32>(four, f32x4.splat(0), 2, 6, 3, 7);
      v128.store(out, f32x4.add(v128.load(out, 0, 4), low), 0, 4);
      v128.store(out, f32x4.add(v128.load(out, 16, 4), high), 16, 4);
      x += 16;
      out += 32;
    }
  }
  for (; n > 0; n--) {
    store<f32>(out, load<f32>(out) + load<f32>(x));
    x += 4;
    out += step << 2;
  }
}

// Windows of 2×2 that are 2 apart, of images without padding: what nearly all networks have.
//
//     a A b B    of four windows side by side, the first elements a b c d, the second ones A B C D,
//     e E f F    and so the third and fourth in the row below

/** largestOfWindows, the values only. An odd row at the bottom, and an odd column at the right, is in no window. */
export function largestOf2x2(x: usize, out: usize, images: i32, height: i32, width: i32): void {
  over2x2(LARGEST, x, 0, out, images, height, width);
}

/**
 * Writes each number of `g` to the place of the largest element of its window of `x`, and 0 to the other three. What is in no
 * window is left as it is.
 */
export function giveToLargestOf2x2(x: usize, g: usize, out: usize, images: i32, height: i32, width: i32): void {
  over2x2(GIVE, x, g, out, images, height, width);
}

@inline
function over2x2(op: i32, x: usize, g: usize, out: usize, images: i32, height: i32, width: i32): void {
  const columns = width >> 1;
  const rowBytes = width << 2;
  for (; images > 0; images--) {
    for (let i = height >> 1; i > 0; i--) {
      if (columns < 4) {
        for (let j = 0; j < columns; j++) of2x2(op, 1, x, g, out, rowBytes, j);
      } else {
        // The last four may be some that were done already.
        for (let j = 0; j < columns; j += 4) of2x2(op, 4, x, g, out, rowBytes, min(j, columns - 4));
      }
      x += rowBytes << 1;
      g += columns << 2;
      out += op == GIVE ? rowBytes << 1 : columns << 2;
    }
    if (height & 1) {
      x += rowBytes;
      if (op == GIVE) out += rowBytes;
    }
  }
}

/** One window of 2×2, or four side by side: window `j` of its row, and the next ones. */
@inline
function of2x2(op: i32, lanes: i32, x: usize, g: usize, out: usize, rowBytes: i32, j: i32): void {
  x += j << 3;
  const below = x + rowBytes;
  const first = elements2(lanes, x, 0);
  const second = elements2(lanes, x, 1);
  const third = elements2(lanes, below, 0);
  const fourth = elements2(lanes, below, 1);
  const isSecond = isLarger(second, first);
  const ofRow = v128.bitselect(second, first, isSecond);
  const isThird = isLarger(third, ofRow);
  const ofThree = v128.bitselect(third, ofRow, isThird);
  const isFourth = isLarger(fourth, ofThree);
  if (op == LARGEST) {
    storeLanes(lanes, out + (j << 2), v128.bitselect(fourth, ofThree, isFourth));
    return;
  }
  // Added to 0, as a sum is: -0 gives 0.
  const given = f32x4.add(elements(lanes, g + (j << 2), 1), f32x4.splat(0));
  out += j << 3;
  const notFourth = v128.andnot(given, isFourth);
  const notLower = v128.andnot(notFourth, isThird);
  storePairs(lanes, out, v128.andnot(notLower, isSecond), v128.and(notLower, isSecond));
  storePairs(lanes, out + rowBytes, v128.and(notFourth, isThird), v128.and(given, isFourth));
}

/** Of a pair, or of four side by side, the first elements or the second ones. */
@inline
function elements2(lanes: i32, x: usize, which: i32): v128 {
  if (lanes == 1) return v128.load_zero<u32>(x + (which << 2), 0, 4);
  const low = v128.load(x, 0, 4);
  const high = v128.load(x, 16, 4);
  return which ? v128.shuffle<i32>(low, high, 1, 3, 5, 7) : v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** Stores one pair, or four, of which these are the first elements and the second ones. */
@inline
function storePairs(lanes: i32, out: usize, first: v128, second: v128): void {
  const low = v128.shuffle<i32>(first, second, 0, 4, 1, 5);
  if (lanes == 1) {
    v128.store_lane<u64>(out, low, 0, 0, 4);
    return;
  }
  v128.store(out, low, 0, 4);
  v128.store(out, v128.shuffle<i32>(first, second, 2, 6, 3, 7), 16, 4);
}
