import { backward, type BackwardOptions, grad } from './autograd.ts';
import { type DType } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { noteRead } from './element-reads.ts';
import { contiguous, clone, denseStorage, to } from './ops/dense.ts';
import * as elementwise from './ops/elementwise.ts';
import * as inPlace from './ops/in-place.ts';
import { gather } from './ops/indexing.ts';
import { logSoftmax } from './ops/loss.ts';
import { matmul } from './ops/matmul.ts';
import * as reduce from './ops/reduce.ts';
import { type Axes, type ReduceOptions } from './ops/reduce.ts';
import * as structure from './ops/structure.ts';
import { type NestedArray, toArray, toString } from './print.ts';
import { type Shape, showShape } from './shape.ts';
import {
  type Broadcast,
  type BroadcastProblem,
  type Fits,
  type Literal,
  type Matmul,
  type MatmulProblem,
  type Reshaped,
  type Transposed,
} from './shape-types.ts';
import { brand, Tensor } from './tensor.ts';

declare module './tensor.ts' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the end of this file puts the methods there
  interface Tensor<S extends Shape> extends Methods<S> {}
}

/** The other side of an elementwise operation: a number, or a tensor whose shape broadcasts with S. */
type Other<Op extends string, S extends Shape, T extends Shape> =
  number | (Tensor<T> & Fits<BroadcastProblem<Op, S, T>>);

/** What one can do with a tensor: a method for each operation, which it calls by name. */
abstract class Methods<S extends Shape> {
  /** `a + b`, broadcast. */
  add<T extends Shape = []>(this: Tensor, other: Other<'add', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.add(this, other);
  }

  /** `a - b`, broadcast. */
  sub<T extends Shape = []>(this: Tensor, other: Other<'sub', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.sub(this, other);
  }

  /** `a · b`, element by element, broadcast. */
  mul<T extends Shape = []>(this: Tensor, other: Other<'mul', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.mul(this, other);
  }

  /** `a / b`, broadcast; integers give float32. */
  div<T extends Shape = []>(this: Tensor, other: Other<'div', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.div(this, other);
  }

  /** `-x`. */
  neg(this: Tensor): Tensor<S> {
    return elementwise.neg(this);
  }

  /** `e^x`. */
  exp(this: Tensor): Tensor<S> {
    return elementwise.exp(this);
  }

  /** The natural logarithm. */
  log(this: Tensor): Tensor<S> {
    return elementwise.log(this);
  }

  /** The square root. */
  sqrt(this: Tensor): Tensor<S> {
    return elementwise.sqrt(this);
  }

  /** `x` where it is positive, else 0; the gradient at 0 is 0. */
  relu(this: Tensor): Tensor<S> {
    return elementwise.relu(this);
  }

  /** Where `a` equals `b`: bool, broadcast. */
  eq<T extends Shape = []>(this: Tensor, other: Other<'eq', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.eq(this, other);
  }

  /** Where `a` is greater than `b`: bool, broadcast. */
  gt<T extends Shape = []>(this: Tensor, other: Other<'gt', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.gt(this, other);
  }

  /** Where `a` is less than or equal to `b`: bool, broadcast. */
  le<T extends Shape = []>(this: Tensor, other: Other<'le', S, T>): Tensor<Broadcast<S, T>> {
    return elementwise.le(this, other);
  }

  /** The sum over all axes, or over those named; integers and bools give int32, and a total beyond it throws. */
  sum(this: Tensor): Tensor<[]>;
  sum(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor;
  sum(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.sum(this, axis, options);
  }

  /** The mean over all axes, or over those named. */
  mean(this: Tensor): Tensor<[]>;
  mean(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor;
  mean(this: Tensor, axis?: Axes, options?: ReduceOptions): Tensor {
    return reduce.mean(this, axis, options);
  }

  /** The index of the largest along an axis, or in the flattened tensor: int32; the first of equals. */
  argmax(this: Tensor, axis?: number, options?: ReduceOptions): Tensor {
    return reduce.argmax(this, axis, options);
  }

  /** The product of two matrices: [m, k] by [k, n] gives [m, n]. */
  matmul<T extends Shape>(this: Tensor, other: Tensor<T> & Fits<MatmulProblem<S, T>>): Tensor<Matmul<S, T>> {
    return matmul(this, other);
  }

  /** The same elements in another shape, of which one size may be -1; a view where the strides allow it, else a copy. */
  reshape<const T extends Shape>(this: Tensor, shape: T): Tensor<Reshaped<T>> {
    return structure.reshape(this, shape);
  }

  /** A view with the axes in the given order. */
  permute(this: Tensor, axes: readonly number[]): Tensor {
    return structure.permute(this, axes);
  }

  /** A view with two axes swapped. */
  transpose(this: Tensor, axis0: number, axis1: number): Tensor {
    return structure.transpose(this, axis0, axis1);
  }

  /** The transpose of a matrix: a view. Throws a ShapeError for any other number of axes. */
  get T(): Tensor<Transposed<S>> {
    const matrix = this as unknown as Tensor;
    if (matrix.ndim !== 2) {
      throw new ShapeError(
        `T: transposes a matrix, this tensor has shape ${showShape(matrix.shape)}; transpose(axis0, axis1) swaps any two axes`,
      );
    }
    return structure.transpose(matrix, 0, 1);
  }

  /** A view of a larger shape, in which axes of size 1 and missing ones repeat. */
  broadcastTo<const T extends Shape>(this: Tensor, shape: T): Tensor<Literal<T>> {
    return structure.broadcastTo(this, shape);
  }

  /**
   * A view of part of an axis: from `start` up to, and without, `stop`, every `step`-th. Bounds count from the end where they
   * are negative, and are cut to the axis; a negative step goes backwards.
   */
  slice(this: Tensor, axis: number, start: number, stop?: number, step?: number): Tensor {
    return structure.slice(this, axis, start, stop, step);
  }

  /** A view without the axes of size 1: without all of them, or the one that is named. */
  squeeze(this: Tensor, axis?: number): Tensor {
    return structure.squeeze(this, axis);
  }

  /** A view with a new axis of size 1, which stands at `axis` in the result. */
  unsqueeze(this: Tensor, axis: number): Tensor {
    return structure.unsqueeze(this, axis);
  }

  /** A view in which an axis, or several, run backwards. */
  flip(this: Tensor, axis: number | readonly number[]): Tensor<S> {
    return structure.flip(this, axis);
  }

  /** A view of a diagonal of two axes, which becomes the last axis; `offset` counts to the right of the main one. */
  diagonal(this: Tensor, offset?: number, axis0?: number, axis1?: number): Tensor {
    return structure.diagonal(this, offset, axis0, axis1);
  }

  /** A row-major tensor of the same elements: this one, where it is that already. */
  contiguous(this: Tensor): Tensor<S> {
    return contiguous(this);
  }

  /** A copy, through which gradients flow. */
  clone(this: Tensor): Tensor<S> {
    return clone(this);
  }

  /** The same storage outside the graph: a leaf that requires no gradient. */
  detach(this: Tensor): Tensor<S> {
    return new Tensor(this.storage, this);
  }

  /** The same numbers as another dtype: this tensor, where it has that dtype already. */
  to(this: Tensor, dtype: DType): Tensor<S> {
    return to(this, dtype);
  }

  /** Picks along an axis: `out[i, j] = x[i, index[i, j]]` for axis 1. `index` is int32 or uint8, and sets the shape. */
  gather<T extends Shape>(this: Tensor, axis: number, index: Tensor<T>): Tensor<T> {
    return gather(this, axis, index);
  }

  /** The logarithm of softmax along an axis, stable for large inputs. */
  logSoftmax(this: Tensor, axis: number): Tensor<S> {
    return logSoftmax(this, axis);
  }

  /** `x += y` in place, `y` broadcast; returns this tensor. Throws a GraphError where the change cannot be recorded. */
  add_(this: Tensor, other: elementwise.Operand): Tensor<S> {
    return inPlace.add_(this, other);
  }

  /** `x -= y` in place, as `add_`. */
  sub_(this: Tensor, other: elementwise.Operand): Tensor<S> {
    return inPlace.sub_(this, other);
  }

  /** `x *= y` in place, as `add_`. */
  mul_(this: Tensor, other: elementwise.Operand): Tensor<S> {
    return inPlace.mul_(this, other);
  }

  /** `x /= y` in place, as `add_`. Throws a DTypeError for integers, whose quotients are floats. */
  div_(this: Tensor, other: elementwise.Operand): Tensor<S> {
    return inPlace.div_(this, other);
  }

  /** Writes a number to every element; returns this tensor. */
  fill_(this: Tensor, value: number): Tensor<S> {
    return inPlace.fill_(this, value);
  }

  /** Writes 0 to every element; returns this tensor. */
  zero_(this: Tensor): Tensor<S> {
    return inPlace.fill_(this, 0);
  }

  /** Writes the numbers of `source` over those of this tensor, broadcast and converted; returns this tensor. */
  copy_(this: Tensor, source: Tensor): Tensor<S> {
    return inPlace.copy_(this, source);
  }

  /** The number in a tensor of one element; a bool counts as 0 or 1. Throws a ShapeError where there are more. */
  item(this: Tensor): number {
    noteRead(this);
    const [only] = denseStorage(this, this.shape, this.dtype).read();
    if (only === undefined || this.size !== 1) {
      throw new ShapeError(
        `item: takes a tensor of one element, this one has shape ${showShape(this.shape)}; toArray() gives all`,
      );
    }
    return only;
  }

  /** The elements as nested lists; a bare number for a 0-d tensor; booleans for bool. Copies. */
  toArray(this: Tensor): NestedArray {
    return toArray(this);
  }

  /** The elements in nested lists; of more than 1,000 only the first and last three along each axis. */
  toString(this: Tensor): string {
    return toString(this);
  }

  /**
   * Adds to the `grad` of every leaf that this tensor depends on the gradient of this tensor.
   *
   * Without `gradient` this is a single number. With one, of this tensor's shape, it is the vector of the
   * vector-Jacobian product. Throws a GraphError where nothing requires a gradient, where the graph was freed by an earlier
   * call without `retainGraph`, and where a tensor that the gradient needs was changed in place since.
   */
  backward(this: Tensor, gradient?: Tensor | null, options?: BackwardOptions): void {
    backward(this, gradient, options);
  }

  /** Sets `grad` to null. */
  zeroGrad(this: Tensor): void {
    this.grad = null;
  }
}

for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(Methods.prototype))) {
  if (name !== 'constructor') Object.defineProperty(Tensor.prototype, name, method);
}

Object.defineProperty(Tensor.prototype, brand, { value: { grad } });

// What console.log shows in Node, Deno and Bun.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor) {
    return toString(this);
  },
});
