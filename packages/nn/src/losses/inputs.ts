import { DTypeError, ShapeError, type Tensor } from '@mg/tensor';
import { checkTensor, isFloat, sameShape, showShape } from '@mg/tensor/internal';

/** Throws a TypeError, or a DTypeError, unless `x` is a tensor of floats; `what` names it. */
export function checkFloats(loss: string, what: string, x: unknown): asserts x is Tensor {
  checkTensor(loss, what, x);
  if (!isFloat(x.dtype)) {
    throw new DTypeError(`${loss}: ${what} must be float32 or float64, got ${x.dtype}; to('float32') converts`);
  }
}

/**
 * Checks the two sides of a loss that compares them element by element, and returns the target in the dtype of the input:
 * integers and bools are converted.
 *
 * Throws a ShapeError for shapes that differ: broadcasting would compare each element with many. Throws a DTypeError for
 * an input of integers, and for floats of two widths.
 */
export function comparable(loss: string, input: Tensor, target: Tensor): Tensor {
  checkFloats(loss, 'the input', input);
  checkTensor(loss, 'the target', target);
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `${loss}: input and target must have the same shape, got ${showShape(input.shape)} and ${showShape(target.shape)}; reshape() or broadcastTo() makes one fit`,
    );
  }
  if (isFloat(target.dtype)) checkDtype(loss, 'the target', target, input);
  return target.to(input.dtype);
}

/** Throws a DTypeError for a tensor of another dtype than the input: the loss would be computed in the wider one. */
export function checkDtype(loss: string, what: string, x: Tensor, input: Tensor): void {
  if (x.dtype !== input.dtype) {
    throw new DTypeError(
      `${loss}: ${what} must have the dtype of the input, ${input.dtype}, got ${x.dtype}; to('${input.dtype}') converts`,
    );
  }
}

/** Checks a weight of elements, which is broadcast to the shape of the input. Throws a ShapeError where it does not fit. */
export function checkElementWeight(loss: string, name: string, weight: Tensor | undefined, input: Tensor): void {
  if (weight === undefined) return;
  checkTensor(loss, name, weight);
  checkDtype(loss, name, weight, input);
  const missing = input.ndim - weight.ndim;
  if (missing < 0 || !weight.shape.every((size, axis) => size === 1 || size === input.shape[axis + missing])) {
    throw new ShapeError(
      `${loss}: ${name} must broadcast to the shape of the input, ${showShape(input.shape)}, got ${showShape(weight.shape)}`,
    );
  }
}
