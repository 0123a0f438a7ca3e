import { type Precision } from './precision.ts';

/** What {@link Adapter.read} returns. */
export interface Reading {
  readonly shape: readonly number[];
  /** The elements as numbers, row-major. */
  readonly data: ArrayLike<number>;
  /** The name of the element type. If it is omitted, all tensors are assumed to have the same type. */
  readonly dtype?: string | undefined;
  /** Whether to check the gradient. The default is true, unless `dtype` is an integer type or bool. */
  readonly requiresGrad?: boolean | undefined;
}

/**
 * Connects a gradient check to another library, whose tensors have the type `T`.
 *
 * For TensorFlow.js, where tensors are immutable and `grads` transforms functions, the adapter is:
 *
 *     const tfjs = {
 *       precision: 'float32',
 *       read: (x) => ({ shape: x.shape, dtype: x.dtype, data: x.dataSync() }),
 *       write: (x, data) => tf.tensor(data, x.shape, x.dtype),
 *       vjp: (fn, inputs, cotangent) => tf.grads(fn)(inputs, cotangent),
 *     };
 *     tf.tidy(() => gradcheck((x) => tf.tanh(x), [x], { adapter: tfjs }));
 */
export interface Adapter<T> {
  /** The number format in which the library computes. It sets the default step and tolerances. */
  readonly precision: Precision;
  /** Returns the shape and the elements of a tensor. The check copies the elements before it does anything else. */
  read(x: T): Reading;
  /**
   * Returns a tensor with the shape and dtype of `x` and these elements, which are flat and row-major: either a new
   * tensor, or `x` itself, written in place. An in-place `write` may return nothing; the check writes the old elements
   * back at the end. A function that captures its inputs instead of using its arguments can only be checked in place.
   */
  write(x: T, data: number[]): T | undefined;
  /**
   * The vector-Jacobian product: the gradients of `sum(fn(...inputs) · cotangent)` with respect to each input, null if the
   * result does not depend on it. `inputs` are the checked inputs; `fn` returns a single tensor with the shape of
   * `cotangent`. For {@link gradgradcheck}, `vjp` must itself be differentiable, by another `vjp` around it.
   */
  vjp(fn: (...inputs: T[]) => T, inputs: readonly T[], cotangent: T): readonly (T | null)[];
}
