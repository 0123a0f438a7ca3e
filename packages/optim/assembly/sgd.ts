import { blend, lanes, put, slope } from './lanes';

/** The rule of SGD: what `sgd` of src/sgd.ts does, on float32. */
export function sgd(
  p: usize,
  g: usize,
  velocity: usize,
  n: i32,
  sign: f32,
  decay: f32,
  momentum: f32,
  share: f32,
  ahead: f32,
  rate: f32,
  tiny: f32,
): void {
  const m = f32x4.splat(momentum);
  const s = f32x4.splat(share);
  const r = f32x4.splat(rate);
  const t = f32x4.splat(tiny);
  for (; n >= 4; n -= 4) {
    step(true, p, g, velocity, sign, decay, m, s, ahead, r, t);
    p += 16;
    g += 16;
    if (velocity) velocity += 16;
  }
  for (; n > 0; n--) {
    step(false, p, g, velocity, sign, decay, m, s, ahead, r, t);
    p += 4;
    g += 4;
    if (velocity) velocity += 4;
  }
}

@inline
function step(
  four: bool,
  p: usize,
  g: usize,
  velocity: usize,
  sign: f32,
  decay: f32,
  momentum: v128,
  share: v128,
  ahead: f32,
  rate: v128,
  tiny: v128,
): void {
  const x = lanes(four, p);
  let d = slope(lanes(four, g), x, sign, decay);
  if (velocity) {
    const next = blend(lanes(four, velocity), momentum, f32x4.mul(share, d), tiny);
    put(four, velocity, next);
    d = ahead == 0 ? next : f32x4.add(d, f32x4.mul(f32x4.splat(ahead), next));
  }
  put(four, p, f32x4.sub(x, f32x4.mul(rate, d)));
}
