import { emptyOf } from '../create.ts';
import { isFloat, promote } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import * as kernels from '../kernels/reference/matmul.ts';
import { apply, gradient, type OpRule } from '../op.ts';
import { showShape } from '../shape.ts';
import { type Tensor } from '../tensor.ts';
import { to } from './dense.ts';
import { transpose } from './structure.ts';

const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'matmul',
  forward([a, b]) {
    const out = emptyOf(a.dtype, [a.shape[0] ?? 0, b.shape[1] ?? 0]);
    kernels.matmul(a, b, out.storage);
    return out;
  },
  gradients: [
    gradient([1], (g, [b]) => matmul(g, transpose(b, 0, 1))),
    gradient([0], (g, [a]) => matmul(transpose(a, 0, 1), g)),
  ],
};

/** The product of two matrices: [m, k] by [k, n] gives [m, n]. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const given = `${showShape(a.shape)} @ ${showShape(b.shape)}`;
  if (a.ndim !== 2 || b.ndim !== 2) {
    throw new ShapeError(`matmul: takes two matrices, got ${given}; reshape them to two axes`);
  }
  if (a.shape[1] !== b.shape[0]) {
    throw new ShapeError(`matmul: inner sizes ${a.shape[1]} and ${b.shape[0]} differ, ${given}`);
  }
  const dtype = promote(a, b);
  if (!isFloat(dtype)) {
    throw new DTypeError(`matmul: multiplies floats, got ${a.dtype} and ${b.dtype}; to('float32') converts`);
  }
  return apply(rule, [to(a, dtype), to(b, dtype)], undefined);
}
