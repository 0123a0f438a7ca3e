import { checkNumber } from '../array/arguments.ts';
import { type DType, isFloat, toElement } from '../array/dtype.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { releasing } from '../array/lifetime.ts';
import { broadcastShapes, sameShape, showShape } from '../array/shape.ts';
import { state } from '../array/state.ts';
import { isNaNTensor, throwIfForwardMadeNaN } from '../graph/anomaly.ts';
import { type AnyRule, gradient, gradientOf, type OpRule, record, unrecorded, zerosOf } from '../graph/apply.ts';
import { checkTensor, Tensor } from '../graph/tensor.ts';
import { fill } from '../kernels/copy.ts';
import { add, clip, div, mul, sub } from './arithmetic.ts';
import { clone, writeInto } from './copy.ts';
import { type BinaryOp, type Operand, toTensors } from './define-elementwise.ts';
import { ge, le, logicalAnd, where } from './logic.ts';

// An in-place operation computes the same as its counterpart, and writes the result into the first operand. In the graph, the tensor
// becomes the output of the operation; operations recorded earlier still refer to its previous node.

type InPlaceOp = (x: Tensor, other: Operand) => Tensor;

/** `x += y`, broadcast to the shape of `x`. */
export const add_: InPlaceOp = arithmetic('add_', add);

/** `x -= y`, broadcast to the shape of `x`. */
export const sub_: InPlaceOp = arithmetic('sub_', sub);

/** `x *= y`, broadcast to the shape of `x`. */
export const mul_: InPlaceOp = arithmetic('mul_', mul);

/** `x /= y`, broadcast to the shape of `x`. */
export const div_: InPlaceOp = arithmetic('div_', div);

function arithmetic(name: string, { ruleOf, meet, over }: BinaryOp): InPlaceOp {
  const rule = ruleOf(name);
  return (x, other) => {
    const [, y] = toTensors(name, x, other, meet);
    return inPlace(name, rule as AnyRule, x, [y], (given, by) => {
      if (over(name, given, by)) return;
      const result = rule.forward([given, by], undefined);
      checkFits(name, x, result, other);
      writeInto(x, result);
    });
  };
}

/** `clip` in place. */
export function clip_(x: Tensor, min?: number, max?: number): Tensor {
  const rule: OpRule<readonly [Tensor]> = {
    name: 'clip_',
    forward: ([given]) => clip(given, min, max),
    gradients: [
      gradient([0], (g, [given]) => where(logicalAnd(ge(given, min ?? -Infinity), le(given, max ?? Infinity)), g, 0)),
    ],
  };
  return inPlace('clip_', rule, x, [], (given) => {
    const result = clip(given, min, max, 'clip_');
    checkFits('clip_', x, result, 0);
    writeInto(x, result);
  });
}

const copyRule: OpRule<readonly [Tensor, Tensor]> = {
  name: 'copy_',
  forward: ([x]) => x,
  gradients: [gradient([], (g) => zerosOf(g.dtype, g.shape)), gradient([], (g) => g)],
};

/** Copies `source`, broadcast and converted, into `x`. Throws a ShapeError if it does not broadcast to the shape of `x`. */
export function copy_(x: Tensor, source: Tensor): Tensor {
  checkTensor('copy_', 'the source', source, 'fill_(number) writes one number everywhere');
  if (!sameShape(x.shape, broadcastShapes('copy_', x.shape, source.shape))) {
    throw new ShapeError(`copy_: cannot broadcast the source ${showShape(source.shape)} to ${showShape(x.shape)}`);
  }
  return inPlace('copy_', copyRule, x, [source], (_, given) => {
    writeInto(x, clone(given)); // the source may share elements with x
  });
}

const fillRule: OpRule<readonly [Tensor]> = {
  name: 'fill_',
  forward: ([x]) => x,
  gradients: [gradient([], (g) => zerosOf(g.dtype, g.shape))],
};

/** Sets every element to a number, true or false. Throws a RangeError for a number that does not fit the dtype. */
export function fill_(x: Tensor, value: number | boolean): Tensor {
  if (typeof value !== 'boolean') checkNumber('fill_', 'the value', value);
  const element = toElement('fill_', x.dtype, Number(value));
  return inPlace('fill_', fillRule, x, [], () => {
    fill(x, element);
  });
}

/** Changes the first tensor in place; it gets the operands without their records, so that nothing inside is recorded. */
type Change = (x: Tensor, other: Tensor) => void;

/**
 * Runs `change`, which modifies `x`, and records it as the operation `rule` of `x` and `others`. Temporaries made by `change` are
 * released when it returns. Throws a GraphError if the change cannot be recorded.
 */
export function inPlace(name: string, rule: AnyRule, x: Tensor, others: readonly Tensor[], change: Change): Tensor {
  checkDistinct(name, x);
  const inputs = [x, ...others] as const;
  const hadNaN = state.findsNaN && inputs.some(isNaNTensor);
  const changed = (): Tensor => {
    releasing(() => {
      change(unrecorded(x), unrecorded(others[0] ?? x));
    });
    x.storage.touch();
    if (state.findsNaN && !hadNaN) throwIfForwardMadeNaN(name, [], x);
    return x;
  };
  const isRecorded =
    state.isRecording && isFloat(x.dtype) && [...inputs, ...basesOf(x)].some((each) => each.requiresGrad);
  if (!isRecorded) return changed();
  checkRecordable(name, x);
  const old = x.node;
  const asTheyWere = inputs.map((_, index) => asItWas(rule, inputs, index));
  changed();
  x.node = record({ ...rule, name }, asTheyWere, undefined, x);
  if (x.node !== null && old?.retainedBy === x) {
    old.retainedBy = null;
    x.node.retainedBy = x;
  }
  return x;
}

/** The chain of bases of a view: its base, the base of that, and so on. */
function basesOf(x: Tensor): readonly Tensor[] {
  const bases: Tensor[] = [];
  for (let { viewOf } = x; viewOf !== null; { viewOf } = viewOf.base) bases.push(viewOf.base);
  return bases;
}

/**
 * The input as it was before the change, for the record: if it shares elements with `x`, with its old node, and its old elements if
 * a gradient needs them.
 */
function asItWas(rule: AnyRule, inputs: readonly Tensor[], index: number): Tensor {
  const input = inputs[index] as Tensor;
  if (input.storage !== inputs[0]?.storage) return input;
  const isSaved = inputs.some((each, at) => each.requiresGrad && gradientOf(rule, at)?.saves.includes(index) === true);
  const elements = isSaved ? clone(unrecorded(input)) : input;
  const before = new Tensor(elements.storage, elements);
  before.node = input.node;
  return before;
}

/** Throws a GraphError if an in-place change cannot be recorded. */
function checkRecordable(name: string, x: Tensor): void {
  if (x.isLeaf && x.requiresGrad) {
    throw new GraphError(
      `${name}: a leaf that requires a gradient cannot be changed in place while operations are recorded; wrap the change in noGrad(() => …), or change a clone()`,
    );
  }
  if (x.viewOf !== null) {
    throw new GraphError(
      `${name}: cannot record an in-place change of a view, here ${showShape(x.shape)} of a tensor of shape ${showShape(x.viewOf.base.shape)}; call set(…) on that tensor, clone() the view first, or wrap the change in noGrad(() => …)`,
    );
  }
}

/** Throws a ShapeError if several elements of `x` share memory. */
function checkDistinct(name: string, x: Tensor): void {
  if (x.size > 0 && x.shape.some((size, axis) => size > 1 && x.strides[axis] === 0)) {
    throw new ShapeError(
      `${name}: this tensor of shape ${showShape(x.shape)} was broadcast, so several elements share memory; clone() it first`,
    );
  }
}

function checkFits(name: string, x: Tensor, result: Tensor, other: Operand): void {
  if (!sameShape(x.shape, result.shape)) {
    const given = typeof other === 'number' ? 'a number' : showShape(other.shape);
    throw new ShapeError(
      `${name}: ${showShape(x.shape)} and ${given} give ${showShape(result.shape)}, but the result must keep the shape of the first; only the second is broadcast`,
    );
  }
  if (!canHold(x.dtype, result.dtype)) {
    throw new DTypeError(
      `${name}: the result is ${result.dtype}, which ${x.dtype} cannot hold; convert with to('${result.dtype}') and use ${name.slice(0, -1)}`,
    );
  }
}

/** Whether a result may be written to a tensor of another dtype: not floats to integers, and only bools to bool. */
function canHold(target: DType, result: DType): boolean {
  if (target === 'bool') return result === 'bool';
  return isFloat(target) || !isFloat(result);
}
