/** Copies four columns of four, `step` elements apart, into four rows that are `columns` elements apart. */
@inline
export function transpose4x4(x: usize, step: i32, out: usize, columns: i32): void {
  const a = v128.load(x, 0, 4);
  const b = v128.load(x + (step << 2), 0, 4);
  const c = v128.load(x + (step << 3), 0, 4);
  const d = v128.load(x + step * 12, 0, 4);
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(abLow, cdLow, 0, 2), 0, 4);
  v128.store(out + (columns << 2), v128.shuffle<i64>(abLow, cdLow, 1, 3), 0, 4);
  v128.store(out + (columns << 3), v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 0, 4);
  v128.store(out + columns * 12, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 0, 4);
}
