import { describe } from '../array/arguments.ts';
import { allocate, type DType, holds, isFloat, type Promotable, promote, toElement } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { broadcastShapes, sameShape, type Shape, sizeOf } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { apply, emptyOf, gradient, type OpRule, zerosOf } from '../graph/apply.ts';
import { type Gradient, isTensor, type Tensor } from '../graph/tensor.ts';
import { type BinaryKernel, type UnaryKernel } from '../kernels/elementwise.ts';
import { asGrids, broadcastStrided, denseGrid, type Grid } from '../kernels/operands.ts';
import { denseStorage, to } from './copy.ts';
import { fromElements } from './creation.ts';

/** What stands on either side of an elementwise operation. */
export type Operand = Tensor | number;

/** An operation on each element, with its rule, for a kernel that computes it along with another. */
export interface UnaryOp {
  (x: Tensor): Tensor;
  readonly rule: OpRule<readonly [Tensor], undefined>;
}

/** An operation on pairs of elements, with what its form in place is made of. */
export interface BinaryOp {
  (a: Operand, b: Operand): Tensor;
  /** The rule, with the name that errors use: that of its form in place is another one. */
  readonly ruleOf: (caller: string) => BinaryRule;
  readonly meet: Meet;
  /** Writes the result over the elements of `a`; false, and nothing done, where it is not of their dtype and shape, or they lie in parts. */
  readonly over: (caller: string, a: Tensor, b: Tensor) => boolean;
}
type BinaryRule = OpRule<readonly [Tensor, Tensor], undefined>;

/** The dtype in which two operands meet. */
type Meet = (a: Promotable, b: Promotable) => DType;

/** A question to each element. */
export type Question = (x: Tensor) => Tensor;

/** A comparison of pairs of elements. */
export type Comparison = (a: Operand, b: Operand) => Tensor;

/** The gradient of a function that is flat wherever it has a slope: 0. */
export const flat: Gradient<unknown> = gradient([], (g) => zerosOf(g.dtype, g.shape));

/** How an operation on elements is defined. `result: 'float'` turns integers into float32 first. */
interface Elementwise<Kernel> {
  readonly kernel: Kernel;
  readonly result?: 'float';
}

/** Defines an operation on each element. */
export function unary(
  name: string,
  definition: Elementwise<UnaryKernel> & { readonly gradient: Gradient<undefined> },
): UnaryOp {
  const { rule } = unaryWith<undefined>(name, definition);
  return Object.assign((x: Tensor) => apply(rule, [x], undefined), { rule });
}

/** Defines an operation on each element that has parameters, such as bounds: its kernel and its gradient get them. */
export function unaryWith<Params>(
  name: string,
  {
    kernel,
    result,
    gradient: own,
  }: Elementwise<(x: Storage, out: Storage, params: Params) => void> & { readonly gradient: Gradient<Params> },
): { (x: Tensor, params: Params): Tensor; readonly rule: OpRule<readonly [Tensor], Params> } {
  const rule: OpRule<readonly [Tensor], Params> = {
    name,
    forward([x], params) {
      const dtype = result === 'float' ? toFloat(x.dtype) : x.dtype;
      if (dtype === 'bool') throw new DTypeError(`${name}: does not take bool; to('int32') or to('float32') converts`);
      const out = emptyOf(dtype, x.shape);
      kernel(denseStorage(x, x.shape, dtype), out.storage, params);
      return out;
    },
    gradients: [own],
  };
  return Object.assign((x: Tensor, params: Params) => apply(rule, [x], params), { rule });
}

/** What an operation on pairs of elements is: `ofBools` is its kernel for two bools, where it takes them. */
interface Binary extends Elementwise<BinaryKernel> {
  readonly ofBools?: BinaryKernel;
  readonly gradients: readonly [Gradient<undefined>, Gradient<undefined>];
}

/** Defines an operation on pairs of elements, broadcast and promoted; it has a gradient for each of the two. */
export function binary(name: string, { kernel, ofBools, result, gradients }: Binary): BinaryOp {
  const meet = result === 'float' ? promoteToFloat : promote;
  const kernelFor = (caller: string, dtype: DType): BinaryKernel => {
    const chosen = dtype === 'bool' ? ofBools : kernel;
    if (chosen !== undefined) return chosen;
    throw new DTypeError(`${caller}: does not take two bools; to('int32') converts, logicalOr() and ne() take bools`);
  };
  const ruleOf = (caller: string): BinaryRule => ({
    name: caller,
    forward([a, b]) {
      const dtype = meet(a, b);
      const out = emptyOf(dtype, broadcastShapes(caller, a.shape, b.shape));
      return pairwise(kernelFor(caller, dtype), a, b, dtype, out);
    },
    gradients,
  });
  const over = (caller: string, a: Tensor, b: Tensor): boolean => {
    const dtype = meet(a, b);
    const isWhole = a.storage.length === a.size && a.isContiguous();
    // Nothing is written that is read later: not to the arrays of users either, which may overlap.
    const isSafe =
      b.storage === a.storage
        ? b.isContiguous() && sameShape(a.shape, b.shape)
        : !(a.storage.isHandedOut && b.storage.isHandedOut);
    if (dtype !== a.dtype || !isWhole || !isSafe) return false;
    if (!sameShape(a.shape, broadcastShapes(caller, a.shape, b.shape))) return false;
    pairwise(kernelFor(caller, dtype), a, b, dtype, a);
    return true;
  };
  const rule = ruleOf(name);
  const op = (a: Operand, b: Operand): Tensor => apply(rule, toTensors(name, a, b, meet), undefined);
  return Object.assign(op, { ruleOf, meet, over });
}

/** Defines a question to each element: bool, and so without a gradient. */
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

/** Defines a comparison of pairs of elements: bool, and so without a gradient. */
export function comparison(name: string, kernel: BinaryKernel): Comparison {
  const rule: BinaryRule = {
    name,
    forward: ([a, b]) =>
      pairwise(kernel, a, b, promote(a, b), emptyOf('bool', broadcastShapes(name, a.shape, b.shape))),
    gradients: null,
  };
  return (a, b) => apply(rule, toTensors(name, a, b, promoteToCompare), undefined);
}

/** Fills `out` from two operands, which are broadcast to its shape and converted to `dtype`. */
function pairwise(kernel: BinaryKernel, a: Tensor, b: Tensor, dtype: DType, out: Tensor): Tensor {
  const operands = [a, b].map((x) => (x.dtype === dtype ? x : to(x, dtype)));
  const { grids, rows, columns } = gridsOf(operands, out.shape);
  const [first, second] = grids as [Grid, Grid];
  kernel(first, second, out.storage, rows, columns);
  return out;
}

/** The operands, broadcast to `shape`, as grids: copied out row-major where their strides do not allow that. */
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

/** A number that the integers of a tensor do not have is compared with them in float64, which has both: exactly. */
function promoteToCompare(a: Promotable, b: Promotable): DType {
  const [x, y] = typeof a === 'number' ? [a, b] : [b, a];
  const isForeign = typeof x === 'number' && typeof y !== 'number' && !isFloat(y.dtype) && !holds(y.dtype, x);
  return isForeign ? 'float64' : promote(a, b);
}

/**
 * Both operands as tensors: a plain number takes the dtype in which the two `meet`, and true and false are bool. Throws a
 * RangeError for a number that the dtype does not have.
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
