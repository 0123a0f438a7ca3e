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
const GELU = 5;

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

/** (1 + t) e^(t^2 / 2) Φ(-t) in powers of (t - 3) / (t + 3), for t from 0 to 15: within 2^-27. In double precision. */
let Q10: v128 = f64x2.splat(0.0000469350453093796244);
let Q9: v128 = f64x2.splat(0.0000132455496308001957);
let Q8: v128 = f64x2.splat(-0.0004690517238625227);
let Q7: v128 = f64x2.splat(-0.00034106617188098433);
let Q6: v128 = f64x2.splat(0.0029903949656133705);
let Q5: v128 = f64x2.splat(0.0011552078245241537);
let Q4: v128 = f64x2.splat(-0.022726446313591775);
let Q3: v128 = f64x2.splat(0.04516464300672981);
let Q2: v128 = f64x2.splat(-0.0164323781352437);
let Q1: v128 = f64x2.splat(-0.09652678365821989);
let Q0: v128 = f64x2.splat(0.4860557955604578);
/** From here on Φ(-t) is 0. */
let FAR: v128 = f32x4.splat(15);
let ONE_DOUBLE: v128 = f64x2.splat(1);
let THREE_DOUBLE: v128 = f64x2.splat(3);
let MINUS_HALF_DOUBLE: v128 = f64x2.splat(-0.5);
let LOG2_E_DOUBLE: v128 = f64x2.splat(1.4426950408889634);
let LN2_DOUBLE: v128 = f64x2.splat(0.6931471805599453);
/** 1.5 * 2^52, which rounds to a whole number in the low bits, and 1023, the bias of an exponent. */
let ROUNDING_DOUBLE: v128 = f64x2.splat(6_755_399_441_056_767);
let R7: v128 = f64x2.splat(0.0001984126984126984);
let R6: v128 = f64x2.splat(0.001388888888888889);
let R5: v128 = f64x2.splat(0.008333333333333333);
let R4: v128 = f64x2.splat(0.041666666666666664);
let R3: v128 = f64x2.splat(0.16666666666666666);
let R2: v128 = f64x2.splat(0.5);
let ROOT_HALF: v128 = f32x4.splat(0.7071067811865476);
let MINUS_HALF: v128 = f32x4.splat(-0.5);
/** 1 / √(2π) */
let DENSITY: v128 = f32x4.splat(0.3989422804014327);
let FARTHEST: v128 = f32x4.splat(1000);
let MINUS_FARTHEST: v128 = f32x4.splat(-1000);

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

/** x Φ(x), with Φ as the distribution function of the standard normal distribution */
export function gelu(x: usize, out: usize, length: i32): void {
  each(GELU, x, out, length);
}

/** g (Φ(x) + x Φ'(x)) */
export function geluGradient(x: usize, g: usize, out: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    store4(out, f32x4.mul(load4(g, n, ONE), slopeOfGelu(load4(x, n, ONE))), n);
    x += 16;
    g += 16;
    out += 16;
  }
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
  if (f == ERF) return errorFunction(x);
  return gaussianLinear(x);
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

/** max(x, 0) - t Φ(-t) with t = |x|, in double precision: as a chain of float32 it would be off by up to four units. */
@inline
function gaussianLinear(x: v128): v128 {
  const t = f32x4.pmin(f32x4.abs(x), FAR); // NaN stays
  // -0 for what is negative, and so is the result where it is 0.
  const positive = v128.bitselect(x, SIGN, f32x4.ge(x, i32x4.splat(0)));
  const low = f64x2.sub(f64x2.promote_low_f32x4(positive), tail(f64x2.promote_low_f32x4(t)));
  const high = f64x2.sub(f64x2.promote_low_f32x4(upper(positive)), tail(f64x2.promote_low_f32x4(upper(t))));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

@inline
function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

/** t Φ(-t), of two numbers in double precision. */
@inline
function tail(t: v128): v128 {
  const w = f64x2.div(f64x2.sub(t, THREE_DOUBLE), f64x2.add(t, THREE_DOUBLE));
  let q = f64x2.add(f64x2.mul(Q10, w), Q9);
  q = f64x2.add(f64x2.mul(q, w), Q8);
  q = f64x2.add(f64x2.mul(q, w), Q7);
  q = f64x2.add(f64x2.mul(q, w), Q6);
  q = f64x2.add(f64x2.mul(q, w), Q5);
  q = f64x2.add(f64x2.mul(q, w), Q4);
  q = f64x2.add(f64x2.mul(q, w), Q3);
  q = f64x2.add(f64x2.mul(q, w), Q2);
  q = f64x2.add(f64x2.mul(q, w), Q1);
  q = f64x2.add(f64x2.mul(q, w), Q0);
  // e^(-t^2 / 2) = 2^n e^r
  const exponent = f64x2.mul(f64x2.mul(t, t), MINUS_HALF_DOUBLE);
  const shifted = f64x2.add(f64x2.mul(exponent, LOG2_E_DOUBLE), ROUNDING_DOUBLE);
  const r = f64x2.sub(exponent, f64x2.mul(f64x2.sub(shifted, ROUNDING_DOUBLE), LN2_DOUBLE));
  let e = f64x2.add(f64x2.mul(R7, r), R6);
  e = f64x2.add(f64x2.mul(e, r), R5);
  e = f64x2.add(f64x2.mul(e, r), R4);
  e = f64x2.add(f64x2.mul(e, r), R3);
  e = f64x2.add(f64x2.mul(e, r), R2);
  e = f64x2.add(f64x2.mul(e, r), ONE_DOUBLE);
  e = f64x2.add(f64x2.mul(e, r), ONE_DOUBLE);
  const power = f64x2.mul(e, i64x2.shl(shifted, 52));
  return f64x2.div(f64x2.mul(f64x2.mul(t, q), power), f64x2.add(t, ONE_DOUBLE));
}

/** Φ(x) + x Φ'(x), as the operations of elements compute it: the same bits. */
@inline
function slopeOfGelu(x: v128): v128 {
  const cumulative = f32x4.mul(f32x4.add(errorFunction(f32x4.mul(x, ROOT_HALF)), ONE), HALF);
  const near = bounded(x);
  const density = f32x4.mul(exponentialOfNegative(f32x4.mul(f32x4.mul(near, near), MINUS_HALF)), DENSITY);
  return f32x4.add(cumulative, f32x4.mul(near, density));
}

/** x from -1000 to 1000. NaN stays. */
@inline
function bounded(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, MINUS_FARTHEST), FARTHEST);
}

/** A positive number, with the sign of `x`. */
@inline
function signed(size: v128, x: v128): v128 {
  return v128.or(size, v128.and(x, SIGN));
}
