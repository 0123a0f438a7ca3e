import { apply, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/elementwise.ts';
import { add, div, maximum, minimum, mul, neg, reciprocal, rsqrt, square, sub } from './arithmetic.ts';
import { binary, type BinaryOp, unary, type UnaryOp } from './define-elementwise.ts';
import { eq, ge, gt, isFinite, logicalAnd, logicalNot, where } from './logic.ts';

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

/** The logarithm to base 2: its derivative is `1 / (x ln 2)`. */
export const log2: UnaryOp = unary('log2', {
  kernel: kernels.log2,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, mul(x, Math.LN2))),
});

/** The logarithm to base 10: its derivative is `1 / (x ln 10)`. */
export const log10: UnaryOp = unary('log10', {
  kernel: kernels.log10,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, mul(x, Math.LN10))),
});

/** `a` to the power of `b`. Throws a RangeError for a negative power of integers. */
export const pow: BinaryOp = binary('pow', {
  kernel: kernels.pow,
  gradients: [
    gradient([0, 1], (g, [a, b]) => {
      // b · a^(b - 1) first: where the power is 0, g · b may overflow, and 0 · ∞ is NaN.
      const slope = (base: Tensor): Tensor => mul(g, mul(b, pow(base, sub(b, 1))));
      if (b.size === 1 && b.item() !== 0) return slope(a);
      // a⁰ is 1 for every a, even if a⁻¹ or ln a is infinite or NaN: these values must not enter this gradient or its own gradient.
      const inverse = reciprocal(a);
      const isLevel = logicalAnd(eq(b, 0), logicalNot(logicalAnd(gt(inverse, 0), isFinite(inverse))));
      return where(isLevel, 0, slope(where(isLevel, 1, a)));
    }),
    gradient([0, 1, 'output'], (g, [a, b, y]) => {
      // 0 to a non-negative power is treated as constant, although ln 0 is infinite: ln 1 is 0.
      const isLevel = logicalAnd(eq(a, 0), ge(b, 0));
      return mul(g, mul(y, log(where(isLevel, 1, a))));
    }),
  ],
});

/** `log(e^a + e^b)`, without overflow; the derivative by a is `e^a / (e^a + e^b) = sigmoid(a - b)`. */
export const logaddexp: BinaryOp = binary('logaddexp', {
  kernel: kernels.logaddexp,
  result: 'float',
  gradients: [
    gradient([0, 1], (g, [a, b]) => mul(g, sigmoid(lead(a, b)))),
    gradient([0, 1], (g, [a, b]) => mul(g, sigmoid(lead(b, a)))),
  ],
});

/** `a - b`; 0 for equal infinities, which share the gradient as other equals do. */
function lead(a: Tensor, b: Tensor): Tensor {
  return where(logicalAnd(eq(a, b), logicalNot(isFinite(a))), 0, sub(a, b));
}

/** The angle of the point (x, y) with the x axis, for `atan2(y, x)`: the derivatives are x / (x² + y²) and -y / (x² + y²). */
export const atan2: BinaryOp = binary('atan2', {
  kernel: kernels.atan2,
  result: 'float',
  gradients: [
    gradient([0, 1], (g, [y, x]) => mul(g, div(x, add(square(x), square(y))))),
    gradient([0, 1], (g, [y, x]) => neg(mul(g, div(y, add(square(x), square(y)))))),
  ],
});

/** The derivative is `1 / (1 + x²)`. */
export const atan: UnaryOp = unary('atan', {
  kernel: kernels.atan,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, add(mul(x, x), 1))),
});

/** The derivative is `1 / √(1 - x²)`. */
export const asin: UnaryOp = unary('asin', {
  kernel: kernels.asin,
  result: 'float',
  gradient: gradient([0], (g, [x]) => mul(g, arcSlope(x))),
});

/** The derivative is `-1 / √(1 - x²)`. */
export const acos: UnaryOp = unary('acos', {
  kernel: kernels.acos,
  result: 'float',
  gradient: gradient([0], (g, [x]) => neg(mul(g, arcSlope(x)))),
});

const arcSlopeRule: OpRule<readonly [Tensor], undefined> = {
  name: 'the slope of asin',
  // 1 - x² as a product, for which near ±1 no digits cancel.
  forward: ([x]) => rsqrt(mul(sub(1, x), add(x, 1))),
  gradients: [gradient([0, 'output'], (g, [x, y]) => mul(g, mul(x, mul(y, square(y)))))],
};

/** `1 / √(1 - x²)`. */
function arcSlope(x: Tensor): Tensor {
  return apply(arcSlopeRule, [x], undefined);
}

export const sinh: UnaryOp = unary('sinh', {
  kernel: kernels.sinh,
  result: 'float',
  gradient: gradient([0], (g, [x]) => mul(g, cosh(x))),
});

export const cosh: UnaryOp = unary('cosh', {
  kernel: kernels.cosh,
  result: 'float',
  gradient: gradient([0], (g, [x]) => mul(g, sinh(x))),
});

/** `e^x - 1`, accurate for small x. */
export const expm1: UnaryOp = unary('expm1', {
  kernel: kernels.expm1,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, add(y, 1))),
});

/** `log(1 + x)`, accurate for small x. */
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
  gradient: gradient([0], (g, [x]) => mul(mul(g, TWO_OVER_ROOT_PI), exp(neg(square(bounded(x)))))),
});

/** `x` limited to ±1000, where `e^-x²`, `1 - erf` and `1 - sigmoid` are 0 already: at infinity they would meet it as 0 · ∞, NaN. */
export function bounded(x: Tensor): Tensor {
  return minimum(maximum(x, -1000), 1000); // not clip, whose gradient at NaN is 0
}

const TWO_OVER_ROOT_PI = 1.1283791670955126;
