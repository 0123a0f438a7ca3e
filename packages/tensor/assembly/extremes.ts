/** The largest and the smallest of float32. */

// Which of the two a helper is inlined for: known to the compiler there, so that no branch on it is left.
export const MAX = 0;
export const MIN = 1;

/** The larger, or smaller, of each lane: `best` of equals. NaN, all bits set, where `next` is; NaN as `best` stays. */
@inline
export function better(op: i32, best: v128, next: v128): v128 {
  return v128.or(op == MAX ? f32x4.pmax(best, next) : f32x4.pmin(best, next), f32x4.ne(next, next));
}

/** The largest of a row; of 0 and -0, which are equal, any. NaN where there is one. */
export function largest(x: usize, n: i32): f32 {
  return extreme(MAX, x, n);
}

/** The smallest, as `largest`. */
export function smallest(x: usize, n: i32): f32 {
  return extreme(MIN, x, n);
}

@inline
function extreme(op: i32, x: usize, n: i32): f32 {
  let best0 = v128.load_splat<u32>(x, 0, 4);
  let best1 = best0;
  let best2 = best0;
  let best3 = best0;
  for (; n >= 16; n -= 16) {
    best0 = better(op, best0, v128.load(x, 0, 4));
    best1 = better(op, best1, v128.load(x, 16, 4));
    best2 = better(op, best2, v128.load(x, 32, 4));
    best3 = better(op, best3, v128.load(x, 48, 4));
    x += 64;
  }
  best0 = better(op, better(op, best0, best1), better(op, best2, best3));
  for (; n >= 4; n -= 4) {
    best0 = better(op, best0, v128.load(x, 0, 4));
    x += 16;
  }
  for (; n > 0; n--) {
    best0 = better(op, best0, v128.load_splat<u32>(x, 0, 4));
    x += 4;
  }
  best0 = better(op, best0, v128.shuffle<i32>(best0, best0, 2, 3, 0, 1));
  best0 = better(op, best0, v128.shuffle<i32>(best0, best0, 1, 0, 3, 2));
  return f32x4.extract_lane(best0, 0);
}
