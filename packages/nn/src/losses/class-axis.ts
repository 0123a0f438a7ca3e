import { DTypeError, ShapeError, type Tensor } from '@mg/tensor';
import { checkTensor, read, sameShape, showShape } from '@mg/tensor/internal';
import { checkDtype, checkFloats } from './inputs.ts';

/** The axis of the classes of an input: axis 1 of [batch, classes, …], axis 0 of [classes]. */
export interface ClassAxis {
  readonly axis: 0 | 1;
  readonly classes: number;
  /** The shape of the samples: that of the input without the axis. */
  readonly samples: readonly number[];
}

/** The axis of the classes. Throws a TypeError or DTypeError for an input that is not of floats, and a ShapeError for a 0-d one. */
export function classAxisOf(loss: string, what: string, input: Tensor): ClassAxis {
  checkFloats(loss, what, input);
  const axis = input.ndim === 1 ? 0 : 1;
  const classes = input.shape[axis];
  if (classes === undefined) {
    throw new ShapeError(
      `${loss}: ${what} must have shape [batch, classes, …], or [classes], got ${showShape(input.shape)}`,
    );
  }
  return { axis, classes, samples: input.shape.filter((_, each) => each !== axis) };
}

/** Checks a weight of the classes. Throws a ShapeError unless it is [classes], and a DTypeError for another dtype than the input's. */
export function checkClassWeight(
  loss: string,
  weight: Tensor | undefined,
  input: Tensor,
  { classes }: ClassAxis,
): void {
  if (weight === undefined) return;
  checkTensor(loss, 'weight', weight);
  checkDtype(loss, 'weight', weight, input);
  if (!sameShape(weight.shape, [classes])) {
    throw new ShapeError(
      `${loss}: weight must have one element for each of ${classes} classes, [${classes}], got ${showShape(weight.shape)}`,
    );
  }
}

/** The classes of the samples. */
export interface Labels {
  /** int32 or uint8; 0 for an ignored sample. */
  readonly classes: Tensor;
  /** Which samples are ignored; null if there are none. */
  readonly ignored: Tensor | null;
  /** The number of samples that are not ignored. */
  readonly count: number;
}

/**
 * The labels of the samples, without those that equal `ignoreIndex`. Throws a ShapeError or DTypeError for targets that are
 * not labels, and a RangeError for a label that is not a class.
 */
export function labelsOf(
  loss: string,
  targets: Tensor,
  { classes, samples }: ClassAxis,
  ignoreIndex: number | undefined,
): Labels {
  if (targets.dtype !== 'int32' && targets.dtype !== 'uint8') {
    throw new DTypeError(
      `${loss}: targets must be class labels in int32 or uint8, got ${targets.dtype}; to('int32') converts`,
    );
  }
  if (!sameShape(targets.shape, samples)) {
    throw new ShapeError(
      `${loss}: expected one label per sample, targets of ${showShape(samples)}, got ${showShape(targets.shape)}`,
    );
  }
  const labels = read(targets);
  let count = labels.length;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? NaN;
    if (label === ignoreIndex) count--;
    else if (label < 0 || label >= classes) {
      throw new RangeError(
        `${loss}: label ${label} of sample ${i} is not a class, 0 to ${classes - 1}; ignoreIndex: ${label} ignores such samples`,
      );
    }
  }
  if (ignoreIndex === undefined || count === labels.length) return { classes: targets, ignored: null, count };
  const ignored = targets.eq(ignoreIndex);
  return { classes: targets.maskedFill(ignored, 0), ignored, count };
}
