import { blend, lanes, put, scaled, slope } from './lanes';

/** Adam's rule and AdamW's: what `adam` of src/adam.ts does, on float32. */
export function adam(
  p: usize,
  g: usize,
  mean: usize,
  square: usize,
  most: usize,
  n: i32,
  sign: f32,
  decay: f32,
  keep: f32,
  beta1: f32,
  share1: f32,
  beta2: f32,
  share2: f32,
  rate: f32,
  eps: f32,
  tiny: f32,
): void {
  // One test in the loop for what is seldom asked for.
  const isPlain = sign == 1 && decay == 0 && keep == 1;
  const b1 = f32x4.splat(beta1);
  const s1 = f32x4.splat(share1);
  const b2 = f32x4.splat(beta2);
  const s2 = f32x4.splat(share2);
  const r = f32x4.splat(rate);
  const e = f32x4.splat(eps);
  const t = f32x4.splat(tiny);
  for (; n >= 4; n -= 4) {
    step(true, p, g, mean, square, most, isPlain, sign, decay, keep, b1, s1, b2, s2, r, e, t);
    p += 16;
    g += 16;
    mean += 16;
    square += 16;
    if (most) most += 16;
  }
  for (; n > 0; n--) {
    step(false, p, g, mean, square, most, isPlain, sign, decay, keep, b1, s1, b2, s2, r, e, t);
    p += 4;
    g += 4;
    mean += 4;
    square += 4;
    if (most) most += 4;
  }
}

@inline
function step(
  four: bool,
  p: usize,
  g: usize,
  mean: usize,
  square: usize,
  most: usize,
  isPlain: bool,
  sign: f32,
  decay: f32,
  keep: f32,
  beta1: v128,
  share1: v128,
  beta2: v128,
  share2: v128,
  rate: v128,
  eps: v128,
  tiny: v128,
): void {
  let x = lanes(four, p);
  let d = lanes(four, g);
  if (!isPlain) {
    x = f32x4.mul(f32x4.splat(keep), x);
    d = slope(d, x, sign, decay);
  }
  const m = blend(lanes(four, mean), beta1, f32x4.mul(share1, d), tiny);
  put(four, mean, m);
  let v = blend(lanes(four, square), beta2, f32x4.mul(f32x4.mul(share2, d), d), tiny);
  put(four, square, v);
  if (most) {
    const before = lanes(four, most);
    // NaN is not at most anything, and gets in.
    v = v128.bitselect(before, v, f32x4.le(v, before));
    put(four, most, v);
  }
  put(four, p, f32x4.sub(x, scaled(rate, m, v, eps)));
}
