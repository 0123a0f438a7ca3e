import { checkCount } from '../array/arguments.ts';
import { isFloat, promote } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { broadcastShapes, part, resolveAxis, sameShape, showShape, sizeOf } from '../array/shape.ts';
import { apply, asOne, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { checkTensor, type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/matmul.ts';
import { abs, mul } from './arithmetic.ts';
import { to, toIntegers } from './copy.ts';
import { permute, reshape, squeeze, transpose, unsqueeze } from './views.ts';

/** The product of the matrices in the last two axes; the preceding axes are broadcast. */
const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'matmul',
  forward([a, b]) {
    const batch = broadcastShapes('matmul', part(a.shape, 0, a.ndim - 2), part(b.shape, 0, b.ndim - 2));
    const out = emptyOf(a.dtype, [...batch, a.shape[a.ndim - 2] ?? 0, b.shape[b.ndim - 1] ?? 0]);
    kernels.matmul(a, b, batch, out.storage, { bias: null, relu: false });
    return out;
  },
  gradients: [
    gradient([1], (g, [b]) => matmul(g, transpose(b, -1, -2))),
    gradient([0], (g, [a]) => matmul(transpose(a, -1, -2), g)),
  ],
};

/** The same for integers: totals are exact, otherwise it throws an error that names `op`. */
const integerRule: OpRule<readonly [Tensor, Tensor], string> = {
  name: 'matmul',
  forward([a, b], op) {
    const [x, y] = [to(a, 'float64'), to(b, 'float64')];
    // If a partial sum exceeds 2^53, the total may be wrong.
    const farthest = apply(rule, [abs(x), abs(y)], undefined).storage.read();
    if (farthest.some((total) => total > 2 ** 53)) {
      throw new RangeError(
        `${op}: a sum of products may exceed 2^53 and would be inexact; convert with to('float64') first to accept rounding`,
      );
    }
    return toIntegers(op, apply(rule, [x, y], undefined), a.dtype);
  },
  gradients: null,
};

/**
 * The matrix product: [m, k] by [k, n] gives [m, n]. Axes before the last two are broadcast: [b, m, k] by [k, n] gives [b, m, n].
 * A vector on the left is treated as a row, one on the right as a column, and its axis is removed from the result.
 * Integers give exact integers. Throws a ShapeError if the inner sizes differ, a RangeError if a total does not fit the dtype, and
 * a DTypeError for two bools.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return product('matmul', a, b);
}

/** `matmul` with errors that name `op`. */
export function product(op: string, a: Tensor, b: Tensor): Tensor {
  checkOther(op, b);
  const given = () => `${showShape(a.shape)} @ ${showShape(b.shape)}`;
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(`${op}: takes vectors and matrices, got ${given()}; mul() multiplies by a number`);
  }
  const [innerA, innerB] = [a.shape[a.ndim - 1], b.shape[b.ndim === 1 ? 0 : b.ndim - 2]];
  if (innerA !== innerB) throw new ShapeError(`${op}: inner sizes ${innerA} and ${innerB} differ, ${given()}`);
  const dtype = promote(a, b);
  if (dtype === 'bool') {
    throw new DTypeError(`${op}: does not support two bools; to('int32') converts`);
  }
  const [left, right] = [to(a, dtype), to(b, dtype)];
  if (a.ndim === 1) return asOne([a, b], squeeze(product(op, unsqueeze(left, 0), right), b.ndim === 1 ? 0 : -2));
  if (b.ndim === 1) return asOne([a, b], squeeze(product(op, left, unsqueeze(right, 1)), -1));
  return isFloat(dtype) ? apply(rule, [left, right], undefined) : apply(integerRule, [left, right], op);
}

function checkOther(op: string, b: unknown): void {
  checkTensor(op, 'the other operand', b, typeof b === 'number' ? 'mul() multiplies by a number' : undefined);
}

/** The dot product of two vectors of equal length. */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkVectors('dot', a, b);
  return product('dot', a, b);
}

const outerRule = mul.ruleOf('outer');

/** The outer product of two vectors: [m] and [n] give [m, n]. */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkVectors('outer', a, b);
  return apply(outerRule, [unsqueeze(a, 1), unsqueeze(b, 0)], undefined);
}

function checkVectors(op: string, a: Tensor, b: Tensor): void {
  checkOther(op, b);
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(
      `${op}: takes two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}; flatten() them, or use matmul()`,
    );
  }
}

/** For `tensordot`: how many axes are summed over, the last ones of the first tensor and the first ones of the other; or their lists. */
export type Contraction = number | readonly [readonly number[], readonly number[]];

/** The sums of products over pairs of axes, which must have equal sizes; the other axes of both remain, in their order. */
export function tensordot(a: Tensor, b: Tensor, axes: Contraction = 2): Tensor {
  checkOther('tensordot', b);
  const [ofA, ofB] = contracted(a, b, axes);
  const rest = (x: Tensor, summed: readonly number[]) => x.shape.map((_, axis) => axis).filter((axis) => !summed.includes(axis)); // prettier-ignore
  const [restA, restB] = [rest(a, ofA), rest(b, ofB)];
  const sizes = (x: Tensor, list: readonly number[]) => list.map((axis) => x.shape[axis] ?? 1);
  if (!sameShape(sizes(a, ofA), sizes(b, ofB))) {
    throw new ShapeError(
      `tensordot: axes ${showShape(ofA)} of ${showShape(a.shape)} and axes ${showShape(ofB)} of ${showShape(b.shape)} differ in size`,
    );
  }
  const [outer, inner, other] = [sizes(a, restA), sizes(a, ofA), sizes(b, restB)];
  const left = reshape(permute(a, [...restA, ...ofA]), [sizeOf(outer), sizeOf(inner)]);
  const right = reshape(permute(b, [...ofB, ...restB]), [sizeOf(inner), sizeOf(other)]);
  return asOne([a, b], reshape(product('tensordot', left, right), [...outer, ...other]));
}

/** The axes of both tensors that `tensordot` sums over. */
function contracted(a: Tensor, b: Tensor, axes: Contraction): readonly [readonly number[], readonly number[]] {
  if (typeof axes === 'number') checkCount('tensordot', 'axes', axes);
  const count = typeof axes === 'number' ? Array.from({ length: axes }, (_, axis) => axis) : [];
  const [ofA, ofB] =
    typeof axes === 'number' ? [count.map((axis) => Math.max(a.ndim, axes) - axes + axis), count] : axes;
  const resolve = (x: Tensor, list: readonly number[]) => list.map((axis) => resolveAxis('tensordot', axis, x.ndim));
  return [resolve(a, ofA), resolve(b, ofB)];
}
