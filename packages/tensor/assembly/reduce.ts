/**
 * Reductions of float32. They work in the one linear memory and keep no state; addresses are in bytes, multiples of 4, lengths
 * and steps are in elements. `out` is dense and overlaps nothing.
 *
 * What is reduced lies in rows or in columns, of neighbours in either case:
 *
 *     rows      out(o)     from x(o * outerStep + r * repeatStep + j)     for all r < repeats, j < length
 *     columns   out(o, i)  from x(o * outerStep + j * step + i)           for all j < length
 *
 * In which order is decided by the sizes alone, so that the same numbers give the same bits however they lie.
 */
import { better, largest, MAX, MIN, smallest } from './extremes';
import { LONG } from './lanes';

/** How many columns are done at once: as many sums in double as fit in half of the first cache. */
const STRIP: i32 = 1024;

/**
 * Sums, in double precision. Where there are many elements, four each are added in float32 first, as two pairs: conversions are
 * what costs most, and no more is rounded off of millions of elements than of a few.
 */
export function sumRows(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  repeats: i32,
  repeatStep: i32,
  length: i32,
): void {
  for (let o = 0; o < outer; o++) {
    let total: f64 = 0;
    for (let r = 0; r < repeats; r++) total += sumOfRow(x + ((o * outerStep + r * repeatStep) << 2), length);
    store<f32>(out + (o << 2), <f32>total);
  }
}

/**
 * As sumRows; the four are neighbours in their column. It goes through `band` rows at a time, a multiple of 4: in so many streams
 * the memory is read. Where there are more rows, `sums` is where the sums of up to 1024 columns wait for the next band.
 */
export function sumColumns(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  length: i32,
  step: i32,
  inner: i32,
  band: i32,
  sums: usize,
): void {
  const isLong = length >= LONG;
  for (let o = 0; o < outer; o++) {
    for (let start = 0; start < inner; start += STRIP) {
      const end = min(inner, start + STRIP);
      for (let row = 0; row < length; row += band) {
        const rows = min(band, length - row);
        const isLast = row + rows == length;
        let i = start;
        let at = x + ((o * outerStep + row * step + i) << 2);
        let to = out + ((o * inner + i) << 2);
        let kept = sums;
        for (; i <= end - 16; i += 16) {
          sumTile(16, at, step, rows, isLong, row == 0, isLast, kept, to);
          at += 64;
          to += 64;
          kept += 128;
        }
        for (; i <= end - 4; i += 4) {
          sumTile(4, at, step, rows, isLong, row == 0, isLast, kept, to);
          at += 16;
          to += 16;
          kept += 32;
        }
        for (; i < end; i++) {
          sumTile(1, at, step, rows, isLong, row == 0, isLast, kept, to);
          at += 4;
          to += 4;
          kept += 16;
        }
      }
    }
  }
}

/** The largest of each row, the first of equals: 0 and -0 are. NaN where there is one. */
export function maxRows(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  repeats: i32,
  repeatStep: i32,
  length: i32,
): void {
  extremesOfRows(MAX, x, out, outer, outerStep, repeats, repeatStep, length);
}

/** The smallest, as maxRows. */
export function minRows(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  repeats: i32,
  repeatStep: i32,
  length: i32,
): void {
  extremesOfRows(MIN, x, out, outer, outerStep, repeats, repeatStep, length);
}

/** The largest of each column, as maxRows; `band` is that of sumColumns. */
export function maxColumns(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  length: i32,
  step: i32,
  inner: i32,
  band: i32,
): void {
  extremesOfColumns(MAX, x, out, outer, outerStep, length, step, inner, band);
}

/** The smallest of each column. */
export function minColumns(
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  length: i32,
  step: i32,
  inner: i32,
  band: i32,
): void {
  extremesOfColumns(MIN, x, out, outer, outerStep, length, step, inner, band);
}

/** Where in each row the largest stands: the first of equals, or the first NaN. int32. */
export function argmaxRows(x: usize, out: usize, outer: i32, outerStep: i32, length: i32): void {
  for (let o = 0; o < outer; o++) {
    const row = x + ((o * outerStep) << 2);
    store<i32>(out + (o << 2), find(row, length, largest(row, length)));
  }
}

/** The smallest, as argmaxRows. */
export function argminRows(x: usize, out: usize, outer: i32, outerStep: i32, length: i32): void {
  for (let o = 0; o < outer; o++) {
    const row = x + ((o * outerStep) << 2);
    store<i32>(out + (o << 2), find(row, length, smallest(row, length)));
  }
}

function sumOfRow(x: usize, n: i32): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  if (n >= LONG) {
    for (; n >= 16; n -= 16) {
      const sum = f32x4.add(f32x4.add(four(x, 0), four(x, 1)), f32x4.add(four(x, 2), four(x, 3)));
      sum0 = f64x2.add(sum0, low(sum));
      sum1 = f64x2.add(sum1, high(sum));
      x += 64;
    }
  }
  for (; n >= 4; n -= 4) {
    const next = four(x, 0);
    sum0 = f64x2.add(sum0, low(next));
    sum1 = f64x2.add(sum1, high(next));
    x += 16;
  }
  sum0 = f64x2.add(sum0, sum1);
  let total = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; n > 0; n--) {
    total += <f64>load<f32>(x);
    x += 4;
  }
  return total;
}

/** Four neighbours. `group` says which from `x` on, and is a constant: the distance is part of the instruction. */
@inline
function four(x: usize, group: i32): v128 {
  if (group == 0) return v128.load(x, 0, 4);
  if (group == 1) return v128.load(x, 16, 4);
  if (group == 2) return v128.load(x, 32, 4);
  return v128.load(x, 48, 4);
}

/** The first two of four, as doubles. */
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two of four, as doubles. */
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Adds `rows` rows of 16, 4 or 1 columns to their sums, which wait at `sums` between bands. */
@inline
function sumTile(
  width: i32,
  x: usize,
  step: i32,
  rows: i32,
  isLong: bool,
  isFirst: bool,
  isLast: bool,
  sums: usize,
  out: usize,
): void {
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let sum4 = sum0;
  let sum5 = sum0;
  let sum6 = sum0;
  let sum7 = sum0;
  if (!isFirst) {
    sum0 = v128.load(sums, 0, 8);
    sum1 = v128.load(sums, 16, 8);
    if (width == 16) {
      sum2 = v128.load(sums, 32, 8);
      sum3 = v128.load(sums, 48, 8);
      sum4 = v128.load(sums, 64, 8);
      sum5 = v128.load(sums, 80, 8);
      sum6 = v128.load(sums, 96, 8);
      sum7 = v128.load(sums, 112, 8);
    }
  }
  if (isLong) {
    for (; rows >= 4; rows -= 4) {
      const next0 = ofFourRows(width, x, step, 0);
      sum0 = f64x2.add(sum0, low(next0));
      if (width > 1) sum1 = f64x2.add(sum1, high(next0));
      if (width == 16) {
        const next1 = ofFourRows(width, x, step, 1);
        sum2 = f64x2.add(sum2, low(next1));
        sum3 = f64x2.add(sum3, high(next1));
        const next2 = ofFourRows(width, x, step, 2);
        sum4 = f64x2.add(sum4, low(next2));
        sum5 = f64x2.add(sum5, high(next2));
        const next3 = ofFourRows(width, x, step, 3);
        sum6 = f64x2.add(sum6, low(next3));
        sum7 = f64x2.add(sum7, high(next3));
      }
      x += step << 4;
    }
  }
  for (; rows > 0; rows--) {
    const next0 = ofRow(width, x, 0);
    sum0 = f64x2.add(sum0, low(next0));
    if (width > 1) sum1 = f64x2.add(sum1, high(next0));
    if (width == 16) {
      const next1 = ofRow(width, x, 1);
      sum2 = f64x2.add(sum2, low(next1));
      sum3 = f64x2.add(sum3, high(next1));
      const next2 = ofRow(width, x, 2);
      sum4 = f64x2.add(sum4, low(next2));
      sum5 = f64x2.add(sum5, high(next2));
      const next3 = ofRow(width, x, 3);
      sum6 = f64x2.add(sum6, low(next3));
      sum7 = f64x2.add(sum7, high(next3));
    }
    x += step << 2;
  }
  if (!isLast) {
    v128.store(sums, sum0, 0, 8);
    v128.store(sums, sum1, 16, 8);
    if (width == 16) {
      v128.store(sums, sum2, 32, 8);
      v128.store(sums, sum3, 48, 8);
      v128.store(sums, sum4, 64, 8);
      v128.store(sums, sum5, 80, 8);
      v128.store(sums, sum6, 96, 8);
      v128.store(sums, sum7, 112, 8);
    }
  } else if (width == 1) v128.store_lane<u32>(out, rounded(sum0, sum1), 0, 0, 4);
  else {
    v128.store(out, rounded(sum0, sum1), 0, 4);
    if (width == 16) {
      v128.store(out, rounded(sum2, sum3), 16, 4);
      v128.store(out, rounded(sum4, sum5), 32, 4);
      v128.store(out, rounded(sum6, sum7), 48, 4);
    }
  }
}

/** The sums of four rows, in float32. */
@inline
function ofFourRows(width: i32, x: usize, step: i32, group: i32): v128 {
  const bytes = step << 2;
  const first = f32x4.add(ofRow(width, x, group), ofRow(width, x + bytes, group));
  x += bytes << 1;
  return f32x4.add(first, f32x4.add(ofRow(width, x, group), ofRow(width, x + bytes, group)));
}

/** Four columns of a row, or one. */
@inline
function ofRow(width: i32, x: usize, group: i32): v128 {
  return width == 1 ? v128.load_zero<u32>(x, 0, 4) : four(x, group);
}

/** Four doubles, rounded to float32. */
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

@inline
function extremesOfRows(
  op: i32,
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  repeats: i32,
  repeatStep: i32,
  length: i32,
): void {
  for (let o = 0; o < outer; o++) {
    let best: f32 = 0;
    for (let r = 0; r < repeats; r++) {
      const row = x + ((o * outerStep + r * repeatStep) << 2);
      let next = op == MAX ? largest(row, length) : smallest(row, length);
      // 0 and -0 are equal: which one is first has to be looked up.
      if (next == 0) next = load<f32>(row + (find(row, length, 0) << 2));
      // NaN is no less than anything, and stays.
      if (r == 0 || (best == best && !(op == MAX ? next <= best : next >= best))) best = next;
    }
    store<f32>(out + (o << 2), best);
  }
}

@inline
function extremesOfColumns(
  op: i32,
  x: usize,
  out: usize,
  outer: i32,
  outerStep: i32,
  length: i32,
  step: i32,
  inner: i32,
  band: i32,
): void {
  for (let o = 0; o < outer; o++) {
    for (let start = 0; start < inner; start += STRIP) {
      const end = min(inner, start + STRIP);
      for (let row = 0; row < length; row += band) {
        const rows = min(band, length - row);
        let i = start;
        let at = x + ((o * outerStep + row * step + i) << 2);
        let to = out + ((o * inner + i) << 2);
        for (; i <= end - 16; i += 16) {
          extremeTile(op, 16, at, step, rows, row == 0, to);
          at += 64;
          to += 64;
        }
        for (; i < end; i++) {
          extremeTile(op, 1, at, step, rows, row == 0, to);
          at += 4;
          to += 4;
        }
      }
    }
  }
}

/** The best of `rows` rows of 16 columns or 1, and of what `out` has from the rows before. */
@inline
function extremeTile(op: i32, width: i32, x: usize, step: i32, rows: i32, isFirst: bool, out: usize): void {
  const from = isFirst ? x : out;
  let best0 = width == 1 ? v128.load_zero<u32>(from, 0, 4) : v128.load(from, 0, 4);
  let best1 = best0;
  let best2 = best0;
  let best3 = best0;
  if (width > 1) {
    best1 = v128.load(from, 16, 4);
    best2 = v128.load(from, 32, 4);
    best3 = v128.load(from, 48, 4);
  }
  for (; rows > 0; rows--) {
    best0 = better(op, best0, width == 1 ? v128.load_zero<u32>(x, 0, 4) : v128.load(x, 0, 4));
    if (width > 1) {
      best1 = better(op, best1, v128.load(x, 16, 4));
      best2 = better(op, best2, v128.load(x, 32, 4));
      best3 = better(op, best3, v128.load(x, 48, 4));
    }
    x += step << 2;
  }
  if (width == 1) v128.store_lane<u32>(out, best0, 0, 0, 4);
  else {
    v128.store(out, best0, 0, 4);
    v128.store(out, best1, 16, 4);
    v128.store(out, best2, 32, 4);
    v128.store(out, best3, 48, 4);
  }
}

/** Where the first element stands that is equal to `best`, the row's largest or smallest, or is NaN: then `best` is NaN too. */
function find(x: usize, n: i32, best: f32): i32 {
  const bests = f32x4.splat(best);
  let j = 0;
  for (; j <= n - 16; j += 16) {
    const at = x + (j << 2);
    const low = v128.or(matches(four(at, 0), bests), matches(four(at, 1), bests));
    const high = v128.or(matches(four(at, 2), bests), matches(four(at, 3), bests));
    if (v128.any_true(v128.or(low, high))) break;
  }
  for (; j <= n - 4; j += 4) {
    const found = i32x4.bitmask(matches(four(x + (j << 2), 0), bests));
    if (found) return j + ctz(found);
  }
  for (; j < n; j++) {
    const one = load<f32>(x + (j << 2));
    if (one == best || one != one) return j;
  }
  return 0; // never: there is one
}

@inline
function matches(x: v128, bests: v128): v128 {
  return v128.or(f32x4.eq(x, bests), f32x4.ne(x, x));
}
