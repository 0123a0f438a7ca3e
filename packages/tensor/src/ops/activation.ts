import { checkNumber } from '../arguments.ts';
import * as kernels from '../kernels/elementwise.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { add, clip, div, mul, square, sub } from './arithmetic.ts';
import { unary, type UnaryOp, unaryWith } from './elementwise.ts';
import { erf, exp, log, sigmoid } from './functions.ts';
import { gt, le, where } from './logic.ts';
import { peak, sum } from './reduce.ts';

/** The gradient is selected, not multiplied by a mask: 0 times infinity would be NaN. At NaN it passes, as NaN does. */
export const relu: UnaryOp = unary('relu', {
  kernel: kernels.relu,
  gradient: gradient(['output'], (g, [y]) => where(le(y, 0), 0, g)),
});

const leakyReluRule: OpRule<readonly [Tensor], number> = {
  name: 'leakyRelu',
  forward: ([x], slope) => where(gt(x, 0), x, mul(x, slope)),
  gradients: [gradient([0], (g, [x], slope) => where(gt(x, 0), g, mul(g, slope)))],
};

/** `x` where it is positive, else `slope · x`. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkNumber('leakyRelu', 'the slope', slope);
  return apply(leakyReluRule, [x], slope);
}

const eluOp = unaryWith<{ readonly alpha: number }>('elu', {
  kernel: kernels.elu,
  result: 'float',
  // α e^x below 0, else 1; of what is not selected nothing must overflow.
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
 * `x · Φ(x)`, with the distribution function of the normal distribution.
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
  // s + x s (1 - s), where nothing overflows: s, or 1 - s, is 0 before x is large.
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

/** `log(1 + e^x)`; `x` itself where that is above 20, as in PyTorch. */
export const softplus: UnaryOp = unary('softplus', {
  kernel: kernels.softplus,
  result: 'float',
  gradient: gradient([0], (g, [x]) => where(gt(x, 20), g, mul(g, sigmoid(x)))),
});

const softmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'softmax',
  forward([x], axis) {
    const e = exp(sub(x, peak(x, axis)));
    return div(e, sum(e, axis, { keepdims: true }));
  },
  gradients: [gradient(['output'], (g, [y], axis) => mul(y, sub(g, sum(mul(g, y), axis, { keepdims: true }))))],
};

/** `e^x / Σ e^x` along an axis, stable for large inputs. */
export function softmax(x: Tensor, axis: number): Tensor {
  return apply(softmaxRule, [x], resolveAxis('softmax', axis, x.ndim));
}

const logSoftmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'logSoftmax',
  // y = z - log sum exp z with z = x - max x: the largest exponential is 1, and nothing overflows.
  forward([x], axis) {
    const z = sub(x, peak(x, axis));
    return sub(z, log(sum(exp(z), axis, { keepdims: true })));
  },
  gradients: [gradient(['output'], (g, [y], axis) => sub(g, mul(exp(y), sum(g, axis, { keepdims: true }))))],
};

/** The logarithm of softmax along an axis, stable for large inputs. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  return apply(logSoftmaxRule, [x], resolveAxis('logSoftmax', axis, x.ndim));
}
