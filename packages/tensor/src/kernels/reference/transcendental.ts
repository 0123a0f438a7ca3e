/**
 * The transcendental functions in double precision, within 1 ulp of the true value over the whole range of doubles. They
 * are made of additions, multiplications and divisions alone: IEEE 754 fixes those to the bit and leaves `Math.exp` and its
 * like to each engine, so that a seeded run on two engines would drift apart.
 *
 * All reduce the argument to a small range and sum a series there, keeping what the last steps round off in a second number.
 * @see J.-M. Muller, Elementary Functions: Algorithms and Implementation, 3rd ed., chapter 11 (range reduction)
 */
export { atan2 } from './transcendental/arctangent.ts';
export { erf, normalCdf } from './transcendental/error-function.ts';
export { exp, expm1, sigmoid, tanh } from './transcendental/exponential.ts';
export { log, log10, log1p, log2, softplus } from './transcendental/logarithm.ts';
export { pow } from './transcendental/power.ts';
export { cos, sin, tan } from './transcendental/trigonometric.ts';
