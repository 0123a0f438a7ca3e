/**
 * Philox-4x32-10: computes four 32-bit words from a counter and a key, by ten rounds of multiplication and exclusive or. The words of
 * one counter do not depend on those of another, so the position in the stream is the whole state.
 *
 * Fills `out`, whose length is a multiple of 4, with the words of `counter` and the following counters; the first two words of a
 * counter are incremented. Words are signed, because JavaScript engines do not store large unsigned words as small integers.
 * @see J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011)
 */
export function philox(counter: Uint32Array, key: Uint32Array, out: Int32Array): void {
  // Read one by one: destructuring uses an iterator, which was slower than the ten rounds.
  let counter0 = counter[0] ?? 0;
  let counter1 = counter[1] ?? 0;
  const counter2 = counter[2] ?? 0;
  const counter3 = counter[3] ?? 0;
  const key0 = key[0] ?? 0;
  const key1 = key[1] ?? 0;
  for (let at = 0; at < out.length; at += 4) {
    let x0 = counter0;
    let x1 = counter1;
    let x2 = counter2;
    let x3 = counter3;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < 10; round++) {
      // 0xd2511f53 x0 and 0xcd9e8d57 x2, 64 bits each, as in `multiplyHigh`, which would be a slow call while a program starts.
      const high0 = x0 >>> 16;
      const low0 = x0 & 0xffff;
      const lowest0 = Math.imul(0x1f53, low0);
      const middle0 = (Math.imul(0xd251, low0) + (lowest0 >>> 16)) | 0;
      const second0 = (Math.imul(0x1f53, high0) + (middle0 & 0xffff)) | 0;
      const high2 = x2 >>> 16;
      const low2 = x2 & 0xffff;
      const lowest2 = Math.imul(0x8d57, low2);
      const middle2 = (Math.imul(0xcd9e, low2) + (lowest2 >>> 16)) | 0;
      const second2 = (Math.imul(0x8d57, high2) + (middle2 & 0xffff)) | 0;
      x0 = (Math.imul(0xcd9e, high2) + (middle2 >>> 16) + (second2 >>> 16)) ^ x1 ^ k0;
      x1 = (second2 << 16) | (lowest2 & 0xffff);
      x2 = (Math.imul(0xd251, high0) + (middle0 >>> 16) + (second0 >>> 16)) ^ x3 ^ k1;
      x3 = (second0 << 16) | (lowest0 & 0xffff);
      // The key is incremented by the golden ratio and by sqrt(3) - 1, both as fractions of 2^32.
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
    counter0 = (counter0 + 1) | 0;
    if (counter0 === 0) counter1 = (counter1 + 1) | 0;
  }
}

/** The upper 32 bits of the 64-bit product of two 32-bit words, from products of their halves; `Math.imul` gives the lower 32. */
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
