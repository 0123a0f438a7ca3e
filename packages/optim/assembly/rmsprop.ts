import { blend, flushed, lanes, put, scaled, slope } from './lanes';

/** RMSprop's rule: what `rmsprop` of src/rmsprop.ts does, on float32. */
export function rmsprop(
  p: usize,
  g: usize,
  square: usize,
  mean: usize,
  velocity: usize,
  n: i32,
  sign: f32,
  decay: f32,
  alpha: f64,
  share: f64,
  momentum: f32,
  rate: f32,
  eps: f32,
  tiny: f32,
): void {
  const b = f32x4.splat(momentum);
  const r = f32x4.splat(rate);
  const e = f32x4.splat(eps);
  const t = f32x4.splat(tiny);
  for (; n >= 4; n -= 4) {
    step(true, p, g, square, mean, velocity, sign, decay, alpha, share, b, r, e, t);
    p += 16;
    g += 16;
    square += 16;
    if (mean) mean += 16;
    if (velocity) velocity += 16;
  }
  for (; n > 0; n--) {
    step(false, p, g, square, mean, velocity, sign, decay, alpha, share, b, r, e, t);
    p += 4;
    g += 4;
    square += 4;
    if (mean) mean += 4;
    if (velocity) velocity += 4;
  }
}

@inline
function step(
  four: bool,
  p: usize,
  g: usize,
  square: usize,
  mean: usize,
  velocity: usize,
  sign: f32,
  decay: f32,
  alpha: f64,
  share: f64,
  momentum: v128,
  rate: v128,
  eps: v128,
  tiny: v128,
): void {
  const x = lanes(four, p);
  const d = slope(lanes(four, g), x, sign, decay);
  let v = lanes(four, square);
  if (mean) {
    // In double precision: v and m² may be nearly the same, and their difference is what counts.
    const m = lanes(four, mean);
    const dLow = low(d);
    const dHigh = high(d);
    const vLow = mix(alpha, low(v), share, f64x2.mul(dLow, dLow));
    const vHigh = mix(alpha, high(v), share, f64x2.mul(dHigh, dHigh));
    const mLow = mix(alpha, low(m), share, dLow);
    const mHigh = mix(alpha, high(m), share, dHigh);
    put(four, square, flushed(joined(vLow, vHigh), tiny));
    put(four, mean, flushed(joined(mLow, mHigh), tiny));
    v = joined(f64x2.sub(vLow, f64x2.mul(mLow, mLow)), f64x2.sub(vHigh, f64x2.mul(mHigh, mHigh)));
  } else {
    const addend = f32x4.mul(f32x4.mul(f32x4.splat(<f32>share), d), d);
    v = blend(v, f32x4.splat(<f32>alpha), addend, tiny);
    put(four, square, v);
  }
  let change = f32x4.div(d, f32x4.add(f32x4.sqrt(v), eps));
  if (velocity) {
    change = blend(lanes(four, velocity), momentum, change, tiny);
    put(four, velocity, change);
  }
  put(four, p, f32x4.sub(x, f32x4.mul(rate, change)));
}

/** keep · mean + share · x */
@inline
function mix(keep: f64, mean: v128, share: f64, x: v128): v128 {
  return f64x2.add(f64x2.mul(f64x2.splat(keep), mean), f64x2.mul(f64x2.splat(share), x));
}

/** The first two lanes in double precision. */
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two lanes in double precision. */
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** All four, rounded. */
@inline
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
