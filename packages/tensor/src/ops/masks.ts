import { describe } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { showShape } from '../array/shape.ts';
import { zerosOf } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import { fill } from '../kernels/copy.ts';
import { to } from './copy.ts';
import { type Operand, toTensors } from './define-elementwise.ts';
import { choose, where } from './logic.ts';
import { diagonal } from './views.ts';

/**
 * `x` with `value` where the bool mask, which is broadcast, is true. The value is converted to the dtype of `x`; throws a RangeError if
 * it does not fit.
 */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand | boolean): Tensor {
  const [filler] = toTensors('maskedFill', value, x, () => x.dtype);
  return choose('maskedFill', 'the mask', mask, to(filler, x.dtype, 'maskedFill'), x);
}

/** A bool matrix that is true on and below the diagonal `offset`. */
function lower(rows: number, columns: number, offset: number): Tensor {
  const mask = zerosOf('bool', [rows, columns]);
  for (let d = Math.min(offset, columns - 1); d > -rows; d--) fill(diagonal(mask, d), 1);
  return mask;
}

/** Checks the arguments of `tril` and `triu`, and returns the size of the matrices in the last two axes. */
function checkMatrix(op: string, x: Tensor, offset: number): readonly [rows: number, columns: number] {
  if (!Number.isSafeInteger(offset))
    throw new RangeError(`${op}: the offset must be an integer, got ${describe(offset)}`);
  const [rows, columns] = [x.shape.at(-2), x.shape.at(-1)];
  if (rows === undefined || columns === undefined) {
    throw new ShapeError(`${op}: takes a tensor with at least two axes, got shape ${showShape(x.shape)}`);
  }
  return [rows, columns];
}

/** The lower triangle of each matrix in the last two axes; a positive `offset` moves the diagonal to the right. */
export function tril(x: Tensor, offset = 0): Tensor {
  return where(lower(...checkMatrix('tril', x, offset), offset), x, zerosOf(x.dtype, []));
}

/** The upper triangle of each matrix in the last two axes; a positive `offset` moves the diagonal to the right. */
export function triu(x: Tensor, offset = 0): Tensor {
  return where(lower(...checkMatrix('triu', x, offset), offset - 1), zerosOf(x.dtype, []), x);
}
