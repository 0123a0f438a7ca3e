/**
 * Copies into dense memory, of elements whose bits may mean anything. Addresses are in bytes, lengths and steps are in
 * elements.
 */
import { transpose4x4 } from './transpose4x4';

/** From how many elements on a call of memory.copy is faster than a loop. */
const LONG = 64;

/**
 * Copies elements of 4 bytes into dense rows: out(r, c) = x(r * rowStep + c * columnStep). The steps may be any whole
 * numbers, also 0 and negative ones. `out` must not overlap what is read.
 */
export function copyStrided(x: usize, out: usize, rows: i32, columns: i32, rowStep: i32, columnStep: i32): void {
  if (columns == 1) {
    columns = rows;
    rows = 1;
    columnStep = rowStep;
  } else if (rowStep == columnStep * columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns <= 0) return;
  if (rowStep == 1 && columnStep != 1 && rows > 1) {
    transpose(x, out, rows, columns, columnStep);
    return;
  }
  for (; rows > 0; rows--) {
    if (columnStep == 1) copyRow(x, out, columns);
    else if (columnStep == 0) fillRow(out, columns, v128.load_splat<u32>(x));
    else copyElements(x, out, columns, columnStep);
    x += rowStep << 2;
    out += columns << 2;
  }
}

/** The same for elements of one byte. */
export function copyStridedBytes(x: usize, out: usize, rows: i32, columns: i32, rowStep: i32, columnStep: i32): void {
  if (rowStep == columnStep * columns) {
    columns *= rows;
    rows = 1;
  }
  for (; rows > 0; rows--) {
    if (columnStep == 1) memory.copy(out, x, columns);
    else for (let c = 0; c < columns; c++) store<u8>(out + c, load<u8>(x + c * columnStep));
    x += rowStep;
    out += columns;
  }
}

/** Fills `length` elements of float32 with `x`. */
export function fill(out: usize, length: i32, x: f32): void {
  fillRow(out, length, f32x4.splat(x));
}

/** Copies `n` elements that lie side by side. */
@inline
function copyRow(x: usize, out: usize, n: i32): void {
  if (n >= LONG) {
    memory.copy(out, x, n << 2);
    return;
  }
  for (; n >= 4; n -= 4) {
    v128.store(out, v128.load(x, 0, 4), 0, 4);
    x += 16;
    out += 16;
  }
  copyElements(x, out, n, 1);
}

@inline
function copyElements(x: usize, out: usize, n: i32, step: i32): void {
  for (; n > 0; n--) {
    store<u32>(out, load<u32>(x));
    x += step << 2;
    out += 4;
  }
}

/** Writes `n` times the element that all lanes of `x` hold. */
@inline
function fillRow(out: usize, n: i32, x: v128): void {
  for (; n >= 16; n -= 16) {
    v128.store(out, x, 0, 4);
    v128.store(out, x, 16, 4);
    v128.store(out, x, 32, 4);
    v128.store(out, x, 48, 4);
    out += 64;
  }
  for (; n > 0; n--) {
    v128.store_lane<u32>(out, x, 0);
    out += 4;
  }
}

/**
 * Copies columns, `step` apart, whose elements lie side by side, into dense rows. It takes 16 rows at a time, so that
 * each cache line of x is read once, and 4 or 1 where fewer are left.
 */
function transpose(x: usize, out: usize, rows: i32, columns: i32, step: i32): void {
  for (; rows >= 16; rows -= 16) {
    transposeRows(16, x, out, columns, step);
    x += 64;
    out += columns << 6;
  }
  for (; rows >= 4; rows -= 4) {
    transposeRows(4, x, out, columns, step);
    x += 16;
    out += columns << 4;
  }
  for (; rows > 0; rows--) {
    copyElements(x, out, columns, step);
    x += 4;
    out += columns << 2;
  }
}

@inline
function transposeRows(height: i32, x: usize, out: usize, columns: i32, step: i32): void {
  let c = 0;
  for (; c <= columns - 4; c += 4) {
    const from = x + ((c * step) << 2);
    const to = out + (c << 2);
    transpose4x4(from, step, to, columns);
    if (height == 16) {
      transpose4x4(from + 16, step, to + (columns << 4), columns);
      transpose4x4(from + 32, step, to + (columns << 5), columns);
      transpose4x4(from + 48, step, to + columns * 48, columns);
    }
  }
  for (; c < columns; c++) {
    for (let r = 0; r < height; r++) store<u32>(out + ((r * columns + c) << 2), load<u32>(x + ((c * step + r) << 2)));
  }
}
