/**
 * The second number of an answer that is a sum of two, too small to change the first: whoever returns the first stores it
 * here. An array, since engines keep its number unboxed.
 */
export const low: Float64Array = new Float64Array(1);

/** 2^27 + 1: the product with it, less the same less the number, is the number's upper 26 bits. */
const SPLITTER = 134217729;

/**
 * What rounding took from a sum: a + b - `sum`, exactly.
 * @see D. E. Knuth, The Art of Computer Programming, vol. 2, section 4.2.2, theorem B
 */
export function sumError(a: number, b: number, sum: number): number {
  const added = sum - a;
  return a - (sum - added) + (b - added);
}

/**
 * What rounding took from a product: a b - `product`, exactly, for factors below 2^996 whose product is far from the
 * smallest doubles.
 * @see T. J. Dekker, A floating-point technique for extending the available precision (Numerische Mathematik 18, 1971)
 */
export function productError(a: number, b: number, product: number): number {
  const aUpper = a * SPLITTER - (a * SPLITTER - a);
  const bUpper = b * SPLITTER - (b * SPLITTER - b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return aUpper * bUpper - product + aUpper * bLower + aLower * bUpper + aLower * bLower;
}

/** The upper 26 bits of a number: products of two such halves are exact. */
export function upperHalf(x: number): number {
  return x * SPLITTER - (x * SPLITTER - x);
}

/** (a + aLow) / (b + bLow), a few hundredths of an ulp from rounding to nearest. */
export function quotient(a: number, aLow: number, b: number, bLow: number): number {
  const inverse = 1 / b;
  const first = a * inverse;
  const product = first * b;
  return first + (a - product - productError(first, b, product) + aLow - first * bLow) * inverse;
}
