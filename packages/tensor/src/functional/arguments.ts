import { checkFunction, checkOptions, describe, synchronous } from '../array/arguments.ts';
import { ShapeError } from '../array/errors.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { leaveScopes, withRecording } from '../array/state.ts';
import { grad } from '../autograd/grad.ts';
import { checkTensor, checkTensors, isTensor, Tensor } from '../graph/tensor.ts';
import { clone } from '../ops/copy.ts';
import { zerosLike } from '../ops/creation.ts';

/** A tensor, or a list of tensors. */
export type Tensors = Tensor | readonly Tensor[];

/** The arguments of a function of `Inputs`: a tensor is the only one, a list has one in each item. */
export type ArgumentsOf<Inputs extends Tensors> = Inputs extends readonly Tensor[] ? Inputs : [Inputs];

/** One `Each` for a tensor, a list of them for a list of tensors. */
export type PerTensor<Given extends Tensors, Each = Tensor> = Given extends readonly Tensor[]
  ? { -readonly [I in keyof Given]: Each }
  : Each;

/** The options of `jacobian`, `hessian`, `vjp` and `jvp`. */
export interface FunctionalOptions {
  /** Whether gradients flow through the results, to the inputs and to what the function reads; false by default. */
  readonly createGraph?: boolean | undefined;
}

/** A function of tensors with what it was called with. */
export interface Call {
  readonly createGraph: boolean;
  /** Leaves or, if gradients have to flow to the given inputs, copies of them: each is a tensor of its own, even if it was passed twice. */
  readonly inputs: readonly Tensor[];
  /** Whether the given inputs, and the outputs, are lists. */
  readonly areInputsListed: boolean;
  readonly areOutputsListed: boolean;
  readonly outputs: readonly Tensor[];
}

/** Checks the arguments, runs the function, and computes the result of `use` from the call; all is recorded. */
export function called<Result>(
  op: string,
  fn: (...inputs: never) => Tensors,
  inputs: Tensors,
  options: FunctionalOptions,
  use: (call: Call) => Result,
): Result {
  checkFunction(op, fn);
  checkOptions(op, options, ['createGraph']);
  const { createGraph = false } = options;
  if (!isTensor(inputs) && !Array.isArray(inputs)) {
    throw new TypeError(`${op}: the inputs must be a tensor or a list of tensors, got ${describe(inputs)}`);
  }
  const given = listed(inputs);
  checkTensors(op, given);
  leaveScopes();
  return withRecording(true, () => {
    const variables = given.map((x) => variable(x, createGraph));
    const returned = synchronous(op, () => (fn as (...inputs: readonly Tensor[]) => Tensors)(...variables));
    const isList = Array.isArray(returned);
    const outputs: readonly Tensor[] = isList ? returned : [returned];
    for (const [at, output] of outputs.entries()) {
      checkTensor(op, isList ? `output ${at} of the function` : 'the output of the function', output, 'return a tensor or a list of tensors'); // prettier-ignore
    }
    return use({
      createGraph,
      inputs: variables,
      areInputsListed: !isTensor(inputs),
      areOutputsListed: isList,
      outputs,
    });
  });
}

/** The gradients of the outputs, given those of each, with respect to the inputs: zeros where nothing depends on an input. */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[],
  options: { readonly createGraph: boolean; readonly retainGraph: boolean },
): Tensor[] {
  const depending = [...outputs.keys()].filter((at) => outputs[at]?.requiresGrad);
  if (depending.length === 0) return inputs.map((x) => zerosLike(x));
  const pick = <T>(list: readonly T[]): T[] => depending.map((at) => list[at] as T);
  const found = grad(pick(outputs), inputs, { ...options, gradOutputs: pick(gradOutputs), allowUnused: true });
  return found.map((g, at) => g ?? zerosLike(inputs[at] as Tensor));
}

/** Checks a vector for a product: as many tensors as `like`, in their shapes. Null is allowed, for 1, if `like` is a single number. */
export function vectorLike(
  op: string,
  v: Tensors | null,
  like: readonly Tensor[],
  what: string,
): readonly (Tensor | null)[] {
  if (v === null) {
    if (like.length === 1 && like[0]?.size === 1) return [null];
    throw new ShapeError(`${op}: v may be left out for a single number only; pass a v with the shape of the ${what}, ${like.map(({ shape }) => showShape(shape)).join(', ')}`); // prettier-ignore
  }
  const list = listed(v);
  checkTensors(op, list);
  if (list.length !== like.length) {
    throw new ShapeError(`${op}: v must hold ${like.length} tensors, one for each of the ${what}, got ${list.length}`);
  }
  for (const [at, { shape }] of like.entries()) {
    const own = list[at]?.shape ?? [];
    if (!sameShape(own, shape)) {
      throw new ShapeError(`${op}: v must have the shape of the ${what}, ${showShape(shape)}, got ${showShape(own)}`);
    }
  }
  return list;
}

/** A result as the caller gets it: without its record, unless gradients have to flow through it. */
export function finished(result: Tensor, createGraph: boolean): Tensor {
  return createGraph ? result : new Tensor(result.storage, result);
}

/** The items of a list, or the only one. */
export function unlisted<T>(list: readonly T[], isListed: boolean): T | readonly T[] {
  return isListed ? list : (list[0] as T);
}

function listed(given: Tensors): readonly Tensor[] {
  return isTensor(given) ? [given] : given;
}

function variable(x: Tensor, createGraph: boolean): Tensor {
  if (createGraph && x.requiresGrad) return clone(x);
  const leaf = new Tensor(x.storage, x);
  leaf.requiresGrad = true;
  return leaf;
}
