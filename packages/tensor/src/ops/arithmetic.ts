import { checkNumber, checkOptions } from '../array/arguments.ts';
import { checkFloat, isFloat, promote, toElement } from '../array/dtype.ts';
import { apply, gradient, type OpRule } from '../graph/apply.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { type BinaryKernel } from '../kernels/elementwise.ts';
import * as kernels from '../kernels/elementwise.ts';
import { to } from './copy.ts';
import {
  binary,
  type BinaryOp,
  type Comparison,
  flat,
  type Operand,
  toTensors,
  unary,
  type UnaryOp,
  unaryWith,
} from './define-elementwise.ts';
import { eq, ge, gt, le, logicalAnd, lt, where } from './logic.ts';

export const add: BinaryOp = binary('add', {
  kernel: kernels.add,
  ofBools: kernels.logicalOr,
  gradients: [gradient([], (g) => g), gradient([], (g) => g)],
});

export const sub: BinaryOp = binary('sub', {
  kernel: kernels.sub,
  gradients: [gradient([], (g) => g), gradient([], (g) => neg(g))],
});

export const mul: BinaryOp = binary('mul', {
  kernel: kernels.mul,
  ofBools: kernels.logicalAnd,
  gradients: [gradient([1], (g, [b]) => mul(g, b)), gradient([0], (g, [a]) => mul(g, a))],
});

export const div: BinaryOp = binary('div', {
  kernel: kernels.div,
  result: 'float',
  gradients: [gradient([1], (g, [b]) => div(g, b)), gradient([0, 1], (g, [a, b]) => neg(mul(g, div(div(a, b), b))))],
});

/** A quotient that is rounded to a whole number: integers stay integers. */
const quotient = (name: string, kernel: BinaryKernel): BinaryOp => binary(name, { kernel, gradients: [flat, flat] });

/** `a / b`, rounded down. */
export const floorDivide: BinaryOp = quotient('floorDivide', kernels.floorDivide);

/** `div` by its rounding modes. */
export const roundedDiv: { readonly floor: BinaryOp; readonly trunc: BinaryOp } = {
  floor: quotient('div', kernels.floorDivide),
  trunc: quotient('div', kernels.truncDivide),
};

/** The rest of `a / b` rounded down, `a - b ⌊a / b⌋`: it has the sign of `b`. */
export const remainder: BinaryOp = binary('remainder', {
  kernel: kernels.remainder,
  gradients: [gradient([], (g) => g), gradient([0, 1], (g, [a, b]) => neg(mul(g, floorDivide(a, b))))],
});

/** The rest of `a / b` rounded toward 0: it has the sign of `a`. */
export const fmod: BinaryOp = binary('fmod', {
  kernel: kernels.fmod,
  gradients: [gradient([], (g) => g), gradient([0, 1], (g, [a, b]) => neg(mul(g, roundedDiv.trunc(a, b))))],
});

const lerpRule: OpRule<readonly [Tensor, Tensor, Tensor], undefined> = {
  name: 'lerp',
  forward([a, b, weight]) {
    const distance = sub(b, a);
    // From the nearer end, so that both ends are exact.
    return where(lt(abs(weight), 0.5), add(a, mul(distance, weight)), sub(b, mul(distance, sub(1, weight))));
  },
  gradients: [
    gradient([2], (g, [weight]) => mul(g, sub(1, weight))),
    gradient([2], (g, [weight]) => mul(g, weight)),
    gradient([0, 1], (g, [a, b]) => mul(g, sub(b, a))),
  ],
};

/** `a + weight · (b - a)`: from `a` at weight 0 to `b` at weight 1. Throws a DTypeError for integers and bools. */
export function lerp(a: Tensor, b: Operand, weight: Operand): Tensor {
  const [start, end] = toTensors('lerp', a, b);
  const [, by] = toTensors('lerp', a, weight);
  checkFloat('lerp', promote(start, end));
  return apply(lerpRule, [start, end, by], undefined);
}

/** The larger of each pair, NaN where either is NaN; equal elements share the gradient. */
export const maximum: BinaryOp = binary('maximum', {
  kernel: kernels.maximum,
  ofBools: kernels.logicalOr,
  gradients: [
    gradient([0, 1], (g, [a, b]) => where(eq(a, b), div(g, 2), where(lt(a, b), 0, g))),
    gradient([0, 1], (g, [a, b]) => where(eq(a, b), div(g, 2), where(lt(b, a), 0, g))),
  ],
});

/** The smaller of each pair, NaN where either is NaN; equal elements share the gradient. */
export const minimum: BinaryOp = binary('minimum', {
  kernel: kernels.minimum,
  ofBools: kernels.logicalAnd,
  gradients: [
    gradient([0, 1], (g, [a, b]) => where(eq(a, b), div(g, 2), where(gt(a, b), 0, g))),
    gradient([0, 1], (g, [a, b]) => where(eq(a, b), div(g, 2), where(gt(b, a), 0, g))),
  ],
});

export const neg: UnaryOp = unary('neg', {
  kernel: kernels.neg,
  gradient: gradient([], (g) => neg(g)),
});

export const abs: UnaryOp = unary('abs', {
  kernel: kernels.abs,
  gradient: gradient([0], (g, [x]) => mul(g, sign(x))),
});

export const sign: UnaryOp = unary('sign', { kernel: kernels.sign, ofBools: 'bool', gradient: flat });

export const floor: UnaryOp = unary('floor', { kernel: kernels.floor, gradient: flat });

export const ceil: UnaryOp = unary('ceil', { kernel: kernels.ceil, gradient: flat });

/** The whole part: rounded toward 0. */
export const trunc: UnaryOp = unary('trunc', { kernel: kernels.trunc, gradient: flat });

/** Rounds to the nearest whole number, halves to the even one. */
export const round: UnaryOp = unary('round', { kernel: kernels.round, gradient: flat });

/** The options of `round`. */
export interface RoundOptions {
  /** The number of digits after the decimal point, or before it if negative; 0 by default. */
  readonly decimals?: number | undefined;
}

/** `round` to a number of digits. Throws a DTypeError for integers, as PyTorch does, unless `decimals` is 0. */
export function roundTo(x: Tensor, options: RoundOptions): Tensor {
  checkOptions('round', options, ['decimals']);
  const { decimals = 0 } = options;
  if (!Number.isSafeInteger(decimals) || Math.abs(decimals) > 300) {
    throw new RangeError(`round: decimals must be an integer from -300 to 300, got ${decimals}`);
  }
  if (decimals === 0) return round(x);
  checkFloat('round', x.dtype);
  const power = Number(`1e${Math.abs(decimals)}`); // a constant of the language: 10 ** decimals may differ between engines
  return decimals > 0 ? div(round(mul(x, power)), power) : mul(round(div(x, power)), power);
}

export const square: UnaryOp = unary('square', {
  kernel: kernels.square,
  ofBools: 'int32',
  gradient: gradient([0], (g, [x]) => mul(g, mul(x, 2))),
});

export const reciprocal: UnaryOp = unary('reciprocal', {
  kernel: kernels.reciprocal,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => neg(mul(g, square(y)))),
});

export const rsqrt: UnaryOp = unary('rsqrt', {
  kernel: kernels.rsqrt,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(mul(g, -0.5), mul(y, square(y)))),
});

export const sqrt: UnaryOp = unary('sqrt', {
  kernel: kernels.sqrt,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => div(g, mul(y, 2))),
});

const clipped = unaryWith<{ readonly min: number; readonly max: number }>('clip', {
  kernel: kernels.clip,
  ofBools: 'int32',
  gradient: gradient([0], (g, [x], { min, max }) => where(logicalAnd(ge(x, min), le(x, max)), g, 0)),
});

/** A tensor as a bound: x has the gradient where it is within, inclusive, and the bound where x is beyond. */
const bound = (kernel: BinaryKernel, isWithin: Comparison, isBeyond: Comparison): BinaryOp =>
  binary('clip', {
    kernel,
    gradients: [
      gradient([0, 1], (g, [x, by]) => where(isWithin(x, by), g, 0)),
      gradient([0, 1], (g, [x, by]) => where(isBeyond(x, by), g, 0)),
    ],
  });

const lowerBound = bound(kernels.maximum, ge, lt);
const upperBound = bound(kernels.minimum, le, gt);

/**
 * Limits elements to [`min`, `max`]; the gradient passes within the bounds, inclusive, and goes to a tensor that is the bound outside.
 * Integers with a fractional bound give float32. Throws a TypeError without bounds.
 */
export function clip(x: Tensor, min?: Operand, max?: Operand, op = 'clip'): Tensor {
  if (min === undefined && max === undefined) {
    throw new TypeError(`${op}: takes min, max or both, as in ${op}(0, 1)`);
  }
  if (isTensor(min) || isTensor(max)) {
    const raised = min === undefined ? x : lowerBound(x, min);
    return max === undefined ? raised : upperBound(raised, max);
  }
  const bounds = { min: min ?? -Infinity, max: max ?? Infinity };
  checkNumber(op, 'min', bounds.min);
  checkNumber(op, 'max', bounds.max);
  const given = Object.values(bounds).filter((bound) => Math.abs(bound) !== Infinity);
  const isFraction = given.some((bound) => !Number.isInteger(bound) && !Number.isNaN(bound));
  const cut = isFraction && !isFloat(x.dtype) ? to(x, 'float32') : x;
  for (const bound of given) toElement(op, cut.dtype, bound);
  return clipped(cut, bounds);
}
