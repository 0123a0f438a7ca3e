/** The parts of a finite float in decimal notation, so that all numbers of a tensor can be aligned. */
interface Decimal {
  /** The sign and the digits before the point. */
  readonly whole: string;
  /** The digits after the point, without trailing zeros. */
  readonly decimals: string;
  /** The power of ten; null in positional notation. */
  readonly exponent: number | null;
}

/** The options for the numbers of one tensor. */
interface Notation {
  readonly isFloat32: boolean;
  /** The maximum number of decimals. */
  readonly precision: number;
}

/**
 * Formats floats as NumPy does in a list: all in positional or all in scientific notation, with the same number of decimals. That is the
 * largest number that any of them needs, and at most `precision`; a float needs the fewest decimals that identify it in its dtype.
 *
 * Unlike in NumPy, tensors of whole numbers have no decimal point, and below 1e8 no scientific notation: JavaScript does not
 * distinguish 2 from 2.0, and such numbers would usually be integers in NumPy.
 */
export function floatWords(values: readonly number[], notation: Notation): string[] {
  const take = isScientific(values, notation.isFloat32) ? scientific : positional;
  const taken = values.map((x) => (Number.isFinite(x) ? take(x, notation) : null));
  let [places, digits] = [0, 2];
  for (const decimal of taken) {
    places = Math.max(places, decimal?.decimals.length ?? 0);
    digits = Math.max(digits, String(Math.abs(decimal?.exponent ?? 0)).length);
  }
  return taken.map((decimal, index) => {
    if (decimal === null) return String(values[index]);
    const { whole, decimals, exponent } = decimal;
    const point = places === 0 ? '' : '.';
    const power =
      exponent === null ? '' : `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(digits, '0')}`;
    return `${whole}${point}${decimals.padEnd(places, '0')}${power}`;
  });
}

/**
 * Whether to use scientific notation, by NumPy's rule: for large numbers, small numbers, or a large ratio of the two, in the
 * precision of the dtype.
 */
function isScientific(values: readonly number[], isFloat32: boolean): boolean {
  const round = isFloat32 ? Math.fround : Number;
  let [smallest, largest] = [Infinity, 0];
  for (const x of values) {
    const size = Math.abs(x);
    if (size === 0 || !Number.isFinite(size)) continue;
    smallest = Math.min(smallest, size);
    largest = Math.max(largest, size);
  }
  if (largest >= 1e8) return true;
  const isWhole = values.every((x) => Number.isInteger(x) || !Number.isFinite(x));
  return !isWhole && (smallest < round(1e-4) || round(largest / smallest) > 1000);
}

function positional(x: number, { isFloat32, precision }: Notation): Decimal {
  const size = Math.abs(x);
  let text = evenAtHalf(size.toFixed(precision), size, precision);
  if (tells(text, size, isFloat32)) text = String(Number.isInteger(size) ? size : shortest(size, isFloat32));
  const [whole = '', decimals = ''] = text.split('.');
  return { whole: signOf(x) + whole, decimals: decimals.replace(/0+$/, ''), exponent: null };
}

function scientific(x: number, { isFloat32, precision }: Notation): Decimal {
  const size = Math.abs(x);
  let text = exponential(size, precision);
  if (tells(text, size, isFloat32)) text = shortest(size, isFloat32).toExponential();
  const [mantissa = '', exponent = ''] = text.split('e');
  const [whole = '', decimals = ''] = mantissa.split('.');
  return { whole: signOf(x) + whole, decimals: decimals.replace(/0+$/, ''), exponent: Number(exponent) };
}

function signOf(x: number): string {
  return x < 0 || Object.is(x, -0) ? '-' : '';
}

/** Whether a decimal identifies `x` among all floats of its dtype. */
function tells(decimal: string, x: number, isFloat32: boolean): boolean {
  return (isFloat32 ? Math.fround(Number(decimal)) : Number(decimal)) === x;
}

/**
 * The number that JavaScript prints with just the digits that identify `x` among the floats of its dtype. For float32 these are the
 * fewest digits of the decimals nearest to `x`, which at some powers of two is one more than the shortest.
 */
function shortest(x: number, isFloat32: boolean): number {
  if (!isFloat32) return x;
  // float32 represents any 6 digits, except for denormals; 9 digits identify every float32.
  for (let decimals = x < 2 ** -126 ? 0 : 5; decimals < 8; decimals++) {
    const decimal = exponential(x, decimals);
    if (tells(decimal, x, isFloat32)) return Number(decimal);
  }
  return Number(exponential(x, 8));
}

/** `x` in scientific notation, rounded to `decimals` decimals. */
function exponential(x: number, decimals: number): string {
  const [mantissa = '', exponent = ''] = x.toExponential(decimals).split('e');
  return `${evenAtHalf(mantissa, x, decimals - Number(exponent))}e${exponent}`;
}

/** Corrects toFixed and toExponential, which round an exact half up, to round half to even, as IEEE 754 and NumPy do. */
function evenAtHalf(rounded: string, x: number, places: number): string {
  const last = Number(rounded.at(-1));
  return last % 2 === 1 && isHalf(x, places) ? `${rounded.slice(0, -1)}${last - 1}` : rounded;
}

/** Whether `x` is exactly halfway between two decimals with `places` places; negative places are tens, hundreds and so on. */
function isHalf(x: number, places: number): boolean {
  // (n + 1/2) / 10^places is a binary fraction only if it is an odd multiple of 2^-(places + 1).
  if (places >= 0) return (x * 2 ** (places + 1)) % 2 === 1;
  const unit = Number(`1e${-places}`);
  return x % unit === unit / 2;
}
