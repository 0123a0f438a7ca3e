import { checkArity } from '../array/arguments.ts';
import { promote } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { broadcastShapes } from '../array/shape.ts';
import { apply, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/elementwise.ts';
import { type Grid } from '../kernels/operands.ts';
import { to } from './copy.ts';
import {
  type Comparison,
  comparison,
  gridsOf,
  type Operand,
  question,
  type Question,
  toTensors,
} from './define-elementwise.ts';

export const eq: Comparison = comparison('eq', kernels.eq);

export const ne: Comparison = comparison('ne', kernels.ne);

export const lt: Comparison = comparison('lt', kernels.lt);

export const gt: Comparison = comparison('gt', kernels.gt);

export const le: Comparison = comparison('le', kernels.le);

export const ge: Comparison = comparison('ge', kernels.ge);

export const logicalAnd: Comparison = comparison('logicalAnd', kernels.logicalAnd);

export const logicalOr: Comparison = comparison('logicalOr', kernels.logicalOr);

/** Whether exactly one of the two is nonzero. */
export const logicalXor: Comparison = comparison('logicalXor', kernels.logicalXor);

export const isNaN: Question = question('isNaN', kernels.isNaN);

export const isFinite: Question = question('isFinite', kernels.isFinite);

export const isInf: Question = question('isInf', kernels.isInf);

export const logicalNot: Question = question('logicalNot', kernels.logicalNot);

const whereRule: OpRule<readonly [Tensor, Tensor, Tensor], { readonly op: string }> = {
  name: 'where',
  forward([condition, a, b], { op }) {
    const shape = broadcastShapes(op, condition.shape, broadcastShapes(op, a.shape, b.shape));
    const dtype = promote(a, b);
    const out = emptyOf(dtype, shape);
    const { grids, rows, columns } = gridsOf([condition, to(a, dtype, op), to(b, dtype, op)], shape);
    const [chosen, first, second] = grids as [Grid, Grid, Grid];
    kernels.where(chosen, first, second, out.storage, rows, columns);
    return out;
  },
  gradients: [
    null,
    gradient([0], (g, [condition]) => where(condition, g, 0)),
    gradient([0], (g, [condition]) => where(condition, 0, g)),
  ],
};

/** `a` where the bool condition is true, else `b`; all three are broadcast. Throws a DTypeError for a condition that is not bool. */
export function where(condition: Tensor, a: Operand | boolean, b: Operand | boolean): Tensor {
  checkArity('where', 3, arguments.length, 'a condition and what to take where it is true and where it is false');
  return choose('where', 'the condition', condition, a, b);
}

/** `where` for the operation `op`; errors refer to the condition as `what`. */
export function choose(
  op: string,
  what: string,
  condition: Tensor,
  a: Operand | boolean,
  b: Operand | boolean,
): Tensor {
  checkTensor(op, what, condition);
  if (condition.dtype !== 'bool') {
    throw new DTypeError(`${op}: ${what} is bool, got ${condition.dtype}; compare first, as in x.gt(0)`);
  }
  return apply(whereRule, [condition, ...toTensors(op, a, b)], { op });
}
