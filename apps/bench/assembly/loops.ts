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

/** Fused in the build with relaxed SIMD; without, a product and a sum. For the chains that src/chains.ts writes. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}
