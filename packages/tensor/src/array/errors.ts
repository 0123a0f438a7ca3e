/** Thrown for incompatible shapes; the message names the operation and the shapes. */
export class ShapeError extends RangeError {
  override readonly name: string = 'ShapeError';
}

/**
 * A ShapeError for a tensor that is too large: it has too many elements or axes, or the machine has no memory for it. It is thrown
 * where shapes and storages are made, which know no operation; `apply` adds the name and the shapes.
 */
export class LimitError extends ShapeError {
  /** The same error with the name of an operation, and with the shapes of its inputs. */
  during(op: string, inputs: readonly { readonly shape: readonly number[] }[]): ShapeError {
    const shapes = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');
    return new ShapeError(`${op}: ${shapes} give a tensor that is too large: ${this.message}`, { cause: this });
  }
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
