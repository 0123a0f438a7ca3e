/** A finite float in decimal, taken apart so that a column of them can be brought to one form. */
interface Decimal {
  /** The sign and the digits before the point. */
  readonly whole: string;
  /** The digits after the point, without zeros at the end. */
  readonly decimals: string;
  /** The power of ten; null in positional notation. */
  readonly exponent: number | null;
}

/** How the numbers of one tensor are written. */
interface Notation {
  readonly isFloat32: boolean;
  /** How many decimals there are at most. */
  readonly precision: number;
}

/**
 * Floats as NumPy writes them side by side: all in positional or all in scientific notation, with as many decimals as the one
 * that needs most, and at most `precision`. A float needs the fewest that tell it from all others of its dtype.
 *
 * Other than in NumPy, whole numbers have no point, and below 1e8 are never written in scientific notation: JavaScript
 * does not tell 2 from 2.0, and NumPy would have made an integer of it.
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

/** NumPy's rule: where there are large numbers, or small ones, or both of different size. In the precision of the dtype. */
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

/** Whether a decimal tells `x` from all other floats of its dtype. */
function tells(decimal: string, x: number, isFloat32: boolean): boolean {
  return (isFloat32 ? Math.fround(Number(decimal)) : Number(decimal)) === x;
}

/**
 * The number of which JavaScript prints the digits that tell `x` from all other floats of its dtype, and no more: for float32 the
 * fewest of those nearest to `x`, as which one more is taken at some powers of two.
 */
function shortest(x: number, isFloat32: boolean): number {
  if (!isFloat32) return x;
  // float32 holds any 6 digits, down to where its precision fades; 9 tell any two apart.
  for (let decimals = x < 2 ** -126 ? 0 : 5; decimals < 8; decimals++) {
    const decimal = exponential(x, decimals);
    if (tells(decimal, x, isFloat32)) return Number(decimal);
  }
  return Number(exponential(x, 8));
}

/** In scientific notation, rounded to so many decimals. */
function exponential(x: number, decimals: number): string {
  const [mantissa = '', exponent = ''] = x.toExponential(decimals).split('e');
  return `${evenAtHalf(mantissa, x, decimals - Number(exponent))}e${exponent}`;
}

/** What toFixed and toExponential round up at an exact half: the neighbour that ends even, as IEEE 754 and NumPy round. */
function evenAtHalf(rounded: string, x: number, places: number): string {
  const last = Number(rounded.at(-1));
  return last % 2 === 1 && isHalf(x, places) ? `${rounded.slice(0, -1)}${last - 1}` : rounded;
}

/** Whether `x` lies exactly between two neighbouring decimals of so many places: tens, hundreds, … where that is negative. */
function isHalf(x: number, places: number): boolean {
  // (n + 1/2) / 10^places is a binary fraction only as an odd number of 2^-(places + 1).
  if (places >= 0) return (x * 2 ** (places + 1)) % 2 === 1;
  const unit = Number(`1e${-places}`);
  return x % unit === unit / 2;
}
