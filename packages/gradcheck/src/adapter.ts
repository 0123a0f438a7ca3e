import { type Precision } from './precision.ts';

/** What {@link Adapter.read} tells of a tensor. */
export interface Reading {
  readonly shape: readonly number[];
  /** The elements as numbers, row-major. */
  readonly data: ArrayLike<number>;
  /** The name of the element type; without one, all tensors count as being of one type. */
  readonly dtype?: string | undefined;
  /** Whether a gradient is to be checked. Without it: yes, unless `dtype` is an integer type or bool. */
  readonly requiresGrad?: boolean | undefined;
}

/**
 * What a gradient check has to know of another library, whose tensors are of type `T`.
 *
 * For TensorFlow.js, in which tensors cannot be written and `grads` transforms functions, it is
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
  /** In which format the library computes: the default step and tolerances follow from it. */
  readonly precision: Precision;
  /** Shape and elements of a tensor. The check copies the elements before it does anything else. */
  read(x: T): Reading;
  /**
   * Gives a tensor of the shape and dtype of `x` with these elements, flat and row-major: a new one, or `x` itself written in place
   * (then returning it may be left out; the check writes the old elements back at the end). A function that looks at
   * its inputs not as arguments but in its surroundings can be checked only in place.
   */
  write(x: T, data: number[]): T | undefined;
  /**
   * The vector-Jacobian product: the gradients of `sum(fn(...inputs) · cotangent)` with respect to each input, null for one
   * on which the result does not depend. `inputs` are those that are checked; `fn` returns a single tensor, of the
   * shape of `cotangent`. For {@link gradgradcheck} it has to be differentiable itself, by another `vjp` around it.
   */
  vjp(fn: (...inputs: T[]) => T, inputs: readonly T[], cotangent: T): readonly (T | null)[];
}
