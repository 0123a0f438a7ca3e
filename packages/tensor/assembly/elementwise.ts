/**
 * Elementwise kernels on float32, four lanes at a time. They work in the one linear memory and keep no state.
 *
 * Addresses are in bytes and need to be multiples of 4 only; lengths and steps are in elements. An operand of two axes
 * is given by where it begins and by its two steps:
 *
 *     x(r, c) lies at x + 4 * (r * xRow + c * xColumn)      dense [rows, columns]            xRow columns, xColumn 1
 *                                                           a row that all rows share        xRow 0, xColumn 1
 *     a step of 0 repeats, and any other will do            a column that all columns share  xRow 1, xColumn 0
 *                                                           one number                       xRow 0, xColumn 0
 *
 * `out` is dense. It may be the very memory of a dense operand (in place), but must not overlap one in any other way.
 * Column steps of 0 and 1 are fast; with any others, elements are taken one by one.
 */

// Which operation a helper is inlined for: known to the compiler there, so that no branch on it is left.
const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const EQ = 4;
const NE = 5;
const LT = 6;
const LE = 7;
const NEG = 8;
const ABS = 9;
const SQRT = 10;
const RELU = 11;
const SQUARE = 12;
const RECIPROCAL = 13;
const RSQRT = 14;
const SIGN = 15;
const FLOOR = 16;
const CEIL = 17;
const ROUND = 18;
const CLIP = 19;
const MAXIMUM = 20;
const MINIMUM = 21;
const RELU_GRADIENT = 22;
const IS_NAN = 23;
const IS_FINITE = 24;
const LOGICAL_NOT = 25;

export function add(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(ADD, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function sub(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(SUB, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function mul(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(MUL, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function div(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(DIV, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function maximum(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(MAXIMUM, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function minimum(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(MINIMUM, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

/** `b` where `a` is positive or NaN, else 0. */
export function reluGradient(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  arithmetic(RELU_GRADIENT, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

// The comparisons write bytes, 1 where they hold. As IEEE 754 has it, NaN is not equal to anything.

export function eq(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  comparison(EQ, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function ne(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  comparison(NE, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function lt(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  comparison(LT, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function le(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  comparison(LE, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn);
}

export function gt(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  lt(b, a, out, rows, columns, bRow, bColumn, aRow, aColumn);
}

export function ge(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  le(b, a, out, rows, columns, bRow, bColumn, aRow, aColumn);
}

export function neg(x: usize, out: usize, length: i32): void {
  unary(NEG, x, out, length);
}

export function abs(x: usize, out: usize, length: i32): void {
  unary(ABS, x, out, length);
}

export function sqrt(x: usize, out: usize, length: i32): void {
  unary(SQRT, x, out, length);
}

export function relu(x: usize, out: usize, length: i32): void {
  unary(RELU, x, out, length);
}

export function square(x: usize, out: usize, length: i32): void {
  unary(SQUARE, x, out, length);
}

export function reciprocal(x: usize, out: usize, length: i32): void {
  unary(RECIPROCAL, x, out, length);
}

export function rsqrt(x: usize, out: usize, length: i32): void {
  unary(RSQRT, x, out, length);
}

export function sign(x: usize, out: usize, length: i32): void {
  unary(SIGN, x, out, length);
}

export function floor(x: usize, out: usize, length: i32): void {
  unary(FLOOR, x, out, length);
}

export function ceil(x: usize, out: usize, length: i32): void {
  unary(CEIL, x, out, length);
}

export function round(x: usize, out: usize, length: i32): void {
  unary(ROUND, x, out, length);
}

/** Cuts to the bounds; NaN stays. */
export function clip(x: usize, out: usize, length: i32, low: f32, high: f32): void {
  unary(CLIP, x, out, length, f32x4.splat(low), f32x4.splat(high));
}

// The questions write bytes, 1 where the answer is yes.

export function isNaN(x: usize, out: usize, length: i32): void {
  question(IS_NAN, x, out, length);
}

export function isFinite(x: usize, out: usize, length: i32): void {
  question(IS_FINITE, x, out, length);
}

export function logicalNot(x: usize, out: usize, length: i32): void {
  question(LOGICAL_NOT, x, out, length);
}

/**
 * Takes each element from `a` where the condition, a byte, is not 0, else from `b`: its bits, whatever they mean, so
 * that it serves any elements of 4 bytes.
 */
export function where(
  condition: usize,
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  conditionRow: i32,
  conditionColumn: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  if (columns == 1) {
    columns = rows;
    rows = 1;
    conditionColumn = conditionRow;
    aColumn = aRow;
    bColumn = bRow;
  } else if (conditionRow == conditionColumn * columns && aRow == aColumn * columns && bRow == bColumn * columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns <= 0) return;
  for (; rows > 0; rows--) {
    const fast = conditionColumn == 1 && <u32>aColumn <= 1 && <u32>bColumn <= 1;
    if (!fast) whereOneByOne(condition, conditionColumn, a, aColumn, b, bColumn, out, columns);
    else if (aColumn && bColumn) whereRow(condition, a, 1, b, 1, out, columns);
    else if (aColumn) whereRow(condition, a, 1, b, 0, out, columns);
    else if (bColumn) whereRow(condition, a, 0, b, 1, out, columns);
    else whereRow(condition, a, 0, b, 0, out, columns);
    condition += conditionRow;
    a += aRow << 2;
    b += bRow << 2;
    out += columns << 2;
  }
}

@inline
function whereRow(condition: usize, a: usize, aColumn: i32, b: usize, bColumn: i32, out: usize, n: i32): void {
  const aLanes = repeated(a, aColumn);
  const bLanes = repeated(b, bColumn);
  for (; n >= 16; n -= 16) {
    const chosen = i8x16.ne(v128.load(condition, 0, 1), i8x16.splat(0));
    const low = i16x8.extend_low_i8x16_s(chosen);
    const high = i16x8.extend_high_i8x16_s(chosen);
    const chosen0 = i32x4.extend_low_i16x8_s(low);
    const chosen1 = i32x4.extend_high_i16x8_s(low);
    const chosen2 = i32x4.extend_low_i16x8_s(high);
    const chosen3 = i32x4.extend_high_i16x8_s(high);
    v128.store(out, v128.bitselect(lanes(a, aColumn, aLanes, 0), lanes(b, bColumn, bLanes, 0), chosen0), 0, 4);
    v128.store(out, v128.bitselect(lanes(a, aColumn, aLanes, 1), lanes(b, bColumn, bLanes, 1), chosen1), 16, 4);
    v128.store(out, v128.bitselect(lanes(a, aColumn, aLanes, 2), lanes(b, bColumn, bLanes, 2), chosen2), 32, 4);
    v128.store(out, v128.bitselect(lanes(a, aColumn, aLanes, 3), lanes(b, bColumn, bLanes, 3), chosen3), 48, 4);
    condition += 16;
    a += 64 * aColumn;
    b += 64 * bColumn;
    out += 64;
  }
  whereOneByOne(condition, 1, a, aColumn, b, bColumn, out, n);
}

@inline
function whereOneByOne(
  condition: usize,
  conditionColumn: i32,
  a: usize,
  aColumn: i32,
  b: usize,
  bColumn: i32,
  out: usize,
  n: i32,
): void {
  for (; n > 0; n--) {
    store<u32>(out, select(load<u32>(a), load<u32>(b), load<u8>(condition)));
    condition += conditionColumn;
    a += aColumn << 2;
    b += bColumn << 2;
    out += 4;
  }
}

@inline
function arithmetic(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  if (columns == 1) {
    columns = rows;
    rows = 1;
    aColumn = aRow;
    bColumn = bRow;
  } else if (aRow == aColumn * columns && bRow == bColumn * columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns <= 0) return;
  for (; rows > 0; rows--) {
    if (aColumn == 1 && bColumn == 1) arithmeticRow(op, a, 1, b, 1, out, columns);
    else if (aColumn == 1 && bColumn == 0) arithmeticRow(op, a, 1, b, 0, out, columns);
    else if (aColumn == 0 && bColumn == 1) arithmeticRow(op, a, 0, b, 1, out, columns);
    else arithmeticOneByOne(op, a, aColumn, b, bColumn, out, columns);
    a += aRow << 2;
    b += bRow << 2;
    out += columns << 2;
  }
}

@inline
function arithmeticRow(op: i32, a: usize, aColumn: i32, b: usize, bColumn: i32, out: usize, n: i32): void {
  const aLanes = repeated(a, aColumn);
  const bLanes = repeated(b, bColumn);
  for (; n >= 16; n -= 16) {
    v128.store(out, arithmetic4(op, lanes(a, aColumn, aLanes, 0), lanes(b, bColumn, bLanes, 0)), 0, 4);
    v128.store(out, arithmetic4(op, lanes(a, aColumn, aLanes, 1), lanes(b, bColumn, bLanes, 1)), 16, 4);
    v128.store(out, arithmetic4(op, lanes(a, aColumn, aLanes, 2), lanes(b, bColumn, bLanes, 2)), 32, 4);
    v128.store(out, arithmetic4(op, lanes(a, aColumn, aLanes, 3), lanes(b, bColumn, bLanes, 3)), 48, 4);
    a += 64 * aColumn;
    b += 64 * bColumn;
    out += 64;
  }
  for (; n >= 4; n -= 4) {
    v128.store(out, arithmetic4(op, lanes(a, aColumn, aLanes, 0), lanes(b, bColumn, bLanes, 0)), 0, 4);
    a += 16 * aColumn;
    b += 16 * bColumn;
    out += 16;
  }
  arithmeticOneByOne(op, a, aColumn, b, bColumn, out, n);
}

@inline
function arithmeticOneByOne(op: i32, a: usize, aColumn: i32, b: usize, bColumn: i32, out: usize, n: i32): void {
  for (; n > 0; n--) {
    store<f32>(out, arithmetic1(op, load<f32>(a), load<f32>(b)));
    a += aColumn << 2;
    b += bColumn << 2;
    out += 4;
  }
}

@inline
function comparison(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
): void {
  if (columns == 1) {
    columns = rows;
    rows = 1;
    aColumn = aRow;
    bColumn = bRow;
  } else if (aRow == aColumn * columns && bRow == bColumn * columns) {
    columns *= rows;
    rows = 1;
  }
  if (columns <= 0) return;
  for (; rows > 0; rows--) {
    if (aColumn == 1 && bColumn == 1) comparisonRow(op, a, 1, b, 1, out, columns);
    else if (aColumn == 1 && bColumn == 0) comparisonRow(op, a, 1, b, 0, out, columns);
    else if (aColumn == 0 && bColumn == 1) comparisonRow(op, a, 0, b, 1, out, columns);
    else comparisonOneByOne(op, a, aColumn, b, bColumn, out, columns);
    a += aRow << 2;
    b += bRow << 2;
    out += columns;
  }
}

@inline
function comparisonRow(op: i32, a: usize, aColumn: i32, b: usize, bColumn: i32, out: usize, n: i32): void {
  const aLanes = repeated(a, aColumn);
  const bLanes = repeated(b, bColumn);
  for (; n >= 16; n -= 16) {
    const holds0 = comparison4(op, lanes(a, aColumn, aLanes, 0), lanes(b, bColumn, bLanes, 0));
    const holds1 = comparison4(op, lanes(a, aColumn, aLanes, 1), lanes(b, bColumn, bLanes, 1));
    const holds2 = comparison4(op, lanes(a, aColumn, aLanes, 2), lanes(b, bColumn, bLanes, 2));
    const holds3 = comparison4(op, lanes(a, aColumn, aLanes, 3), lanes(b, bColumn, bLanes, 3));
    v128.store(out, bytes(holds0, holds1, holds2, holds3), 0, 1);
    a += 64 * aColumn;
    b += 64 * bColumn;
    out += 16;
  }
  for (; n >= 4; n -= 4) {
    const holds = comparison4(op, lanes(a, aColumn, aLanes, 0), lanes(b, bColumn, bLanes, 0));
    v128.store_lane<u32>(out, bytes(holds, holds, holds, holds), 0, 0, 1);
    a += 16 * aColumn;
    b += 16 * bColumn;
    out += 4;
  }
  comparisonOneByOne(op, a, aColumn, b, bColumn, out, n);
}

/** Sixteen lanes, all ones or all zeros, as bytes of 1 and 0. */
@inline
function bytes(lanes0: v128, lanes1: v128, lanes2: v128, lanes3: v128): v128 {
  const low = i16x8.narrow_i32x4_s(lanes0, lanes1);
  const high = i16x8.narrow_i32x4_s(lanes2, lanes3);
  return v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1));
}

@inline
function comparisonOneByOne(op: i32, a: usize, aColumn: i32, b: usize, bColumn: i32, out: usize, n: i32): void {
  for (; n > 0; n--) {
    store<bool>(out, comparison1(op, load<f32>(a), load<f32>(b)));
    a += aColumn << 2;
    b += bColumn << 2;
    out += 1;
  }
}

@inline
function arithmetic4(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUB) return f32x4.sub(a, b);
  if (op == MUL) return f32x4.mul(a, b);
  // The first of equals, as of 0 and -0; NaN, all bits set, where b is, and a where that is NaN.
  if (op == MAXIMUM) return v128.or(f32x4.pmax(a, b), f32x4.ne(b, b));
  if (op == MINIMUM) return v128.or(f32x4.pmin(a, b), f32x4.ne(b, b));
  if (op == RELU_GRADIENT) return v128.andnot(b, f32x4.le(a, f32x4.splat(0)));
  return f32x4.div(a, b);
}

@inline
function arithmetic1(op: i32, a: f32, b: f32): f32 {
  if (op == ADD) return a + b;
  if (op == SUB) return a - b;
  if (op == MUL) return a * b;
  if (op == MAXIMUM) return b > a || b != b ? b : a;
  if (op == MINIMUM) return b < a || b != b ? b : a;
  if (op == RELU_GRADIENT) return a <= 0 ? 0 : b;
  return a / b;
}

@inline
function comparison4(op: i32, a: v128, b: v128): v128 {
  if (op == EQ) return f32x4.eq(a, b);
  if (op == NE) return f32x4.ne(a, b);
  if (op == LT) return f32x4.lt(a, b);
  return f32x4.le(a, b);
}

@inline
function comparison1(op: i32, a: f32, b: f32): bool {
  if (op == EQ) return a == b;
  if (op == NE) return a != b;
  if (op == LT) return a < b;
  return a <= b;
}

/**
 * Four elements of an operand: side by side, or the one that its row repeats. `group` says which four from `x` on, and
 * is a constant: the distance is part of the instruction.
 */
@inline
function lanes(x: usize, column: i32, repeatedLanes: v128, group: i32): v128 {
  if (column == 0) return repeatedLanes;
  if (group == 0) return v128.load(x, 0, 4);
  if (group == 1) return v128.load(x, 16, 4);
  if (group == 2) return v128.load(x, 32, 4);
  return v128.load(x, 48, 4);
}

/** The element that a row repeats, in every lane; nothing is read where it repeats none. */
@inline
function repeated(x: usize, column: i32): v128 {
  return column ? i32x4.splat(0) : v128.load_splat<u32>(x, 0, 4);
}

@inline
function unary(op: i32, x: usize, out: usize, n: i32, low: v128 = i32x4.splat(0), high: v128 = i32x4.splat(0)): void {
  for (; n >= 16; n -= 16) {
    v128.store(out, unary4(op, v128.load(x, 0, 4), low, high), 0, 4);
    v128.store(out, unary4(op, v128.load(x, 16, 4), low, high), 16, 4);
    v128.store(out, unary4(op, v128.load(x, 32, 4), low, high), 32, 4);
    v128.store(out, unary4(op, v128.load(x, 48, 4), low, high), 48, 4);
    x += 64;
    out += 64;
  }
  for (; n > 0; n--) {
    v128.store_lane<u32>(out, unary4(op, v128.load_zero<u32>(x, 0, 4), low, high), 0, 0, 4);
    x += 4;
    out += 4;
  }
}

/** `low` and `high` are the bounds of CLIP. */
@inline
function unary4(op: i32, x: v128, low: v128, high: v128): v128 {
  if (op == NEG) return f32x4.neg(x);
  if (op == ABS) return f32x4.abs(x);
  if (op == SQRT) return f32x4.sqrt(x);
  // A selection, not a maximum: NaN and -0 pass through.
  if (op == RELU) return v128.andnot(x, f32x4.lt(x, f32x4.splat(0)));
  if (op == SQUARE) return f32x4.mul(x, x);
  if (op == FLOOR) return f32x4.floor(x);
  if (op == CEIL) return f32x4.ceil(x);
  if (op == ROUND) return f32x4.nearest(x);
  if (op == CLIP) return f32x4.min(f32x4.max(x, low), high);
  if (op == RSQRT) {
    // In double precision, so that it is rounded once.
    const first = f64x2.sqrt(f64x2.promote_low_f32x4(x));
    const last = f64x2.sqrt(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)));
    const one = f64x2.splat(1);
    const firstTwo = f32x4.demote_f64x2_zero(f64x2.div(one, first));
    return v128.shuffle<i64>(firstTwo, f32x4.demote_f64x2_zero(f64x2.div(one, last)), 0, 2);
  }
  const one = f32x4.splat(1);
  if (op == SIGN) {
    const zero = f32x4.splat(0);
    const isPositive = v128.and(one, f32x4.gt(x, zero));
    return v128.or(isPositive, v128.and(f32x4.splat(-1), f32x4.lt(x, zero)));
  }
  return f32x4.div(one, x);
}

@inline
function question(op: i32, x: usize, out: usize, n: i32): void {
  for (; n >= 16; n -= 16) {
    const answer0 = question4(op, v128.load(x, 0, 4));
    const answer1 = question4(op, v128.load(x, 16, 4));
    const answer2 = question4(op, v128.load(x, 32, 4));
    const answer3 = question4(op, v128.load(x, 48, 4));
    v128.store(out, bytes(answer0, answer1, answer2, answer3), 0, 1);
    x += 64;
    out += 16;
  }
  for (; n > 0; n--) {
    store<bool>(out, i32x4.extract_lane(question4(op, v128.load_zero<u32>(x, 0, 4)), 0) != 0);
    x += 4;
    out += 1;
  }
}

@inline
function question4(op: i32, x: v128): v128 {
  if (op == IS_NAN) return f32x4.ne(x, x);
  if (op == LOGICAL_NOT) return f32x4.eq(x, f32x4.splat(0));
  // Infinity - Infinity is NaN, as NaN - NaN.
  const difference = f32x4.sub(x, x);
  return f32x4.eq(difference, difference);
}
