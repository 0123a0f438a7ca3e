/** 2^n at place n + 1023, for -1023 <= n <= 1023: looking a power up is faster than putting its bits together. */
const powers = new Float64Array(2047).fill(1.1125369292536007e-308);
for (let i = 1; i < 2047; i++) powers[i] = powers[i - 1]! * 2;

const bits = new DataView(new ArrayBuffer(8));

/** 2^n for -1023 <= n <= 1023. */
export function powerOfTwo(n: number): number {
  return powers[n + 1023]!;
}

/** The n of x = 2^n m with 1 <= m < 2, for a positive x that is no denormal. */
export function exponent(x: number): number {
  bits.setFloat64(0, x);
  return (bits.getUint32(0) >>> 20) - 1023;
}
