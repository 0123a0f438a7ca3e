import * as kernels from '../kernels/elementwise.ts';
import { gradient } from '../op.ts';
import { add, div, mul, neg, square, sub } from './arithmetic.ts';
import { unary, type UnaryOp } from './elementwise.ts';

export const exp: UnaryOp = unary('exp', {
  kernel: kernels.exp,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, y)),
});

export const log: UnaryOp = unary('log', {
  kernel: kernels.log,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, x)),
});

/** `e^x - 1`, exact for small x too. */
export const expm1: UnaryOp = unary('expm1', {
  kernel: kernels.expm1,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, add(y, 1))),
});

/** `log(1 + x)`, exact for small x too. */
export const log1p: UnaryOp = unary('log1p', {
  kernel: kernels.log1p,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, add(x, 1))),
});

export const sin: UnaryOp = unary('sin', {
  kernel: kernels.sin,
  result: 'float',
  gradient: gradient([0], (g, [x]) => mul(g, cos(x))),
});

export const cos: UnaryOp = unary('cos', {
  kernel: kernels.cos,
  result: 'float',
  gradient: gradient([0], (g, [x]) => neg(mul(g, sin(x)))),
});

export const tan: UnaryOp = unary('tan', {
  kernel: kernels.tan,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, add(square(y), 1))),
});

export const tanh: UnaryOp = unary('tanh', {
  kernel: kernels.tanh,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, sub(1, square(y)))),
});

/** `1 / (1 + e^-x)`. */
export const sigmoid: UnaryOp = unary('sigmoid', {
  kernel: kernels.sigmoid,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, mul(y, sub(1, y)))),
});

/** `2/√π · ∫₀ˣ e^-t² dt`. */
export const erf: UnaryOp = unary('erf', {
  kernel: kernels.erf,
  result: 'float',
  gradient: gradient([0], (g, [x]) => mul(mul(g, TWO_OVER_ROOT_PI), exp(neg(square(x))))),
});

const TWO_OVER_ROOT_PI = 1.1283791670955126;
