/**
 * The product of float32 matrices, of any strides and sizes.
 *
 *     out[m, n] = Σ a[m, k] · b[k, n]
 *
 * All the work is done in tiles: TALL rows by 8 columns of `out`, whose sums stay in registers while k goes by. Each step takes
 * 8 neighbours of a row of b, and one number of each row of a:
 *
 *                  b   ████████  ← k
 *     a  █             ████████
 *        █   ↑         ████████     out, TALL × 8 sums
 *        █   k         ████████
 *
 * So columns of b have to be neighbours, while a may lie anyhow. What does not is packed: copied to where it is, in panels of 8
 * columns (of b) and TALL rows (of a), a block at a time, so that a block stays in the cache while it is used.
 *
 * A sum adds its products up in the order of k, whatever is packed: the same numbers give the same bits, however they lie. The last vector of a row may be read up to 12 bytes beyond its end; what was read there is not used, and the memory's
 * end is kept free of tensors.
 * @see K. Goto, R. van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), for packing and blocks
 */
import { copyStrided } from './copy';
import { transpose4x4 } from './transpose4x4';

/**
 * How many rows a tile has, 6 or 4, given by who instantiates the module: 12 sums, and what they need, fit 16 registers where a product and a
 * sum are one instruction, and 8 sums where they are two.
 */
// @ts-ignore: decorator
@external('env', 'tall')
declare const TALL: i32;
const COLUMNS: i32 = 8;

// Blocks, in elements: a panel of b, 8 kB, stays in the first cache; the block of a, 96 kB, and that of b, 512 kB, in the second.
const K_BLOCK: i32 = 256;
const M_BLOCK: i32 = 96;
const N_BLOCK: i32 = 512;

/**
 * The product of `a` [m, k] and `b` [k, n] in a dense `out`. Strides are in elements: of `a` from row to row and along k, of `b` along k and
 * from column to column. A bias, unless its address is 0, is added to each row, and `relu` cuts off what is below 0. At `room` there
 * is room for as many numbers as `roomForMatmul` says. No operand may overlap `out`.
 */
export function matmul(
  a: usize,
  aRow: i32,
  aInner: i32,
  b: usize,
  bInner: i32,
  bColumn: i32,
  out: usize,
  m: i32,
  n: i32,
  k: i32,
  bias: usize,
  relu: bool,
  room: usize,
): void {
  if (isTurned(m, n, k, aRow, bColumn)) {
    const turned = room;
    room += (m * n) << 2;
    multiply(b, bColumn, bInner, a, aInner, aRow, turned, m, n, m, k, false, room);
    copyStrided(turned, out, m, n, 1, m);
  } else {
    multiply(a, aRow, aInner, b, bInner, bColumn, out, n, m, n, k, false, room);
  }
  finish(out, n, m, n, bias, 0, 1, relu);
}

/** For how many numbers `matmul` needs room. */
export function roomForMatmul(m: i32, n: i32, k: i32, aRow: i32, bColumn: i32): i32 {
  return isTurned(m, n, k, aRow, bColumn) ? m * n + roomFor(n, m, k) : roomFor(m, n, k);
}

/**
 * Whether to form outᵀ = bᵀ · aᵀ, and turn that. The columns of what is on the right are packed where they are not neighbours:
 * then it had better be the smaller one, as the batch in x · Wᵀ.
 */
@inline
function isTurned(m: i32, n: i32, k: i32, aRow: i32, bColumn: i32): bool {
  const straight = bColumn == 1 || n == 1 ? 0 : <f64>k * n;
  const turned = (aRow == 1 || m == 1 ? 0 : <f64>k * m) + 2 * <f64>m * n;
  return turned < straight;
}

/** For how many numbers `multiply` needs room. */
export function roomFor(m: i32, n: i32, k: i32): i32 {
  return min(k, K_BLOCK) * (min(n, N_BLOCK) + COLUMNS + min(m, M_BLOCK) + TALL);
}

/** The product, written to `out` or added to what is there; the rows of `out` are `outRow` elements apart. */
export function multiply(
  a: usize,
  aRow: i32,
  aInner: i32,
  b: usize,
  bInner: i32,
  bColumn: i32,
  out: usize,
  outRow: i32,
  m: i32,
  n: i32,
  k: i32,
  adds: bool,
  room: usize,
): void {
  // Many rows or columns make up for packing what would be read far apart: bound by measuring, for each of the two.
  const packsA = aInner != 1 && k >= 128 && n >= 64;
  const packsB = n > 1 && (bColumn != 1 || (k >= 128 && m >= 96));
  if (k == 0 && !adds) for (let row = 0; row < m; row++) memory.fill(out + ((row * outRow) << 2), 0, n << 2);
  for (let n0 = 0; n0 < n; n0 += N_BLOCK) {
    const columns = min(N_BLOCK, n - n0);
    for (let k0 = 0; k0 < k; k0 += K_BLOCK) {
      const inner = min(K_BLOCK, k - k0);
      let panel = b + ((n0 * bColumn + k0 * bInner) << 2);
      let panelSize = COLUMNS << 2;
      let panelInner = bInner << 2;
      let free = room;
      if (packsB) {
        free = pack(COLUMNS, panel, bColumn << 2, bInner << 2, columns, inner, room);
        panel = room;
        panelSize = (inner * COLUMNS) << 2;
        panelInner = COLUMNS << 2;
      }
      for (let m0 = 0; m0 < m; m0 += M_BLOCK) {
        const rows = min(M_BLOCK, m - m0);
        let rowsStart = a + ((m0 * aRow + k0 * aInner) << 2);
        let rowStep = aRow << 2;
        let rowsInner = aInner << 2;
        let tileSize = TALL * rowStep;
        if (packsA) {
          pack(TALL, rowsStart, rowStep, rowsInner, rows, inner, free);
          rowsStart = free;
          rowStep = 4;
          rowsInner = TALL << 2;
          tileSize = (inner * TALL) << 2;
        }
        const corner = out + ((m0 * outRow + n0) << 2);
        let to = out + ((m0 * outRow + n0) << 2);
        let at = panel;
        let left = columns;
        for (; left > 4; left -= 8, to += 32, at += panelSize) {
          strip(1, rowsStart, rowStep, rowsInner, tileSize, at, panelInner, inner, to, outRow << 2, rows, min(left, 8), adds || k0 > 0);
        }
        if (left > 0) strip(0, rowsStart, rowStep, rowsInner, tileSize, at, panelInner, inner, to, outRow << 2, rows, left, adds || k0 > 0);
      }
    }
  }
}

/**
 * Copies `count` rows (or columns) of `inner` numbers, `step` bytes apart, into panels of `width`, the numbers of a panel's k next to each
 * other; returns where the panels end. What is missing in the last panel stays what it was: sums of it are not stored.
 */
function pack(width: i32, x: usize, step: i32, innerStep: i32, count: i32, inner: i32, to: usize): usize {
  for (let first = 0; first < count; first += width) {
    const there = min(width, count - first);
    let from = x + first * step;
    if (step == 4 && there == width) {
      for (let k = 0; k < inner; k++) {
        v128.store(to, v128.load(from, 0, 4), 0, 4);
        if (width == 8) v128.store(to, v128.load(from, 16, 4), 16, 4);
        if (width == 6) v128.store64_lane(to, v128.load64_zero(from, 16, 4), 0, 16, 4);
        from += innerStep;
        to += width << 2;
      }
    } else if (innerStep == 4) {
      // Four of k at a time are a block of four by four, to be transposed.
      let k = 0;
      for (; k <= inner - 4; k += 4) {
        let row = 0;
        for (; row <= there - 4; row += 4) transpose4x4(from + row * step, step >> 2, to + (row << 2), width);
        for (; row < there; row++) {
          for (let i = 0; i < 4; i++) store<u32>(to + ((i * width + row) << 2), load<u32>(from + row * step + (i << 2)));
        }
        from += 16;
        to += width << 4;
      }
      for (; k < inner; k++) {
        for (let row = 0; row < there; row++) store<u32>(to + (row << 2), load<u32>(from + row * step));
        from += 4;
        to += width << 2;
      }
    } else {
      for (let k = 0; k < inner; k++) {
        for (let row = 0; row < there; row++) store<u32>(to + (row << 2), load<u32>(from + row * step));
        from += innerStep;
        to += width << 2;
      }
    }
  }
  return to;
}

/** All rows of a block, for up to 8 columns. Steps are in bytes. */
@inline
function strip(wide: i32, a: usize, aRow: i32, aInner: i32, aTile: i32, b: usize, bInner: i32, k: i32, out: usize, outRow: i32, rows: i32, width: i32, adds: bool): void {
  if (TALL == 6) {
    for (; rows >= 6; rows -= 6) {
      // Of 8 rows 4 and 4 are faster than 6 and 2; packed rows stand in sixes.
      if (rows == 8 && aTile == 6 * aRow) break;
      tile(6, wide, a, aRow, aInner, b, bInner, k, out, outRow, width, adds);
      a += aTile;
      out += 6 * outRow;
    }
  }
  for (; rows >= 4; rows -= 4) {
    tile(4, wide, a, aRow, aInner, b, bInner, k, out, outRow, width, adds);
    a += TALL == 4 ? aTile : 4 * aRow;
    out += 4 * outRow;
  }
  if (rows >= 2) {
    tile(2, wide, a, aRow, aInner, b, bInner, k, out, outRow, width, adds);
    a += 2 * aRow;
    out += 2 * outRow;
    rows -= 2;
  }
  if (rows > 0) tile(1, wide, a, aRow, aInner, b, bInner, k, out, outRow, width, adds);
}

/** One tile of `rows` rows, and 8 columns if it is `wide`, else 4; of the columns, `width` are stored. */
@inline
function tile(rows: i32, wide: i32, a: usize, aRow: i32, aInner: i32, b: usize, bInner: i32, k: i32, out: usize, outRow: i32, width: i32, adds: bool): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c10 = zero, c20 = zero, c30 = zero, c40 = zero, c50 = zero;
  let c01 = zero, c11 = zero, c21 = zero, c31 = zero, c41 = zero, c51 = zero;
  if (adds) {
    c00 = v128.load(out);
    if (rows > 1) c10 = v128.load(out + outRow);
    if (rows > 2) c20 = v128.load(out + 2 * outRow);
    if (rows > 3) c30 = v128.load(out + 3 * outRow);
    if (rows > 4) c40 = v128.load(out + 4 * outRow);
    if (rows > 5) c50 = v128.load(out + 5 * outRow);
    if (wide) c01 = v128.load(out, 16);
    if (wide && rows > 1) c11 = v128.load(out + outRow, 16);
    if (wide && rows > 2) c21 = v128.load(out + 2 * outRow, 16);
    if (wide && rows > 3) c31 = v128.load(out + 3 * outRow, 16);
    if (wide && rows > 4) c41 = v128.load(out + 4 * outRow, 16);
    if (wide && rows > 5) c51 = v128.load(out + 5 * outRow, 16);
  }
  const a1 = aRow, a2 = 2 * aRow, a3 = 3 * aRow, a4 = 4 * aRow, a5 = 5 * aRow;
  for (; k > 0; k--) {
    const b0 = v128.load(b, 0, 4);
    const b1 = wide ? v128.load(b, 16, 4) : zero;
    let x = v128.load_splat<u32>(a, 0, 4);
    c00 = multiplyAdd(x, b0, c00);
    if (wide) c01 = multiplyAdd(x, b1, c01);
    if (rows > 1) {
      x = v128.load_splat<u32>(a + a1, 0, 4);
      c10 = multiplyAdd(x, b0, c10);
      if (wide) c11 = multiplyAdd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.load_splat<u32>(a + a2, 0, 4);
      c20 = multiplyAdd(x, b0, c20);
      if (wide) c21 = multiplyAdd(x, b1, c21);
    }
    if (rows > 3) {
      x = v128.load_splat<u32>(a + a3, 0, 4);
      c30 = multiplyAdd(x, b0, c30);
      if (wide) c31 = multiplyAdd(x, b1, c31);
    }
    if (rows > 4) {
      x = v128.load_splat<u32>(a + a4, 0, 4);
      c40 = multiplyAdd(x, b0, c40);
      if (wide) c41 = multiplyAdd(x, b1, c41);
    }
    if (rows > 5) {
      x = v128.load_splat<u32>(a + a5, 0, 4);
      c50 = multiplyAdd(x, b0, c50);
      if (wide) c51 = multiplyAdd(x, b1, c51);
    }
    a += aInner;
    b += bInner;
  }
  put(wide, out, c00, c01, width);
  if (rows > 1) put(wide, out + outRow, c10, c11, width);
  if (rows > 2) put(wide, out + 2 * outRow, c20, c21, width);
  if (rows > 3) put(wide, out + 3 * outRow, c30, c31, width);
  if (rows > 4) put(wide, out + 4 * outRow, c40, c41, width);
  if (rows > 5) put(wide, out + 5 * outRow, c50, c51, width);
}

/** `a · b + c`. Where the engine has an instruction for that, it takes the place of these two: see compiled/products.ts. */
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the first `width` of the lanes of `low` and, if there are 8, of `high`. */
@inline
function put(wide: i32, out: usize, low: v128, high: v128, width: i32): void {
  if (!wide) {
    putSome(out, low, width);
  } else {
    v128.store(out, low, 0, 4);
    putSome(out + 16, high, width - 4);
  }
}

@inline
function putSome(out: usize, x: v128, width: i32): void {
  if (width == 4) {
    v128.store(out, x, 0, 4);
    return;
  }
  v128.store_lane<u32>(out, x, 0, 0, 4);
  if (width > 1) v128.store_lane<u32>(out, x, 1, 4, 4);
  if (width > 2) v128.store_lane<u32>(out, x, 2, 8, 4);
}

/**
 * Finishes the rows of a product where they are: adds a bias to each, none if its address is 0: one for each column (biasRow 0, biasColumn 1) or for each row (1, 0),
 * and cuts what is below 0 off, if that is asked for.
 */
export function finish(out: usize, outRow: i32, m: i32, n: i32, bias: usize, biasRow: i32, biasColumn: i32, relu: bool): void {
  if (bias == 0 && !relu) return;
  const zero = f32x4.splat(0);
  for (let row = 0; row < m; row++) {
    let to = out + ((row * outRow) << 2);
    let from = bias + ((row * biasRow) << 2);
    for (let left = n; left > 0; left -= 4) {
      let x = v128.load(to, 0, 4);
      if (bias != 0) x = f32x4.add(x, biasColumn ? v128.load(from, 0, 4) : v128.load_splat<u32>(from, 0, 4));
      // A selection, not a maximum: NaN and -0 pass through.
      if (relu) x = v128.andnot(x, f32x4.lt(x, zero));
      putSome(to, x, min(left, 4));
      to += 16;
      from += biasColumn << 4;
    }
  }
}
