import { tensor } from '@mg/tensor';
import { read, type TypedArray } from '@mg/tensor/internal';

/**
 * Numbers of the standard normal distribution between two bounds, for uniform ones in [0, 1): the distribution function maps the bounds to probabilities, and its
 * inverse maps those between them back. Exact to about 15 digits, unless both bounds lie more than 5 standard deviations out, on the same side.
 */
export function truncatedNormal(uniform: TypedArray, least: number, most: number): number[] {
  // In the lower tail, where probabilities are not rounded to 1.
  if (least > 0) return truncatedNormal(uniform, -most, -least).map((each) => -each);
  const bounds = tensor([least, most], { dtype: 'float64' });
  const [from = 0, to = 1] = read(bounds.div(Math.SQRT2).erf().add(1).mul(0.5));
  const shares = Array.from(uniform, (each) => Math.min(Math.max(from + (to - from) * each, 2 ** -60), 1 - 2 ** -53));
  const tails = tensor(
    shares.map((each) => Math.min(each, 1 - each)),
    { dtype: 'float64' },
  );
  const roots = read(tails.log().neg().sqrt());
  return shares.map((share, i) => quantile(share, roots[i] ?? NaN));
}

/** The inverse of the distribution function: `root` is √(−log p) for the smaller p of the probability and its complement. */
function quantile(share: number, root: number): number {
  const middle = share - 0.5;
  if (Math.abs(middle) <= 0.425) {
    const r = 0.180625 - middle * middle;
    return (middle * polynomial(centre[0], r)) / polynomial(centre[1], r);
  }
  const [[above, below], r] = root <= 5 ? [tail, root - 1.6] : [farTail, root - 5];
  return (Math.sign(middle) * polynomial(above, r)) / polynomial(below, r);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, each) => sum * x + each, 0);
}

type Quotient = readonly [above: readonly number[], below: readonly number[]];

// M. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution (1988), to 16 digits; each from the constant up.

const centre: Quotient = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561,
  ],
];

const tail: Quotient = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
];

const farTail: Quotient = [
  [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
];
