import { describe } from '../array/arguments.ts';
import {
  allocate,
  type DType,
  holds,
  isFloat,
  isInteger,
  type Promotable,
  promote,
  toElement,
} from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { broadcastShapes, sameShape, type Shape, sizeOf } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { apply, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { type Gradient, isTensor, type Tensor } from '../graph/tensor.ts';
import { type BinaryKernel, type UnaryKernel } from '../kernels/elementwise.ts';
import { asGrids, broadcastStrided, denseGrid, type Grid } from '../kernels/operands.ts';
import { denseStorage, to, toIntegers } from './copy.ts';
import { fromElements } from './creation.ts';

/** An operand of an elementwise operation: a tensor, or a number, which is broadcast. */
export type Operand = Tensor | number;

/** An elementwise operation on one tensor, with its rule for kernels that fuse it with another operation. */
export interface UnaryOp {
  (x: Tensor): Tensor;
  readonly rule: OpRule<readonly [Tensor], undefined>;
}

/** An elementwise operation on two tensors, with the parts that its in-place form is built from. */
export interface BinaryOp {
  (a: Operand, b: Operand): Tensor;
  /** The rule, with the name for its errors: the in-place form has another name. */
  readonly ruleOf: (caller: string) => BinaryRule;
  readonly meet: Meet;
  /**
   * Writes the result directly into `a`. Returns false, and writes nothing, if the result has another dtype or shape, `a` is not dense,
   * or integers may not fit.
   */
  readonly over: (caller: string, a: Tensor, b: Tensor) => boolean;
}
type BinaryRule = OpRule<readonly [Tensor, Tensor], undefined>;

/** The promoted dtype of two operands. */
type Meet = (a: Promotable, b: Promotable) => DType;

/** A predicate of each element. */
export type Question = (x: Tensor) => Tensor;

/** An elementwise comparison of two operands. */
export type Comparison = (a: Operand, b: Operand) => Tensor;

/** The gradient of a piecewise constant function: 0. */
export const flat: Gradient<unknown> = gradient([], (g) => zerosOf(g.dtype, g.shape));

/** The definition of an elementwise operation. `result: 'float'` converts integers to float32 first; else they give integers, or throw. */
interface Elementwise<Kernel> {
  readonly kernel: Kernel;
  readonly result?: 'float';
}

/** The definition of an elementwise operation on one tensor; `ofBools` is the dtype of its result on bools, if it supports them. */
interface Unary<Kernel, Params> extends Elementwise<Kernel> {
  readonly ofBools?: 'bool' | 'int32';
  readonly gradient: Gradient<Params>;
}

/** Defines an elementwise operation on one tensor. */
export function unary(name: string, definition: Unary<UnaryKernel, undefined>): UnaryOp {
  const { rule } = unaryWith<undefined>(name, definition);
  return Object.assign((x: Tensor) => apply(rule, [x], undefined), { rule });
}

/** Defines an elementwise operation with parameters, such as bounds, which its kernel and its gradient receive. */
export function unaryWith<Params>(
  name: string,
  { kernel, result, ofBools, gradient: own }: Unary<(x: Storage, out: Storage, params: Params) => void, Params>,
): { (x: Tensor, params: Params): Tensor; readonly rule: OpRule<readonly [Tensor], Params> } {
  const rule: OpRule<readonly [Tensor], Params> = {
    name,
    forward([x], params) {
      const dtype = result === 'float' ? toFloat(x.dtype) : x.dtype === 'bool' ? ofBools : x.dtype;
      if (dtype === undefined)
        throw new DTypeError(`${name}: does not support bool; to('int32') or to('float32') converts`);
      const out = emptyOf(isInteger(dtype) ? 'float64' : dtype, x.shape);
      kernel(denseStorage(x, x.shape, dtype), out.storage, params);
      return isInteger(dtype) ? toIntegers(name, out, dtype, 'result') : out;
    },
    gradients: [own],
  };
  return Object.assign((x: Tensor, params: Params) => apply(rule, [x], params), { rule });
}

/** The definition of an elementwise operation on two tensors; `ofBools` is its kernel for two bools, if it supports them. */
interface Binary extends Elementwise<BinaryKernel> {
  readonly ofBools?: BinaryKernel;
  readonly gradients: readonly [Gradient<undefined>, Gradient<undefined>];
}

/** Defines an elementwise operation on two operands, which are broadcast and promoted, with a gradient for each. */
export function binary(name: string, { kernel, ofBools, result, gradients }: Binary): BinaryOp {
  const meet = result === 'float' ? promoteToFloat : promote;
  const kernelFor = (caller: string, dtype: DType): BinaryKernel => {
    const chosen = dtype === 'bool' ? ofBools : kernel;
    if (chosen !== undefined) return chosen;
    throw new DTypeError(
      `${caller}: does not support two bools; to('int32') converts, logicalOr() and ne() take bools`,
    );
  };
  const ruleOf = (caller: string): BinaryRule => ({
    name: caller,
    forward([a, b]) {
      const dtype = meet(a, b);
      const out = emptyOf(isInteger(dtype) ? 'float64' : dtype, broadcastShapes(caller, a.shape, b.shape));
      pairwise(caller, kernelFor(caller, dtype), a, b, dtype, out);
      return isInteger(dtype) ? toIntegers(caller, out, dtype, 'result') : out;
    },
    gradients,
  });
  const over = (caller: string, a: Tensor, b: Tensor): boolean => {
    const dtype = meet(a, b);
    const isWhole = a.storage.length === a.size && a.isContiguous();
    // Nothing may be overwritten before it is read. Two arrays of users may overlap, so they are never safe.
    const isSafe =
      b.storage === a.storage
        ? b.isContiguous() && sameShape(a.shape, b.shape)
        : !(a.storage.isHandedOut && b.storage.isHandedOut);
    if (dtype !== a.dtype || isInteger(dtype) || !isWhole || !isSafe) return false;
    if (!sameShape(a.shape, broadcastShapes(caller, a.shape, b.shape))) return false;
    pairwise(caller, kernelFor(caller, dtype), a, b, dtype, a);
    return true;
  };
  const rule = ruleOf(name);
  const op = (a: Operand, b: Operand): Tensor => apply(rule, toTensors(name, a, b, meet), undefined);
  return Object.assign(op, { ruleOf, meet, over });
}

/** Defines a predicate of each element; the result is bool and has no gradient. */
export function question(name: string, kernel: UnaryKernel): Question {
  const rule: OpRule<readonly [Tensor], undefined> = {
    name,
    forward([x]) {
      const out = emptyOf('bool', x.shape);
      kernel(denseStorage(x), out.storage);
      return out;
    },
    gradients: null,
  };
  return (x) => apply(rule, [x], undefined);
}

/** Defines an elementwise comparison; the result is bool and has no gradient. */
export function comparison(name: string, kernel: BinaryKernel): Comparison {
  const rule: BinaryRule = {
    name,
    forward: ([a, b]) =>
      pairwise(name, kernel, a, b, promote(a, b), emptyOf('bool', broadcastShapes(name, a.shape, b.shape))),
    gradients: null,
  };
  return (a, b) => apply(rule, toTensors(name, a, b, promoteToCompare), undefined);
}

/** Computes `out` from two operands, broadcast to its shape and converted to `dtype`. */
function pairwise(op: string, kernel: BinaryKernel, a: Tensor, b: Tensor, dtype: DType, out: Tensor): Tensor {
  const { grids, rows, columns } = gridsOf([to(a, dtype, op), to(b, dtype, op)], out.shape);
  const [first, second] = grids as [Grid, Grid];
  kernel(first, second, out.storage, rows, columns);
  return out;
}

/** The operands, broadcast to `shape`, as grids; row-major copies if their strides do not form a grid. */
export function gridsOf(operands: readonly Tensor[], shape: Shape): { grids: Grid[]; rows: number; columns: number } {
  return (
    asGrids(
      operands.map((x) => broadcastStrided(x, shape)),
      shape,
    ) ?? { grids: operands.map((x) => denseGrid(denseStorage(x, shape, x.dtype))), rows: 1, columns: sizeOf(shape) }
  );
}

function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float32';
}

function promoteToFloat(a: Promotable, b: Promotable): DType {
  return toFloat(promote(a, b));
}

/** A number outside the range of an integer tensor is compared in float64, which holds both exactly. */
function promoteToCompare(a: Promotable, b: Promotable): DType {
  const [x, y] = typeof a === 'number' ? [a, b] : [b, a];
  const isForeign = typeof x === 'number' && typeof y !== 'number' && !isFloat(y.dtype) && !holds(y.dtype, x);
  return isForeign ? 'float64' : promote(a, b);
}

/**
 * Converts both operands to tensors: a plain number gets the promoted dtype, true and false become bool. Throws a RangeError for a
 * number that does not fit the dtype, and a TypeError for any other operand.
 */
export function toTensors(
  op: string,
  a: Operand | boolean,
  b: Operand | boolean,
  meet: Meet = promote,
): readonly [Tensor, Tensor] {
  const [x, y] = [asOperand(op, a), asOperand(op, b)];
  return [toTensor(op, x, y, meet), toTensor(op, y, x, meet)];
}

function asOperand(op: string, x: unknown): Operand {
  if (typeof x === 'number' || isTensor(x)) return x;
  if (typeof x === 'boolean') return fromElements(Uint8Array.of(Number(x)), 'bool', [], {});
  throw new TypeError(`${op}: takes tensors and numbers, got ${describe(x)}; tensor(…) makes a tensor of a list`);
}

function toTensor(op: string, operand: Operand, other: Operand, meet: Meet): Tensor {
  if (typeof operand !== 'number') return operand;
  const dtype = meet(operand, other);
  const number = allocate(dtype, 1);
  number[0] = toElement(op, dtype, operand);
  return fromElements(number, dtype, [], {});
}
