import { emptyOf, fromElements } from '../create.ts';
import { allocate, type DType, isFloat, promote } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { type BinaryKernel, type UnaryKernel } from '../kernels/elementwise.ts';
import * as kernels from '../kernels/elementwise.ts';
import { asGrids, denseGrid, type Grid } from '../kernels/grid.ts';
import { apply, type Gradient, gradient, type OpRule } from '../op.ts';
import { broadcastShapes, type Shape, sizeOf } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { broadcastLayout, denseStorage, to } from './dense.ts';

/** What stands on either side of an elementwise operation. */
export type Operand = Tensor | number;

type UnaryOp = (x: Tensor) => Tensor;

/** An operation on pairs of elements, with the rule that its form in place uses too. */
export interface BinaryOp {
  (a: Operand, b: Operand): Tensor;
  readonly rule: BinaryRule;
}
type BinaryRule = OpRule<readonly [Tensor, Tensor], undefined>;
type Comparison = (a: Operand, b: Operand) => Tensor;

export const add: BinaryOp = binary('add', {
  kernel: kernels.add,
  gradients: [gradient([], (g) => g), gradient([], (g) => g)],
});

export const sub: BinaryOp = binary('sub', {
  kernel: kernels.sub,
  gradients: [gradient([], (g) => g), gradient([], (g) => neg(g))],
});

export const mul: BinaryOp = binary('mul', {
  kernel: kernels.mul,
  gradients: [gradient([1], (g, [b]) => mul(g, b)), gradient([0], (g, [a]) => mul(g, a))],
});

export const div: BinaryOp = binary('div', {
  kernel: kernels.div,
  result: 'float',
  gradients: [gradient([1], (g, [b]) => div(g, b)), gradient([0, 1], (g, [a, b]) => neg(div(mul(g, a), mul(b, b))))],
});

export const neg: UnaryOp = unary('neg', {
  kernel: kernels.neg,
  gradient: gradient([], (g) => neg(g)),
});

export const exp: UnaryOp = unary('exp', {
  kernel: kernels.exp,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => mul(g, y)),
});

export const log: UnaryOp = unary('log', {
  kernel: kernels.log,
  result: 'float',
  gradient: gradient([0], (g, [x]) => div(g, x)),
});

export const sqrt: UnaryOp = unary('sqrt', {
  kernel: kernels.sqrt,
  result: 'float',
  gradient: gradient(['output'], (g, [y]) => div(g, mul(y, 2))),
});

/** The gradient is selected, not multiplied by a mask: 0 times infinity would be NaN. At NaN it passes, as NaN does. */
export const relu: UnaryOp = unary('relu', {
  kernel: kernels.relu,
  gradient: gradient(['output'], (g, [y]) => where(le(y, 0), 0, g)),
});

export const eq: Comparison = comparison('eq', kernels.eq);
export const gt: Comparison = comparison('gt', kernels.gt);
export const le: Comparison = comparison('le', kernels.le);

const whereRule: OpRule<readonly [Tensor, Tensor, Tensor], undefined> = {
  name: 'where',
  forward([condition, a, b]) {
    const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
    const dtype = promote(a, b);
    const out = emptyOf(dtype, shape);
    const { grids, rows, columns } = gridsOf([condition, to(a, dtype), to(b, dtype)], shape);
    const [chosen, first, second] = grids as [Grid, Grid, Grid];
    kernels.where(chosen, first, second, out.storage, rows, columns);
    return out;
  },
  gradients: [
    null,
    gradient([0], (g, [condition]) => where(condition, g, 0)),
    gradient([0], (g, [condition]) => where(condition, 0, g)),
  ],
};

/** `a` where the condition holds, else `b`; all three are broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (condition.dtype !== 'bool') {
    throw new DTypeError(`where: the condition is bool, got ${condition.dtype}; compare first, as in x.gt(0)`);
  }
  return apply(whereRule, [condition, ...toTensors('where', a, b)], undefined);
}

/** How an operation on elements is defined. `result: 'float'` turns integers into float32 first. */
interface Elementwise<Kernel> {
  readonly kernel: Kernel;
  readonly result?: 'float';
}

/** Defines an operation on each element. */
function unary(
  name: string,
  { kernel, result, gradient: own }: Elementwise<UnaryKernel> & { readonly gradient: Gradient<undefined> },
): UnaryOp {
  const rule: OpRule<readonly [Tensor], undefined> = {
    name,
    forward([x]) {
      const dtype = result === 'float' ? toFloat(x.dtype) : x.dtype;
      if (dtype === 'bool') throw new DTypeError(`${name}: does not take bool; to('int32') or to('float32') converts`);
      const out = emptyOf(dtype, x.shape);
      kernel(denseStorage(x, x.shape, dtype), out.storage);
      return out;
    },
    gradients: [own],
  };
  return (x) => apply(rule, [x], undefined);
}

/** Defines an operation on pairs of elements, broadcast and promoted; it has a gradient for each of the two. */
function binary(
  name: string,
  {
    kernel,
    result,
    gradients,
  }: Elementwise<BinaryKernel> & { readonly gradients: readonly [Gradient<undefined>, Gradient<undefined>] },
): BinaryOp {
  const rule: BinaryRule = {
    name,
    forward([a, b]) {
      const promoted = promote(a, b);
      const dtype = result === 'float' ? toFloat(promoted) : promoted;
      if (dtype === 'bool') {
        throw new DTypeError(`${name}: does not take two bools; to('int32') or to('float32') converts`);
      }
      return pairwise(kernel, a, b, dtype, emptyOf(dtype, broadcastShapes(name, a.shape, b.shape)));
    },
    gradients,
  };
  return Object.assign((a: Operand, b: Operand) => apply(rule, toTensors(name, a, b), undefined), { rule });
}

/** Defines a comparison of pairs of elements: bool, and so without a gradient. */
function comparison(name: string, kernel: BinaryKernel): Comparison {
  const rule: BinaryRule = {
    name,
    forward: ([a, b]) =>
      pairwise(kernel, a, b, promote(a, b), emptyOf('bool', broadcastShapes(name, a.shape, b.shape))),
    gradients: null,
  };
  return (a, b) => apply(rule, toTensors(name, a, b), undefined);
}

/** Fills `out` from two operands, which are broadcast to its shape and converted to `dtype`. */
function pairwise(kernel: BinaryKernel, a: Tensor, b: Tensor, dtype: DType, out: Tensor): Tensor {
  const { grids, rows, columns } = gridsOf([to(a, dtype), to(b, dtype)], out.shape);
  const [first, second] = grids as [Grid, Grid];
  kernel(first, second, out.storage, rows, columns);
  return out;
}

/** The operands, broadcast to `shape`, as grids: copied out row-major where their strides do not allow that. */
function gridsOf(operands: readonly Tensor[], shape: Shape): { grids: Grid[]; rows: number; columns: number } {
  return (
    asGrids(
      operands.map((x) => broadcastLayout(x, shape)),
      shape,
    ) ?? { grids: operands.map((x) => denseGrid(denseStorage(x, shape, x.dtype))), rows: 1, columns: sizeOf(shape) }
  );
}

function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float32';
}

/** Both operands as tensors: a plain number takes the dtype in which the two meet. */
export function toTensors(op: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  for (const operand of [a, b]) {
    if (typeof operand !== 'number' && !isTensor(operand)) {
      throw new TypeError(
        `${op}: takes tensors and numbers, got ${describe(operand)}; tensor(…) makes a tensor of a list`,
      );
    }
  }
  const toTensor = (operand: Operand): Tensor => {
    if (typeof operand !== 'number') return operand;
    const dtype = promote(a, b);
    const number = allocate(dtype, 1);
    number[0] = operand;
    return fromElements(number, dtype, [], {});
  };
  return [toTensor(a), toTensor(b)];
}

function describe(x: unknown): string {
  return Array.isArray(x) ? 'an array' : x === null ? 'null' : typeof x;
}
