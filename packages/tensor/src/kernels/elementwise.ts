import { moveIn, type Storage } from '../array/storage.ts';
import { type DenseUnary, type StridedBinary } from './compiled/elementwise.ts';
import { compiled, compiledFunctions, SMALLEST } from './compiled/kernels.ts';
import { addressOf } from './operands.ts';
import * as reference from './reference/elementwise.ts';
import { type BinaryKernel, type UnaryKernel, type WhereKernel } from './reference/elementwise.ts';

// A kernel is the reference loop of its name, unless it is listed below: a local export takes the place of one that `*` stands for.
export * from './reference/elementwise.ts';

// The kernels listed have a compiled one. It serves float32 where that pays; both give the same bits. The functions that are not
// exact round in their own way, and so the compiled one serves float32 of any size.

export const add: BinaryKernel = binary(reference.add, compiled?.add);
export const sub: BinaryKernel = binary(reference.sub, compiled?.sub);
export const mul: BinaryKernel = binary(reference.mul, compiled?.mul);
export const div: BinaryKernel = binary(reference.div, compiled?.div);
export const eq: BinaryKernel = binary(reference.eq, compiled?.eq);
export const ne: BinaryKernel = binary(reference.ne, compiled?.ne);
export const lt: BinaryKernel = binary(reference.lt, compiled?.lt);
export const gt: BinaryKernel = binary(reference.gt, compiled?.gt);
export const le: BinaryKernel = binary(reference.le, compiled?.le);
export const ge: BinaryKernel = binary(reference.ge, compiled?.ge);
export const maximum: BinaryKernel = binary(reference.maximum, compiled?.maximum);
export const minimum: BinaryKernel = binary(reference.minimum, compiled?.minimum);
export const reluGradient: BinaryKernel = binary(reference.reluGradient, compiled?.reluGradient);
export const neg: UnaryKernel = unary(reference.neg, compiled?.neg);
export const exp: UnaryKernel = rounding(reference.exp, compiledFunctions?.exp);
export const log: UnaryKernel = rounding(reference.log, compiledFunctions?.log);
export const sqrt: UnaryKernel = unary(reference.sqrt, compiled?.sqrt);
export const relu: UnaryKernel = unary(reference.relu, compiled?.relu);
export const abs: UnaryKernel = unary(reference.abs, compiled?.abs);
export const square: UnaryKernel = unary(reference.square, compiled?.square);
export const reciprocal: UnaryKernel = unary(reference.reciprocal, compiled?.reciprocal);
export const rsqrt: UnaryKernel = unary(reference.rsqrt, compiled?.rsqrt);
export const sign: UnaryKernel = unary(reference.sign, compiled?.sign);
export const floor: UnaryKernel = unary(reference.floor, compiled?.floor);
export const ceil: UnaryKernel = unary(reference.ceil, compiled?.ceil);
export const round: UnaryKernel = unary(reference.round, compiled?.round);
export const isNaN: UnaryKernel = unary(reference.isNaN, compiled?.isNaN);
export const isFinite: UnaryKernel = unary(reference.isFinite, compiled?.isFinite);
export const logicalNot: UnaryKernel = unary(reference.logicalNot, compiled?.logicalNot);
export const tanh: UnaryKernel = rounding(reference.tanh, compiledFunctions?.tanh);
export const sigmoid: UnaryKernel = rounding(reference.sigmoid, compiledFunctions?.sigmoid);
export const erf: UnaryKernel = rounding(reference.erf, compiledFunctions?.erf);
export const gelu: UnaryKernel = rounding(reference.gelu, compiledFunctions?.gelu);

/** Cuts to the bounds; NaN stays. */
export const clip: typeof reference.clip = (x, out, bounds) => {
  if (compiled === null || !canServe(out, [x]) || !moveIn(x, out)) {
    reference.clip(x, out, bounds);
    return;
  }
  compiled.clip(x.address, out.address, out.length, bounds.min, bounds.max);
  out.wrote();
};

export const where: WhereKernel = (condition, a, b, out, rows, columns) => {
  const operands = [condition.storage, a.storage, b.storage];
  const isWorthIt = canServe(out, operands.slice(1)) && condition.storage.isWorthMovingIn(out.length);
  if (compiled === null || !isWorthIt || !moveIn(...operands, out)) {
    reference.where(condition, a, b, out, rows, columns);
    return;
  }
  compiled.where(
    condition.storage.address + condition.offset,
    addressOf(a),
    addressOf(b),
    out.address,
    rows,
    columns,
    condition.rowStep,
    condition.columnStep,
    a.rowStep,
    a.columnStep,
    b.rowStep,
    b.columnStep,
  );
  out.wrote();
};

function binary(slow: BinaryKernel, fast: StridedBinary | undefined): BinaryKernel {
  if (fast === undefined) return slow;
  return (a, b, out, rows, columns) => {
    if (!canServe(out, [a.storage, b.storage]) || !moveIn(a.storage, b.storage, out)) {
      slow(a, b, out, rows, columns);
      return;
    }
    const [from, and] = [addressOf(a), addressOf(b)];
    fast(from, and, out.address, rows, columns, a.rowStep, a.columnStep, b.rowStep, b.columnStep);
    out.wrote();
  };
}

function unary(slow: UnaryKernel, fast: DenseUnary | undefined): UnaryKernel {
  if (fast === undefined) return slow;
  return (x, out) => {
    if (!canServe(out, [x]) || !moveIn(x, out)) {
      slow(x, out);
      return;
    }
    fast(x.address, out.address, out.length);
    out.wrote();
  };
}

/** A kernel that rounds in its own way: it serves its dtype whatever the size, so that this never decides over the last bit. */
function rounding(slow: UnaryKernel, fast: DenseUnary | undefined): UnaryKernel {
  if (fast === undefined) return slow;
  return (x, out) => {
    if (x.dtype !== 'float32' || !moveIn(x, out)) {
      slow(x, out);
      return;
    }
    fast(x.address, out.address, out.length);
    out.wrote();
  };
}

function canServe(out: Storage, operands: readonly Storage[]): boolean {
  if (out.length < SMALLEST) return false;
  for (const operand of operands) {
    if (operand.dtype !== 'float32' || !operand.isWorthMovingIn(out.length)) return false;
  }
  return true;
}
