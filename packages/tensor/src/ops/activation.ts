import { checkNumber } from '../array/arguments.ts';
import { resolveAxis } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { apply, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/elementwise.ts';
import { type Grid } from '../kernels/operands.ts';
import * as softmaxKernels from '../kernels/softmax.ts';
import { add, clip, div, mul, neg, square, sub } from './arithmetic.ts';
import { denseStorage, toFloat } from './copy.ts';
import { gridsOf, unary, type UnaryOp, unaryWith } from './define-elementwise.ts';
import { erf, exp, log, sigmoid } from './functions.ts';
import { gt, le, where } from './logic.ts';
import { peak, sum } from './reduce.ts';

/** `max(x, 0)`. The gradient is selected and not multiplied by a mask, because 0 · ∞ is NaN; at NaN it passes through. */
export const relu: UnaryOp = unary('relu', {
  kernel: kernels.relu,
  gradient: gradient(['output'], (g, [y]) => reluGradient(y, g)),
});

const reluGradientRule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'reluGradient',
  forward([y, g]) {
    const out = emptyOf(g.dtype, g.shape);
    const { grids, rows, columns } = gridsOf([y, g], g.shape);
    const [first, second] = grids as [Grid, Grid];
    kernels.reluGradient(first, second, out.storage, rows, columns);
    return out;
  },
  gradients: [null, gradient([0], (h, [y]) => reluGradient(y, h))],
};

/** `y <= 0 ? 0 : g` */
function reluGradient(y: Tensor, g: Tensor): Tensor {
  return apply(reluGradientRule, [y, g], undefined);
}

const leakyReluRule: OpRule<readonly [Tensor], number> = {
  name: 'leakyRelu',
  forward: ([x], slope) => where(gt(x, 0), x, mul(x, slope)),
  gradients: [gradient([0], (g, [x], slope) => where(gt(x, 0), g, mul(g, slope)))],
};

/** `x` where it is positive, else `slope · x`; integers and bools give float32. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkNumber('leakyRelu', 'the slope', slope);
  return apply(leakyReluRule, [toFloat(x)], slope);
}

const eluOp = unaryWith<{ readonly alpha: number }>('elu', {
  kernel: kernels.elu,
  result: 'float',
  // α e^x below 0, else 1; the exponential must not overflow where it is not selected.
  gradient: gradient([0], (g, [x], { alpha }) => mul(g, where(le(x, 0), mul(exp(clip(x, -Infinity, 0)), alpha), 1))),
});

/**
 * `x` where it is positive, else `alpha · (e^x - 1)`.
 * @see D.-A. Clevert, T. Unterthiner, S. Hochreiter, Exponential Linear Units (2016), https://arxiv.org/abs/1511.07289
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  checkNumber('elu', 'alpha', alpha);
  return eluOp(x, { alpha });
}

/**
 * `x · Φ(x)`, where Φ is the cumulative distribution function of the standard normal distribution.
 * @see D. Hendrycks, K. Gimpel, Gaussian Error Linear Units (2016), https://arxiv.org/abs/1606.08415
 */
export const gelu: UnaryOp = unary('gelu', {
  kernel: kernels.gelu,
  result: 'float',
  // Φ(x) + x φ(x)
  gradient: gradient([0], (g, [x]) => {
    const cumulative = mul(add(erf(mul(x, 0.7071067811865476)), 1), 0.5);
    const density = mul(exp(mul(square(x), -0.5)), 0.3989422804014327); // 1 / √(2π)
    return mul(g, add(cumulative, mul(x, density)));
  }),
});

const siluRule: OpRule<readonly [Tensor], undefined> = {
  name: 'silu',
  forward: ([x]) => mul(x, sigmoid(x)),
  // s + x s (1 - s) cannot overflow: s or 1 - s is 0 before x is large.
  gradients: [
    gradient([0], (g, [x]) => {
      const s = sigmoid(x);
      return mul(g, mul(s, add(mul(x, sub(1, s)), 1)));
    }),
  ],
};

/** `x · sigmoid(x)`, also called swish. */
export function silu(x: Tensor): Tensor {
  return apply(siluRule, [x], undefined);
}

/** `log(1 + e^x)`; `x` itself above 20, as in PyTorch. */
export const softplus: UnaryOp = unary('softplus', {
  kernel: kernels.softplus,
  result: 'float',
  gradient: gradient([0], (g, [x]) => where(gt(x, 20), g, mul(g, sigmoid(x)))),
});

const softmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'softmax',
  forward([x], axis) {
    const fast = ofRows(x, axis, (out, n) => softmaxKernels.softmax(denseStorage(x), out, n));
    if (fast !== null) return fast;
    const e = exp(sub(x, peak(x, axis)));
    return div(e, along(e, axis));
  },
  gradients: [gradient(['output'], (g, [y], axis) => softmaxGradient(y, g, axis))],
};

/** `e^x / Σ e^x` along an axis, stable for large inputs; integers and bools give float32. */
export function softmax(x: Tensor, axis: number): Tensor {
  return apply(softmaxRule, [toFloat(x)], resolveAxis('softmax', axis, x.ndim));
}

const softmaxGradientRule: OpRule<readonly [Tensor, Tensor], number> = {
  name: 'softmaxGradient',
  forward([y, g], axis) {
    const fast = ofRows(y, axis, (out, n) => softmaxKernels.softmaxGradient(denseStorage(y), denseStorage(g), out, n));
    if (fast !== null) return fast;
    return mul(y, sub(g, along(mul(g, y), axis)));
  },
  gradients: [
    gradient([0, 1], (h, [y, g], axis) => sub(mul(h, sub(g, along(mul(g, y), axis))), mul(g, along(mul(h, y), axis)))),
    gradient([0], (h, [y], axis) => softmaxGradient(y, h, axis)),
  ],
};

/** `y (g - Σ g y)` along an axis: the gradient of softmax, from its result y. */
export function softmaxGradient(y: Tensor, g: Tensor, axis: number): Tensor {
  return apply(softmaxGradientRule, [y, g], axis);
}

const logSoftmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'logSoftmax',
  // y = z - log sum exp z with z = x - max x: the largest exponential is 1, so nothing overflows.
  forward([x], axis) {
    const fast = ofRows(x, axis, (out, n) => softmaxKernels.logSoftmax(denseStorage(x), out, n));
    if (fast !== null) return fast;
    const z = sub(x, peak(x, axis));
    return sub(z, log(along(exp(z), axis)));
  },
  gradients: [gradient(['output'], (g, [y], axis) => apply(logSoftmaxGradientRule, [y, g], axis))],
};

/** `g - e^y Σ g` */
const logSoftmaxGradientRule: OpRule<readonly [Tensor, Tensor], number> = {
  name: 'logSoftmaxGradient',
  forward([y, g], axis) {
    const fast = ofRows(y, axis, (out, n) =>
      softmaxKernels.logSoftmaxGradient(denseStorage(y), denseStorage(g), out, n),
    );
    if (fast !== null) return fast;
    return sub(g, mul(exp(y), along(g, axis)));
  },
  gradients: [
    gradient([0, 1], (h, [y, g], axis) => neg(mul(mul(h, exp(y)), along(g, axis)))),
    gradient([0], (h, [y], axis) => sub(h, along(mul(h, exp(y)), axis))),
  ],
};

/** The logarithm of softmax along an axis, stable for large inputs; integers and bools give float32. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  return apply(logSoftmaxRule, [toFloat(x)], resolveAxis('logSoftmax', axis, x.ndim));
}

/** The sum along an axis, which is kept with size 1. */
function along(x: Tensor, axis: number): Tensor {
  return sum(x, axis, { keepdims: true });
}

/** Computes a tensor like `x` with a kernel for rows of n elements; null unless the axis is the last one and a kernel supports it. */
function ofRows(x: Tensor, axis: number, kernel: (out: Storage, n: number) => boolean): Tensor | null {
  if (axis !== x.ndim - 1 || x.dtype !== 'float32') return null;
  const out = emptyOf(x.dtype, x.shape);
  return kernel(out.storage, x.shape[axis] ?? 1) ? out : null;
}
