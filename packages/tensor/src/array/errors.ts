/** Shapes that do not fit together; the message names the operation and the shapes. */
export class ShapeError extends RangeError {
  override readonly name: string = 'ShapeError';
}

/** A dtype that an operation does not take; the message names the operation and the dtype. */
export class DTypeError extends TypeError {
  override readonly name: string = 'DTypeError';
}

/** A gradient asked for where the recorded graph cannot give one. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError';
}

/** A NaN that an operation or its gradient made, found by `detectAnomaly`. */
export class AnomalyError extends Error {
  override readonly name: string = 'AnomalyError';
}
