import { checkOptions, describe } from '../array/arguments.ts';
import { isFloat, promote } from '../array/dtype.ts';
import { broadcastShapes, sameShape, type Shape } from '../array/shape.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { denseStorage, to, toFloat } from '../ops/copy.ts';
import { scalar } from '../ops/creation.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { broadcastTo } from '../ops/views.ts';

/** A parameter as a tensor of floats: a number and integers become float32. */
export function parameter(op: string, name: string, x: Operand): Tensor {
  if (isTensor(x)) return toFloat(x);
  if (typeof x !== 'number') {
    throw new TypeError(`${op}: ${name} must be a tensor or a number, got ${describe(x)}; tensor(…) converts a list`);
  }
  return scalar(x);
}

/** Two parameters in one dtype and one shape, by the rules of an operation on both. A number takes the dtype of the other one. */
export function parameters(op: string, names: readonly [string, string], a: Operand, b: Operand): [Tensor, Tensor] {
  const [x, y] = [parameter(op, names[0], a), parameter(op, names[1], b)];
  const promoted = promote(isTensor(a) ? x : a, isTensor(b) ? y : b);
  const dtype = isFloat(promoted) ? promoted : 'float32';
  const shape = broadcastShapes(op, x.shape, y.shape);
  // A number is converted to the dtype directly: float32 in between would round it.
  const [first, second] = [
    isTensor(a) ? to(x, dtype) : scalar(a, { dtype }),
    isTensor(b) ? to(y, dtype) : scalar(b, { dtype }),
  ];
  return [stretched(first, shape), stretched(second, shape)];
}

/** The one of `probs` and `logits` that is given. Throws a TypeError for both or none. */
export function eitherOf<Given>(
  op: string,
  given: { readonly probs?: Given | undefined; readonly logits?: Given | undefined },
): { readonly name: 'probs' | 'logits'; readonly value: Given } {
  checkOptions(op, given, ['probs', 'logits']);
  const { probs, logits } = given;
  if (probs !== undefined && logits === undefined) return { name: 'probs', value: probs };
  if (logits !== undefined && probs === undefined) return { name: 'logits', value: logits };
  throw new TypeError(
    `${op}: takes either probs or logits, got ${probs === undefined ? 'none' : 'both'}; as in new ${op}({ logits })`,
  );
}

/** Throws a RangeError, which says what `rule` all elements have to obey, for the first element that is not allowed. */
export function checkElements(
  op: string,
  name: string,
  x: Tensor,
  rule: string,
  allows: (element: number) => boolean,
): void {
  for (const element of denseStorage(x).read()) {
    if (!allows(element)) throw new RangeError(`${op}: ${name} must be ${rule}, got ${element}`);
  }
}

function stretched(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : broadcastTo(x, shape);
}
