/**
 * Functions on float32, four lanes at a time, made of additions, multiplications and divisions alone, so that every engine
 * gives the same bits. They lie within 2 ulp of the true value, denormal ones included. As the elementwise kernels they work in
 * the one linear memory: addresses are in bytes, multiples of 4, `out` may be `x`.
 */
import { exponential, exponentialOfNegative, LN2_HIGH, LN2_LOW, ONE } from './exponential';
import { load4, store4 } from './lanes';

// Which function the loop is inlined for: known to the compiler there, so that no branch on it is left.
const EXP = 0;
const LOG = 1;
const TANH = 2;
const SIGMOID = 3;
const ERF = 4;

// Variables, as in exponential.ts: V8 loads them faster than it makes constants. The polynomials were found by the Remez
// algorithm.

/** (log(1 + f) - f + f^2 / 2) / f^3 */
let L7: v128 = f32x4.splat(-0.12885407);
let L6: v128 = f32x4.splat(0.13987303);
let L5: v128 = f32x4.splat(-0.12185962);
let L4: v128 = f32x4.splat(0.14005269);
let L3: v128 = f32x4.splat(-0.16680339);
let L2: v128 = f32x4.splat(0.20010446);
let L1: v128 = f32x4.splat(-0.24999802);
let L0: v128 = f32x4.splat(0.33333215);

/** (tanh(x) - x) / x^3 in powers of x^2, for x below TANH_NEAR */
let T4: v128 = f32x4.splat(-0.0056922967);
let T3: v128 = f32x4.splat(0.020628167);
let T2: v128 = f32x4.splat(-0.053736515);
let T1: v128 = f32x4.splat(0.13331406);
let T0: v128 = f32x4.splat(-0.3333328);
let TANH_NEAR: v128 = f32x4.splat(0.625);

/** (erf(x) - x) / x in powers of x^2, for x below ERF_NEAR */
let N5: v128 = f32x4.splat(-0.00059818075);
let N4: v128 = f32x4.splat(0.0049916413);
let N3: v128 = f32x4.splat(-0.026765805);
let N2: v128 = f32x4.splat(0.11281805);
let N1: v128 = f32x4.splat(-0.37612495);
let N0: v128 = f32x4.splat(0.12837915);
let ERF_NEAR: v128 = f32x4.splat(0.925);

/** log(1 - erf(x)), for x up to ERF_ONE, from where on erf is 1 */
let F6: v128 = f32x4.splat(0.00019535044);
let F5: v128 = f32x4.splat(-0.0030374823);
let F4: v128 = f32x4.splat(0.022204122);
let F3: v128 = f32x4.splat(-0.103884384);
let F2: v128 = f32x4.splat(-0.637236);
let F1: v128 = f32x4.splat(-1.1276437);
let F0: v128 = f32x4.splat(-0.0002034073);
let ERF_ONE: v128 = f32x4.splat(3.95);

let SIGN: v128 = i32x4.splat(0x80000000);
let HALF: v128 = f32x4.splat(0.5);
let SMALLEST_NORMAL: v128 = f32x4.splat(1.1754943508222875e-38);
let TWO_TO_23: v128 = f32x4.splat(8_388_608);
let TWENTY_THREE: v128 = f32x4.splat(23);
/** The bits of 2/3. */
let TWO_THIRDS: v128 = i32x4.splat(0x3f2aaaab);
let EXPONENT: v128 = i32x4.splat(0xff800000);
let INFINITE: v128 = f32x4.splat(Infinity);
let MINUS_INFINITE: v128 = f32x4.splat(-Infinity);

export function exp(x: usize, out: usize, length: i32): void {
  each(EXP, x, out, length);
}

export function log(x: usize, out: usize, length: i32): void {
  each(LOG, x, out, length);
}

export function tanh(x: usize, out: usize, length: i32): void {
  each(TANH, x, out, length);
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: usize, out: usize, length: i32): void {
  each(SIGMOID, x, out, length);
}

export function erf(x: usize, out: usize, length: i32): void {
  each(ERF, x, out, length);
}

/** Two times four lanes at once are a tenth faster. What is left at the end goes the same way, and so gives the same bits. */
@inline
function each(f: i32, x: usize, out: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const low = apply(f, v128.load(x, 0, 4));
    const high = apply(f, v128.load(x, 16, 4));
    v128.store(out, low, 0, 4);
    v128.store(out, high, 16, 4);
    x += 32;
    out += 32;
  }
  for (; n > 0; n -= 4) {
    store4(out, apply(f, load4(x, n, ONE)), n);
    x += 16;
    out += 16;
  }
}

@inline
function apply(f: i32, x: v128): v128 {
  if (f == EXP) return exponential(x);
  if (f == LOG) return logarithm(x);
  if (f == TANH) return hyperbolicTangent(x);
  if (f == SIGMOID) return logistic(x);
  return errorFunction(x);
}

/** log x = e ln 2 + log(1 + f), where x = 2^e m with m from 2/3 to 4/3, and f = m - 1 is exact. */
@inline
function logarithm(x: v128): v128 {
  const zero = i32x4.splat(0);
  const isDenormal = f32x4.lt(x, SMALLEST_NORMAL);
  const normal = v128.bitselect(f32x4.mul(x, TWO_TO_23), x, isDenormal);
  const distance = i32x4.sub(normal, TWO_THIRDS);
  const f = f32x4.sub(i32x4.sub(normal, v128.and(distance, EXPONENT)), ONE);
  const e = f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_s(distance, 23)), v128.and(isDenormal, TWENTY_THREE));
  let p = f32x4.add(f32x4.mul(L7, f), L6);
  p = f32x4.add(f32x4.mul(p, f), L5);
  p = f32x4.add(f32x4.mul(p, f), L4);
  p = f32x4.add(f32x4.mul(p, f), L3);
  p = f32x4.add(f32x4.mul(p, f), L2);
  p = f32x4.add(f32x4.mul(p, f), L1);
  p = f32x4.add(f32x4.mul(p, f), L0);
  const square = f32x4.mul(f, f);
  // From the smallest term to the largest.
  let y = f32x4.add(f32x4.mul(p, f32x4.mul(f, square)), f32x4.mul(e, LN2_LOW));
  y = f32x4.sub(y, f32x4.mul(square, HALF));
  y = f32x4.add(f32x4.add(f, y), f32x4.mul(e, LN2_HIGH));
  y = v128.bitselect(INFINITE, y, f32x4.eq(x, INFINITE));
  y = v128.bitselect(MINUS_INFINITE, y, f32x4.eq(x, zero));
  // NaN, all bits set, for what is negative or NaN.
  return v128.or(y, v128.not(f32x4.ge(x, zero)));
}

/** Of x without its sign: x + x^3 p(x^2) near 0; further away 1 - 2q / (1 + q) with q = e^-2x. */
@inline
function hyperbolicTangent(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(T4, square), T3);
  p = f32x4.add(f32x4.mul(p, square), T2);
  p = f32x4.add(f32x4.mul(p, square), T1);
  p = f32x4.add(f32x4.mul(p, square), T0);
  const near = f32x4.add(size, f32x4.mul(f32x4.mul(p, square), size));
  const q = exponentialOfNegative(f32x4.neg(f32x4.add(size, size)));
  const far = f32x4.sub(ONE, f32x4.div(f32x4.add(q, q), f32x4.add(ONE, q)));
  return signed(v128.bitselect(near, far, f32x4.lt(size, TANH_NEAR)), x);
}

/** With q = e^-|x|: 1 / (1 + q), or q / (1 + q) for what is negative. */
@inline
function logistic(x: v128): v128 {
  const q = exponentialOfNegative(f32x4.neg(f32x4.abs(x)));
  return f32x4.div(v128.bitselect(q, ONE, f32x4.lt(x, i32x4.splat(0))), f32x4.add(ONE, q));
}

/** Of x without its sign: x + x p(x^2) near 0; further away 1 - e^q(x). */
@inline
function errorFunction(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(N5, square), N4);
  p = f32x4.add(f32x4.mul(p, square), N3);
  p = f32x4.add(f32x4.mul(p, square), N2);
  p = f32x4.add(f32x4.mul(p, square), N1);
  p = f32x4.add(f32x4.mul(p, square), N0);
  const near = f32x4.add(size, f32x4.mul(p, size));
  const t = f32x4.pmin(size, ERF_ONE); // NaN stays
  let q = f32x4.add(f32x4.mul(F6, t), F5);
  q = f32x4.add(f32x4.mul(q, t), F4);
  q = f32x4.add(f32x4.mul(q, t), F3);
  q = f32x4.add(f32x4.mul(q, t), F2);
  q = f32x4.add(f32x4.mul(q, t), F1);
  q = f32x4.add(f32x4.mul(q, t), F0);
  const far = f32x4.sub(ONE, exponentialOfNegative(q));
  return signed(v128.bitselect(near, far, f32x4.lt(size, ERF_NEAR)), x);
}

/** A positive number, with the sign of `x`. */
@inline
function signed(size: v128, x: v128): v128 {
  return v128.or(size, v128.and(x, SIGN));
}
