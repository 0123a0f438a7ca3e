import { apply, gradient, type OpRule } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { exp, log, mul, sub } from './elementwise.ts';
import { largest, sum } from './reduce.ts';

const logSoftmaxRule: OpRule<readonly [Tensor], number> = {
  name: 'logSoftmax',
  // y = z - log sum exp z with z = x - max x: the largest exponential is 1, and nothing overflows.
  forward([x], axis) {
    const z = sub(x, largest(x, axis));
    return sub(z, log(sum(exp(z), axis, { keepdims: true })));
  },
  gradients: [gradient(['output'], (g, [y], axis) => sub(g, mul(exp(y), sum(g, axis, { keepdims: true }))))],
};

/** The logarithm of softmax along an axis, stable for large inputs. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  return apply(logSoftmaxRule, [x], resolveAxis('logSoftmax', axis, x.ndim));
}
