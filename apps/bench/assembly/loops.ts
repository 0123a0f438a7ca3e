// What WebAssembly could do at best, beside which the kernels are put: the same instructions with nothing around them.

/** Copies `bytes` bytes, a multiple of 64. */
export function copy(from: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 64) {
    v128.store(to + at, v128.load(from + at));
    v128.store(to + at, v128.load(from + at, 16), 16);
    v128.store(to + at, v128.load(from + at, 32), 32);
    v128.store(to + at, v128.load(from + at, 48), 48);
  }
}

/** Fused in the build with relaxed SIMD; without, a product and a sum. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}

/**
 * 40 · `rounds` multiplications and as many additions, ten vectors at a time, which stay in registers. The numbers are
 * parameters: what is written here, V8 would build anew for each instruction.
 */
export function multiplyAndAdd(rounds: i32, factorOfAll: f32, addendOfAll: f32): f32 {
  const factor = f32x4.splat(factorOfAll);
  const addend = f32x4.splat(addendOfAll);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(1);
  let s2 = f32x4.splat(2);
  let s3 = f32x4.splat(3);
  let s4 = f32x4.splat(4);
  let s5 = f32x4.splat(5);
  let s6 = f32x4.splat(6);
  let s7 = f32x4.splat(7);
  let s8 = f32x4.splat(8);
  let s9 = f32x4.splat(9);
  for (let i = 0; i < rounds; i++) {
    s0 = multiplyAdd(s0, factor, addend);
    s1 = multiplyAdd(s1, factor, addend);
    s2 = multiplyAdd(s2, factor, addend);
    s3 = multiplyAdd(s3, factor, addend);
    s4 = multiplyAdd(s4, factor, addend);
    s5 = multiplyAdd(s5, factor, addend);
    s6 = multiplyAdd(s6, factor, addend);
    s7 = multiplyAdd(s7, factor, addend);
    s8 = multiplyAdd(s8, factor, addend);
    s9 = multiplyAdd(s9, factor, addend);
  }
  // All are used, or the compiler would leave some out.
  const low = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), s4);
  const high = f32x4.add(f32x4.add(f32x4.add(s5, s6), f32x4.add(s7, s8)), s9);
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}
