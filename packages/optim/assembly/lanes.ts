/**
 * What the kernels share. They change parameters and what is remembered of them, `n` elements of float32 each, in place and in
 * one pass: four lanes at a time and, at the end, where fewer than four are left, one at a time in the first lane, by the same
 * arithmetic. Addresses are in bytes and need to be multiples of 4 only; address 0 stands for what is not remembered.
 *
 * What is inlined into both loops has a parameter `four`: known to the compiler there, so that no branch on it is left.
 */

/** The next four elements, or the next one. */
@inline
export function lanes(four: bool, at: usize): v128 {
  return four ? v128.load(at, 0, 4) : v128.load32_zero(at, 0, 4);
}

/** Writes the next four elements, or the next one. */
@inline
export function put(four: bool, at: usize, x: v128): void {
  if (four) v128.store(at, x, 0, 4);
  else v128.store_lane<f32>(at, x, 0, 0, 4);
}

/** sign · g + decay · p; where there is no decay p is not looked at, for it may be infinite. */
@inline
export function slope(g: v128, p: v128, sign: f32, decay: f32): v128 {
  const down = f32x4.mul(f32x4.splat(sign), g);
  return decay == 0 ? down : f32x4.add(down, f32x4.mul(f32x4.splat(decay), p));
}

/** keep · mean + addend, and 0 where that is nearer to 0 than `tiny`. */
@inline
export function blend(mean: v128, keep: v128, addend: v128, tiny: v128): v128 {
  return flushed(f32x4.add(f32x4.mul(keep, mean), addend), tiny);
}

/** x, and 0 where that is nearer to 0 than `tiny`. NaN is not, and stays. */
@inline
export function flushed(x: v128, tiny: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), tiny));
}

/** rate · x / (√square + eps) */
@inline
export function scaled(rate: v128, x: v128, square: v128, eps: v128): v128 {
  return f32x4.div(f32x4.mul(rate, x), f32x4.add(f32x4.sqrt(square), eps));
}
