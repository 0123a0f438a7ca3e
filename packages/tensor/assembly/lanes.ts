/** Four elements at a time, or as many as there are left at the end of a row. */

/** From how many elements on a sum adds pairs or fours of them in float32, before they go on in double precision. */
export const LONG: i32 = 64;

/** Four elements, or the first `n`, followed by lanes of `rest`. */
@inline
export function load4(x: usize, n: i32, rest: v128): v128 {
  return n >= 4 ? v128.load(x, 0, 4) : loadFew(x, n, rest);
}

/** Stores four elements, or the first `n`. */
@inline
export function store4(out: usize, y: v128, n: i32): void {
  if (n >= 4) v128.store(out, y, 0, 4);
  else storeFew(out, y, n);
}

function loadFew(x: usize, n: i32, rest: v128): v128 {
  let lanes = rest;
  if (n > 0) lanes = v128.load_lane<u32>(x, lanes, 0, 0, 4);
  if (n > 1) lanes = v128.load_lane<u32>(x, lanes, 1, 4, 4);
  if (n > 2) lanes = v128.load_lane<u32>(x, lanes, 2, 8, 4);
  return lanes;
}

function storeFew(out: usize, y: v128, n: i32): void {
  if (n > 0) v128.store_lane<u32>(out, y, 0, 0, 4);
  if (n > 1) v128.store_lane<u32>(out, y, 1, 4, 4);
  if (n > 2) v128.store_lane<u32>(out, y, 2, 8, 4);
}
