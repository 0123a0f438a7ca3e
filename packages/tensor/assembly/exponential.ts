/** The exponential function on four lanes of float32, for the kernels that are made of it: within 1 ulp. */

// What is constant in here is a variable: V8 makes a constant of four lanes anew wherever it is used, by four instructions
// or more, and loads a variable by one. That nearly halves the time.

export let ONE: v128 = f32x4.splat(1);
/** From here on the result is infinite. */
let HIGHEST: v128 = f32x4.splat(89);
/** Here it rounds to 0. */
let LOWEST: v128 = f32x4.splat(-104);
let LOG2_E: v128 = f32x4.splat(1.4426950408889634);
/** ln 2 in two parts: the first has 9 trailing zero bits, so that its product with an exponent is exact. */
export let LN2_HIGH: v128 = f32x4.splat(0.693145751953125);
export let LN2_LOW: v128 = f32x4.splat(1.428606765330187e-6);

// Adding 1.5 * 2^23 rounds to a whole number, and leaves that in the low bits of the sum; 127, the bias of an exponent, is added
// in the same go. 2^n is made in two factors, each of which is a normal number: 2^(n + 64) * 2^-64 for n <= 0, else
// 2^(n - 64) * 2^64.
let ROUNDING_NEGATIVE: v128 = f32x4.splat(12_582_912 + 127 + 64);
let ROUNDING_POSITIVE: v128 = f32x4.splat(12_582_912 + 127 - 64);
let FACTOR_NEGATIVE: v128 = f32x4.splat(5.421010862427522e-20);
let FACTOR_POSITIVE: v128 = f32x4.splat(1.8446744073709552e19);

/** (e^r - 1 - r) / r^2, found by the Remez algorithm. */
let E4: v128 = f32x4.splat(0.0013820734);
let E3: v128 = f32x4.splat(0.008368677);
let E2: v128 = f32x4.splat(0.041668266);
let E1: v128 = f32x4.splat(0.16666521);
let E0: v128 = f32x4.splat(0.49999994);

/** e^x for any x. */
@inline
export function exponential(x: v128): v128 {
  const isNegative = f32x4.lt(x, i32x4.splat(0));
  const rounding = v128.bitselect(ROUNDING_NEGATIVE, ROUNDING_POSITIVE, isNegative);
  const factor = v128.bitselect(FACTOR_NEGATIVE, FACTOR_POSITIVE, isNegative);
  return scaled(f32x4.pmin(x, HIGHEST), rounding, factor);
}

/** e^x for x up to 0, and a little more: it takes fewer steps. */
@inline
export function exponentialOfNegative(x: v128): v128 {
  return scaled(x, ROUNDING_NEGATIVE, FACTOR_NEGATIVE);
}

/** e^x = 2^n e^r with x = n ln 2 + r and |r| <= ln 2 / 2. */
@inline
function scaled(x: v128, rounding: v128, factor: v128): v128 {
  const t = f32x4.pmax(x, LOWEST); // NaN stays
  const shifted = f32x4.add(f32x4.mul(t, LOG2_E), rounding);
  const n = f32x4.sub(shifted, rounding);
  const r = f32x4.sub(f32x4.sub(t, f32x4.mul(n, LN2_HIGH)), f32x4.mul(n, LN2_LOW));
  let p = f32x4.add(f32x4.mul(E4, r), E3);
  p = f32x4.add(f32x4.mul(p, r), E2);
  p = f32x4.add(f32x4.mul(p, r), E1);
  p = f32x4.add(f32x4.mul(p, r), E0);
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), ONE);
  // A whole number with the bias of an exponent is a power of two, once it is shifted to where exponents are.
  return f32x4.mul(f32x4.mul(p, i32x4.shl(shifted, 23)), factor);
}
