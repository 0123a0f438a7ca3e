/** Thrown for incompatible shapes; the message names the operation and the shapes. */
export class ShapeError extends RangeError {
  override readonly name: string = 'ShapeError';
}

/** Thrown for a dtype that an operation does not support; the message names both. */
export class DTypeError extends TypeError {
  override readonly name: string = 'DTypeError';
}

/** Thrown when the recorded graph cannot provide a gradient. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError';
}

/** Thrown inside `detectAnomaly` when an operation or its gradient produces a NaN. */
export class AnomalyError extends Error {
  override readonly name: string = 'AnomalyError';
}
