import { checkNumber } from '../array/arguments.ts';
import { type DType, isFloat, toElement } from '../array/dtype.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { releasing } from '../array/lifetime.ts';
import { broadcastShapes, sameShape, showShape } from '../array/shape.ts';
import { state } from '../array/state.ts';
import { isNaNTensor, throwIfForwardMadeNaN } from '../graph/anomaly.ts';
import { type AnyRule, gradient, gradientOf, type OpRule, record, unrecorded, zerosOf } from '../graph/apply.ts';
import { checkTensor, type Gradient, type Node, Tensor } from '../graph/tensor.ts';
import { fill } from '../kernels/copy.ts';
import { add, clip, div, mul, sub } from './arithmetic.ts';
import { clone, writeInto } from './copy.ts';
import { type BinaryOp, type Operand, toTensors } from './define-elementwise.ts';
import { ge, le, logicalAnd, where } from './logic.ts';
import { pick, type Region, regionOf, replace } from './region.ts';

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
      writeInto(name, x, result);
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
    writeInto('clip_', x, result);
  });
}

const copyRule: OpRule<readonly [Tensor, Tensor]> = {
  name: 'copy_',
  forward: ([x]) => x,
  gradients: [gradient([], (g) => zerosOf(g.dtype, g.shape)), gradient([], (g) => g)],
};

/**
 * Copies `source`, broadcast and converted, into `x`. Throws a ShapeError if it does not broadcast to the shape of `x`, and a RangeError
 * for a number that does not fit the dtype.
 */
export function copy_(x: Tensor, source: Tensor): Tensor {
  checkTensor('copy_', 'the source', source, 'fill_(number) writes one number everywhere');
  if (!sameShape(x.shape, broadcastShapes('copy_', x.shape, source.shape))) {
    throw new ShapeError(`copy_: cannot broadcast the source ${showShape(source.shape)} to ${showShape(x.shape)}`);
  }
  return overwrite('copy_', x, source);
}

/** Copies `source`, which broadcasts to the shape of `x`, into `x`. */
export function overwrite(name: string, x: Tensor, source: Tensor): Tensor {
  return inPlace(name, copyRule, x, [source], (_, given) => {
    writeInto(name, x, clone(given)); // the source may share elements with x
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

/** Sets every element to 0. */
export function zero_(x: Tensor): Tensor {
  return inPlace('zero_', fillRule, x, [], () => {
    fill(x, 0);
  });
}

/** Changes the first tensor in place; it gets the operands without their records, so that nothing inside is recorded. */
type Change = (x: Tensor, other: Tensor) => void;

/**
 * Runs `change`, which modifies `x`, and records it as the operation `rule` of `x` and `others`. If `x` is a view, it is recorded as an
 * operation of the tensor at the end of its chain of bases, and every view of that tensor is recorded again when its node is asked for.
 *
 *     b ◄── rows = b.reshape([2, 2]) ◄── row = rows.at(0)        before: the views of b, each with the node of its operation
 *     row.mul_(w)                                                b.node = mul_ of b and w; rows and row come from the new b
 *
 * Temporaries made by `change` are released when it returns. Throws a GraphError if the change cannot be recorded.
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
  if (!state.isRecording || !isFloat(x.dtype)) return changed();
  const bases = basesOf(x);
  if (![...inputs, ...bases].some((each) => each.requiresGrad)) return changed();
  checkRecordable(name, x, bases);
  const whole = bases.at(-1) ?? x;
  checkDistinct(name, whole);
  const old = whole.node;
  const asTheyWere = inputs.map((_, index) => asItWas(rule, inputs, index));
  if (whole !== x) asTheyWere.push(withNode(whole, old));
  changed();
  const recorded = whole === x ? { ...rule, name } : ofRegion(name, rule, regionOf(x, whole));
  whole.node = record(recorded, asTheyWere, undefined, x);
  if (whole.node !== null && old?.retainedBy === whole) {
    old.retainedBy = null;
    whole.node.retainedBy = whole;
  }
  return x;
}

/**
 * The rule of a change of a region of a tensor. That tensor comes last among the inputs, so that the others keep their indices. Its
 * gradient is that of the result, with the region replaced by the gradient of the elements that were there before.
 */
function ofRegion(name: string, rule: AnyRule, region: Region): AnyRule {
  const gradients = rule.gradients as readonly (Gradient<unknown> | null)[]; // an operation in place has no joint one
  const [own = null, ...others] = gradients.map(
    (each) => each && gradient(each.saves, (g: Tensor, saved, params) => each.rule(pick(g, region), saved, params)),
  );
  const ofWhole =
    own && gradient(own.saves, (g: Tensor, saved, params) => replace(g, own.rule(g, saved, params), region));
  return { ...rule, name, gradients: [null, ...others, ofWhole] };
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
  // The gradient of a leaf has to reach the leaf itself: the copy is recorded.
  if (input.isLeaf && input.requiresGrad) return isSaved ? clone(input) : input;
  return withNode(isSaved ? clone(unrecorded(input)) : input, input.node);
}

/** A tensor of the same elements that keeps the given node. */
function withNode(x: Tensor, node: Node | null): Tensor {
  const kept = new Tensor(x.storage, x);
  kept.node = node;
  return kept;
}

/** Throws a GraphError if an in-place change cannot be recorded. */
function checkRecordable(name: string, x: Tensor, bases: readonly Tensor[]): void {
  if ([x, ...bases].some((each) => each.isLeaf && each.requiresGrad)) {
    throw new GraphError(
      `${name}: a leaf that requires a gradient cannot be changed in place while operations are recorded, nor can a view of it; wrap the change in noGrad(() => …), or change a clone()`,
    );
  }
  const apart = [x, ...bases].find(({ viewOf }) => viewOf?.isRecorded === false);
  if (apart !== undefined) {
    throw new GraphError(
      `${name}: cannot record a change of a view that was taken under noGrad, here ${showShape(apart.shape)} of a tensor of shape ${showShape(apart.viewOf?.base.shape ?? [])}; take the view outside noGrad, clone() it, or wrap the change in noGrad(() => …)`,
    );
  }
}

/** Throws a ShapeError if several elements of `x` share memory. */
export function checkDistinct(name: string, x: Tensor): void {
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
