/** A number, a word, or any other character. White space is ignored. */
const token = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[\p{L}_$][\p{L}\p{N}_$]*|\S/gu;
const numeral = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const wholeNumeral = /^-?\d+$/;

/**
 * Whether a printed value matches a `// =>`: the same tokens, and numbers equal to the digits written.
 *
 * `0.67` accepts 0.6704 but not 0.676: the tolerance is half a unit of the last digit. An integer must match to float32
 * accuracy: `3` accepts 3 and 2.9999998, but not 3.2.
 */
export function samePrint(actual: string, expected: string): boolean {
  const found = actual.match(token) ?? [];
  const wanted = expected.match(token) ?? [];
  return found.length === wanted.length && wanted.every((text, index) => sameToken(found[index] ?? '', text));
}

function sameToken(actual: string, expected: string): boolean {
  if (actual === expected) return true;
  if (!numeral.test(actual) || !numeral.test(expected)) return false;
  return Math.abs(Number(actual) - Number(expected)) <= tolerance(actual, expected);
}

function tolerance(actual: string, expected: string): number {
  if (wholeNumeral.test(expected)) {
    return wholeNumeral.test(actual) ? 0 : 1e-6 * Math.max(1, Math.abs(Number(expected)));
  }
  const [, decimals = '', exponent = '0'] = numeral.exec(expected) ?? [];
  const lastDigit = 10 ** (Number(exponent) - decimals.length);
  // Slightly more than half a unit, because the numbers are rounded to binary.
  return lastDigit * (0.5 + 1e-9);
}
