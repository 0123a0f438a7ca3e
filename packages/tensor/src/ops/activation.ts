import * as kernels from '../kernels/elementwise.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { unary, type UnaryOp } from './elementwise.ts';
import { exp, log } from './functions.ts';
import { gt, le, where } from './logic.ts';
import { max, sum } from './reduce.ts';

/** The gradient is selected, not multiplied by a mask: 0 times infinity would be NaN. At NaN it passes, as NaN does. */
export const relu: UnaryOp = unary('relu', {
  kernel: kernels.relu,
  gradient: gradient(['output'], (g, [y]) => where(le(y, 0), 0, g)),
});

/** `x` where it is positive, else `slope · x`. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return where(gt(x, 0), x, mul(x, slope));
}

const softmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'softmax',
  forward([x], axis) {
    const e = exp(sub(x, max(x, axis, { keepdims: true })));
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
    const z = sub(x, max(x, axis, { keepdims: true }));
    return sub(z, log(sum(exp(z), axis, { keepdims: true })));
  },
  gradients: [gradient(['output'], (g, [y], axis) => sub(g, mul(exp(y), sum(g, axis, { keepdims: true }))))],
};

/** The logarithm of softmax along an axis, stable for large inputs. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  return apply(logSoftmaxRule, [x], resolveAxis('logSoftmax', axis, x.ndim));
}
