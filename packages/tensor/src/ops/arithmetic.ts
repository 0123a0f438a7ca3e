import { checkNumber } from '../array/arguments.ts';
import { isFloat, toElement } from '../array/dtype.ts';
import { gradient } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/elementwise.ts';
import { to } from './copy.ts';
import { binary, type BinaryOp, flat, unary, type UnaryOp, unaryWith } from './define-elementwise.ts';
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

/** Limits elements to [`min`, `max`]; the gradient passes within the bounds, inclusive. Integers with a fractional bound give float32. Throws a TypeError without bounds. */
export function clip(x: Tensor, min?: number, max?: number, op = 'clip'): Tensor {
  if (min === undefined && max === undefined) {
    throw new TypeError(`${op}: takes min, max or both, as in ${op}(0, 1)`);
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
