/**
 * Philox-4x32-10: four 32-bit words from a counter and a key, by ten rounds of multiplication and exclusive or. The words
 * of one counter say nothing about those of the next, so that a place in the stream is all the state there is.
 * @see J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011)
 */
export function philox(counter: Uint32Array, key: Uint32Array, out: Uint32Array): void {
  // Read one by one: taking them apart as a list, by an iterator, was slower than the ten rounds.
  let x0 = counter[0] ?? 0;
  let x1 = counter[1] ?? 0;
  let x2 = counter[2] ?? 0;
  let x3 = counter[3] ?? 0;
  let k0 = key[0] ?? 0;
  let k1 = key[1] ?? 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, x0);
    const high1 = multiplyHigh(0xcd9e8d57, x2);
    const low0 = Math.imul(0xd2511f53, x0);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    // The key steps by the golden ratio and by sqrt(3) - 1, both as fractions of 2^32.
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/** The upper 32 bits of the 64-bit product of two 32-bit words, from products of their halves; `Math.imul` has the lower. */
export function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  // Neither sum passes 2^32 - 1: the greatest product of halves is (2^16 - 1)^2, and each carry is below 2^16.
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const middle2 = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middle2 >>> 16)) >>> 0;
}
