/**
 * Softmax of rows of float32, its logarithm, the cross-entropy made of it, and their gradients. All operands are dense; addresses
 * are in bytes, multiples of 4; `n` is the length of a row, at least 1. No result may overlap an operand.
 *
 * With m as the largest x of a row no exponential overflows: e^x / Σ e^x = e^(x - m) / Σ e^(x - m). Sums are in double
 * precision; in long rows pairs are added in float32 first, which saves half of the conversions.
 */
import { exponentialOfNegative } from './exponential';
import { largest } from './extremes';
import { load4, LONG, store4 } from './lanes';

/** What stands in the lanes beyond the end of a row: the exponential is 0. */
let BEYOND: v128 = f32x4.splat(-Infinity);
const ZERO = i32x4.splat(0);

/** e^x / Σ e^x */
export function softmax(x: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const sum = f32x4.splat(<f32>keptExponentials(x, out, n, largest(x, n)));
    let left = n;
    for (; left >= 4; left -= 4) {
      v128.store(out, f32x4.div(v128.load(out, 0, 4), sum), 0, 4);
      out += 16;
    }
    store4(out, f32x4.div(load4(out, left, ZERO), sum), left);
    out += left << 2;
    x += n << 2;
  }
}

/** x - log Σ e^x, as (x - m) - log Σ e^(x - m) */
export function logSoftmax(x: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const m = largest(x, n);
    const logarithm = f32x4.splat(<f32>logOfSum(sumOfExponentials(x, n, m)));
    const ms = f32x4.splat(m);
    let left = n;
    for (; left >= 4; left -= 4) {
      v128.store(out, f32x4.sub(f32x4.sub(v128.load(x, 0, 4), ms), logarithm), 0, 4);
      x += 16;
      out += 16;
    }
    store4(out, f32x4.sub(f32x4.sub(load4(x, left, ZERO), ms), logarithm), left);
    x += left << 2;
    out += left << 2;
  }
}

/** y (g - Σ g y), with y = softmax(x) */
export function softmaxGradient(y: usize, g: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    let sums = ZERO;
    for (let i = 0; i < n; i += 4) {
      const at = i << 2;
      sums = plus(sums, f32x4.mul(load4(y + at, n - i, ZERO), load4(g + at, n - i, ZERO)));
    }
    const sum = f32x4.splat(<f32>total(sums));
    for (let i = 0; i < n; i += 4) {
      const at = i << 2;
      const difference = f32x4.sub(load4(g + at, n - i, ZERO), sum);
      store4(out + at, f32x4.mul(load4(y + at, n - i, ZERO), difference), n - i);
    }
    y += n << 2;
    g += n << 2;
    out += n << 2;
  }
}

/** g - e^y Σ g, with y = logSoftmax(x) */
export function logSoftmaxGradient(y: usize, g: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    let sums = ZERO;
    for (let i = 0; i < n; i += 4) sums = plus(sums, load4(g + (i << 2), n - i, ZERO));
    const sum = f32x4.splat(<f32>total(sums));
    for (let i = 0; i < n; i += 4) {
      const at = i << 2;
      const product = f32x4.mul(exponentialOfNegative(load4(y + at, n - i, ZERO)), sum);
      store4(out + at, f32x4.sub(load4(g + at, n - i, ZERO), product), n - i);
    }
    y += n << 2;
    g += n << 2;
    out += n << 2;
  }
}

/** -log softmax(x) at the label of each row, an int32 from 0 to n - 1: log Σ e^(x - m) - (x(label) - m) */
export function crossEntropy(x: usize, labels: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const m = largest(x, n);
    const logarithm = logOfSum(sumOfExponentials(x, n, m));
    store<f32>(out, <f32>(logarithm - <f64>(load<f32>(x + (load<i32>(labels) << 2)) - m)));
    x += n << 2;
    labels += 4;
    out += 4;
  }
}

/** (softmax(x) - (1 at the label, else 0)) g, with one g for each row */
export function crossEntropyGradient(x: usize, labels: usize, g: usize, out: usize, rows: i32, n: i32): void {
  for (; rows > 0; rows--) {
    const sum = keptExponentials(x, out, n, largest(x, n));
    const sums = f32x4.splat(<f32>sum);
    const upstream = load<f32>(g);
    const gs = f32x4.splat(upstream);
    const label = out + (load<i32>(labels) << 2);
    // In double precision, where little is lost of a difference from 1.
    const atLabel = <f32>((<f64>load<f32>(label) - sum) / sum) * upstream;
    for (let i = 0; i < n; i += 4) {
      const to = out + (i << 2);
      store4(to, f32x4.mul(f32x4.div(load4(to, n - i, ZERO), sums), gs), n - i);
    }
    store<f32>(label, atLabel);
    x += n << 2;
    labels += 4;
    g += 4;
    out += n << 2;
  }
}

/** Stores e^(x - m) for each x of a row; returns their sum. */
function keptExponentials(x: usize, out: usize, n: i32, m: f32): f64 {
  return exponentials(true, x, out, n, m);
}

function sumOfExponentials(x: usize, n: i32, m: f32): f64 {
  return exponentials(false, x, 0, n, m);
}

@inline
function exponentials(keeps: bool, x: usize, out: usize, n: i32, m: f32): f64 {
  const ms = f32x4.splat(m);
  let sums = ZERO;
  if (n >= LONG) {
    for (; n >= 8; n -= 8) {
      const low = exponentialOfNegative(f32x4.sub(v128.load(x, 0, 4), ms));
      const high = exponentialOfNegative(f32x4.sub(v128.load(x, 16, 4), ms));
      if (keeps) {
        v128.store(out, low, 0, 4);
        v128.store(out, high, 16, 4);
      }
      sums = plus(sums, f32x4.add(low, high));
      x += 32;
      out += 32;
    }
  }
  for (; n > 0; n -= 4) {
    const e = exponentialOfNegative(f32x4.sub(load4(x, n, BEYOND), ms));
    if (keeps) store4(out, e, n);
    sums = plus(sums, e);
    x += 16;
    out += 16;
  }
  return total(sums);
}

/** Adds four numbers to two sums. */
@inline
function plus(sums: v128, x: v128): v128 {
  const high = v128.shuffle<i64>(x, x, 1, 1);
  return f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high)));
}

@inline
function total(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** log x for x from 1 on, within 2^-28 of it: e ln 2 + 2 artanh(f) with x = 2^e m, m around 1 and f = (m - 1) / (m + 1). */
function logOfSum(x: f64): f64 {
  if (x != x) return x;
  const distance = reinterpret<i64>(x) - 0x3fe6a09e667f3bcd; // from sqrt(1/2)
  const m = reinterpret<f64>(reinterpret<i64>(x) - (distance & 0xfff0000000000000));
  const f = (m - 1) / (m + 1);
  const square = f * f;
  const series = 1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square * (1 / 9.0)));
  return <f64>(distance >> 52) * 0.6931471805599453 + 2 * f * (1 + square * series);
}
