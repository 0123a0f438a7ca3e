import { checkNumber, checkOptions, describe } from '../array/arguments.ts';
import { resolveAxis } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { apply, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/elementwise.ts';
import * as geluKernels from '../kernels/gelu.ts';
import { type Grid } from '../kernels/operands.ts';
import * as softmaxKernels from '../kernels/softmax.ts';
import { add, clip, div, mul, neg, square, sub } from './arithmetic.ts';
import { denseStorage, to, toFloat } from './copy.ts';
import { flat, gridsOf, unary, type UnaryOp, unaryWith } from './define-elementwise.ts';
import { bounded, erf, exp, log, sigmoid } from './functions.ts';
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
  gradients: [flat, gradient([0], (h, [y]) => reluGradient(y, h))],
};

/** `y <= 0 ? 0 : g` */
function reluGradient(y: Tensor, g: Tensor): Tensor {
  return apply(reluGradientRule, [y, g], undefined);
}

const leakyReluRule: OpRule<readonly [Tensor], number> = {
  name: 'leakyRelu',
  forward: ([x], slope) => where(gt(x, 0), x, mul(x, slope)),
  gradients: [gradient([0], (g, [x], slope) => apply(leakyReluGradientRule, [x, g], slope))],
};

const leakyReluGradientRule: OpRule<readonly [Tensor, Tensor], number> = {
  name: 'leakyReluGradient',
  forward: ([x, g], slope) => where(gt(x, 0), g, mul(g, slope)),
  gradients: [flat, gradient([0], (h, [x], slope) => apply(leakyReluGradientRule, [x, h], slope))],
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

/** The options of `gelu`. */
export interface GeluOptions {
  /** `'tanh'` for the approximation `x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, as in GPT-2; `'none'` by default. */
  readonly approximate?: 'none' | 'tanh' | undefined;
}

/**
 * `x · Φ(x)`, where Φ is the cumulative distribution function of the standard normal distribution; or its approximation by tanh.
 * Throws a RangeError for any other approximation.
 * @see D. Hendrycks, K. Gimpel, Gaussian Error Linear Units (2016), https://arxiv.org/abs/1606.08415
 */
export function gelu(x: Tensor, options?: GeluOptions): Tensor {
  if (options === undefined) return exactGelu(x);
  checkOptions('gelu', options, ['approximate']);
  const { approximate = 'none' }: { approximate?: unknown } = options;
  if (approximate === 'none') return exactGelu(x);
  if (approximate === 'tanh') return apply(tanhGeluRule, [x], undefined);
  throw new RangeError(`gelu: approximate must be 'none' or 'tanh', got ${describe(approximate)}`);
}

const exactGelu = unary('gelu', {
  kernel: kernels.gelu,
  result: 'float',
  // Φ(x) + x φ(x)
  gradient: gradient([0], (g, [x]) => {
    const fast = fusedGradient(x, g);
    if (fast !== null) return fast;
    const cumulative = mul(add(erf(mul(x, 0.7071067811865476)), 1), 0.5);
    const near = bounded(x);
    const density = mul(exp(mul(square(near), -0.5)), 0.3989422804014327); // 1 / √(2π)
    return mul(g, add(cumulative, mul(near, density)));
  }),
});

/** The gradient by one kernel; null where none supports the operands, or the operations are to be recorded, for a second gradient. */
function fusedGradient(x: Tensor, g: Tensor): Tensor | null {
  if (x.requiresGrad || g.requiresGrad || x.dtype !== 'float32' || g.dtype !== 'float32') return null;
  const out = emptyOf(x.dtype, x.shape);
  return geluKernels.geluGradient(denseStorage(x), denseStorage(g), out.storage) ? out : null;
}

const TWO_ROOT_TWO_OVER_PI = 1.5957691216057308; // 2 √(2/π)

// (1 + tanh u) / 2 is sigmoid(2u), which is also accurate where tanh is near -1.
const tanhGeluRule: OpRule<readonly [Tensor], undefined> = {
  name: 'gelu',
  forward: ([x]) => gated(x, sigmoid(tanhArgument(x))),
  // s + x s (1 - s) v', where 1 - s = sigmoid(-v) is exact also where s rounds to 1
  gradients: [
    gradient([0], (g, [x]) => {
      const near = bounded(x);
      const v = tanhArgument(near);
      const slope = mul(add(mul(square(near), 3 * 0.044715), 1), TWO_ROOT_TWO_OVER_PI);
      return mul(g, mul(sigmoid(v), add(mul(mul(near, sigmoid(neg(v))), slope), 1)));
    }),
  ],
};

/** `v = 2 √(2/π) (x + 0.044715 x³)` */
function tanhArgument(x: Tensor): Tensor {
  return mul(mul(x, add(mul(square(x), 0.044715), 1)), TWO_ROOT_TWO_OVER_PI);
}

/** `x · gate`, for a gate from 0 to 1 that is 0 below -1000: -1000 stands for -∞, which it would turn into NaN. */
function gated(x: Tensor, gate: Tensor): Tensor {
  return mul(clip(to(x, gate.dtype), -1000), gate);
}

const siluRule: OpRule<readonly [Tensor], undefined> = {
  name: 'silu',
  forward: ([x]) => gated(x, sigmoid(x)),
  // s + x s (1 - s) cannot overflow: s or 1 - s is 0 before x is large.
  gradients: [
    gradient([0], (g, [x]) => {
      const s = sigmoid(x);
      return mul(g, mul(s, add(mul(bounded(x), sub(1, s)), 1)));
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
