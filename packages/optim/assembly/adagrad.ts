import { lanes, put, scaled, slope } from './lanes';

/** Adagrad's rule: what `adagrad` of src/adagrad.ts does, on float32. */
export function adagrad(p: usize, g: usize, sum: usize, n: i32, sign: f32, decay: f32, rate: f32, eps: f32): void {
  const r = f32x4.splat(rate);
  const e = f32x4.splat(eps);
  for (; n >= 4; n -= 4) {
    step(true, p, g, sum, sign, decay, r, e);
    p += 16;
    g += 16;
    sum += 16;
  }
  for (; n > 0; n--) {
    step(false, p, g, sum, sign, decay, r, e);
    p += 4;
    g += 4;
    sum += 4;
  }
}

@inline
function step(four: bool, p: usize, g: usize, sum: usize, sign: f32, decay: f32, rate: v128, eps: v128): void {
  const x = lanes(four, p);
  const d = slope(lanes(four, g), x, sign, decay);
  const total = f32x4.add(lanes(four, sum), f32x4.mul(d, d));
  put(four, sum, total);
  put(four, p, f32x4.sub(x, scaled(rate, d, total, eps)));
}
