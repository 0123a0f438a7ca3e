import { zerosOf } from '../create.ts';
import { type DType, isFloat, promote } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { type BinaryKernel, type UnaryKernel } from '../kernels/elementwise.ts';
import * as kernels from '../kernels/elementwise.ts';
import { apply, type OpRule } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { denseStorage } from './structure.ts';

/** What stands on either side of an elementwise operation. */
export type Operand = Tensor | number;

type UnaryOp = (x: Tensor) => Tensor;
type BinaryOp = (a: Operand, b: Operand) => Tensor;

/** The gradient of an operation on one input: in `g` alone, in the input, or in the output. */
type UnaryGradient =
  | { readonly saves: 'nothing'; readonly vjp: (g: Tensor) => Tensor }
  | { readonly saves: 'input'; readonly vjp: (g: Tensor, x: Tensor) => Tensor }
  | { readonly saves: 'output'; readonly vjp: (g: Tensor, y: Tensor) => Tensor };

/** The gradients of an operation on two inputs, one rule per input: in `g` alone, or in both inputs. */
type BinaryGradient =
  | { readonly saves: 'nothing'; readonly vjp: readonly [(g: Tensor) => Tensor, (g: Tensor) => Tensor] }
  | {
      readonly saves: 'inputs';
      readonly vjp: readonly [(g: Tensor, a: Tensor, b: Tensor) => Tensor, (g: Tensor, a: Tensor, b: Tensor) => Tensor];
    };

export const add: BinaryOp = binary('add', {
  kernel: kernels.add,
  saves: 'nothing',
  vjp: [(g) => g, (g) => g],
});

export const sub: BinaryOp = binary('sub', {
  kernel: kernels.sub,
  saves: 'nothing',
  vjp: [(g) => g, (g) => neg(g)],
});

export const mul: BinaryOp = binary('mul', {
  kernel: kernels.mul,
  saves: 'inputs',
  vjp: [(g, _a, b) => mul(g, b), (g, a) => mul(g, a)],
});

export const div: BinaryOp = binary('div', {
  kernel: kernels.div,
  result: 'float',
  saves: 'inputs',
  vjp: [(g, _a, b) => div(g, b), (g, a, b) => neg(div(mul(g, a), mul(b, b)))],
});

export const neg: UnaryOp = unary('neg', {
  kernel: kernels.neg,
  saves: 'nothing',
  vjp: (g) => neg(g),
});

export const exp: UnaryOp = unary('exp', {
  kernel: kernels.exp,
  result: 'float',
  saves: 'output',
  vjp: (g, y) => mul(g, y),
});

export const log: UnaryOp = unary('log', {
  kernel: kernels.log,
  result: 'float',
  saves: 'input',
  vjp: (g, x) => div(g, x),
});

export const sqrt: UnaryOp = unary('sqrt', {
  kernel: kernels.sqrt,
  result: 'float',
  saves: 'output',
  vjp: (g, y) => div(g, mul(y, 2)),
});

/** The gradient is selected, not multiplied by a mask: 0 times infinity would be NaN. At NaN it passes, as NaN does. */
export const relu: UnaryOp = unary('relu', {
  kernel: kernels.relu,
  saves: 'output',
  vjp: (g, y) => where(le(y, 0), 0, g),
});

export const eq: BinaryOp = comparison('eq', kernels.eq);
export const gt: BinaryOp = comparison('gt', kernels.gt);
export const le: BinaryOp = comparison('le', kernels.le);

const whereRule: OpRule<readonly [Tensor, Tensor, Tensor], undefined> = {
  name: 'where',
  forward([condition, a, b]) {
    const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
    const out = zerosOf(promote(a, b), shape);
    kernels.where(
      denseStorage(condition, shape, 'bool'),
      denseStorage(a, shape, out.dtype),
      denseStorage(b, shape, out.dtype),
      out.storage,
    );
    return out;
  },
  saves: [0],
  vjp: [
    null,
    (g, { inputs: [condition] }) => where(condition, g, 0),
    (g, { inputs: [condition] }) => where(condition, 0, g),
  ],
};

/** `a` where the condition holds, else `b`; all three are broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (condition.dtype !== 'bool') {
    throw new DTypeError(`where: the condition is bool, got ${condition.dtype}; compare first, as in x.gt(0)`);
  }
  return apply(whereRule, [condition, toTensor(a, b), toTensor(b, a)], undefined);
}

/** Defines an operation on each element. `result: 'float'` turns integers into float32 first. */
function unary(
  name: string,
  { kernel, result, ...gradient }: { kernel: UnaryKernel; result?: 'float' } & UnaryGradient,
): UnaryOp {
  const rule: OpRule<readonly [Tensor], undefined> = {
    name,
    forward([x]) {
      const dtype = result === 'float' ? toFloat(x.dtype) : x.dtype;
      if (dtype === 'bool') throw new DTypeError(`${name}: does not take bool; to('int32') or to('float32') converts`);
      const out = zerosOf(dtype, x.shape);
      kernel(denseStorage(x, x.shape, dtype), out.storage);
      return out;
    },
    saves: gradient.saves === 'nothing' ? [] : gradient.saves === 'input' ? [0] : ['output'],
    vjp: [
      (g, saved) => {
        if (gradient.saves === 'nothing') return gradient.vjp(g);
        return gradient.saves === 'input' ? gradient.vjp(g, saved.inputs[0]) : gradient.vjp(g, saved.output);
      },
    ],
  };
  return (x) => apply(rule, [x], undefined);
}

/** Defines an operation on pairs of elements, broadcast and promoted. `result: 'float'` turns integers into float32 first. */
function binary(
  name: string,
  { kernel, result, ...gradient }: { kernel: BinaryKernel; result?: 'float' } & BinaryGradient,
): BinaryOp {
  const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
    name,
    forward([a, b]) {
      const promoted = promote(a, b);
      const dtype = result === 'float' ? toFloat(promoted) : promoted;
      if (dtype === 'bool')
        throw new DTypeError(`${name}: does not take two bools; to('int32') or to('float32') converts`);
      const shape = broadcastShapes(name, a.shape, b.shape);
      const out = zerosOf(dtype, shape);
      kernel(denseStorage(a, shape, dtype), denseStorage(b, shape, dtype), out.storage);
      return out;
    },
    saves: gradient.saves === 'inputs' ? [0, 1] : [],
    vjp: [
      (g, saved) => (gradient.saves === 'inputs' ? gradient.vjp[0](g, ...saved.inputs) : gradient.vjp[0](g)),
      (g, saved) => (gradient.saves === 'inputs' ? gradient.vjp[1](g, ...saved.inputs) : gradient.vjp[1](g)),
    ],
  };
  return (a, b) => apply(rule, [toTensor(a, b), toTensor(b, a)], undefined);
}

/** Defines a comparison of pairs of elements: bool, and so without a gradient. */
function comparison(name: string, kernel: BinaryKernel): BinaryOp {
  const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
    name,
    forward([a, b]) {
      const shape = broadcastShapes(name, a.shape, b.shape);
      const out = zerosOf('bool', shape);
      const dtype = promote(a, b);
      kernel(denseStorage(a, shape, dtype), denseStorage(b, shape, dtype), out.storage);
      return out;
    },
    saves: [],
    vjp: null,
  };
  return (a, b) => apply(rule, [toTensor(a, b), toTensor(b, a)], undefined);
}

function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float32';
}

/** An operand as a tensor: a plain number takes the dtype in which the two meet. */
function toTensor(operand: Operand, other: Operand): Tensor {
  if (isTensor(operand)) return operand;
  const number = zerosOf(promote(operand, other), []);
  number.storage.array[0] = operand;
  return number;
}
