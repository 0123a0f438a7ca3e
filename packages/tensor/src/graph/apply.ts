import { type DType, isFloat } from '../array/dtype.ts';
import { LimitError } from '../array/errors.ts';
import { handOver, hold, letGoOf, open } from '../array/lifetime.ts';
import { denseLayout, type Shape, sizeOf } from '../array/shape.ts';
import { state } from '../array/state.ts';
import { Storage } from '../array/storage.ts';
import { asOneOperation, siteOf, throwIfForwardMadeNaN } from './anomaly.ts';
import { type Edge, type Gradient, type JointGradient, Node, type SavedKey, Tensor, type View } from './tensor.ts';

/** The saved tensors, in the order in which they were named. */
type SavedTensors<Keys extends readonly SavedKey[]> = { readonly [K in keyof Keys]: Tensor };

/**
 * The gradient of one input as a vector-Jacobian product: `rule` turns the gradient `g` of the output into the input's.
 * It is written in operations, so that it can be differentiated too. It gets only the tensors that `saves` names, and only those
 * are kept until backward. The engine undoes broadcasting and promotion, not the rule.
 */
export function gradient<const Keys extends readonly SavedKey[], Params>(
  saves: Keys,
  rule: (g: Tensor, saved: SavedTensors<Keys>, params: Params) => Tensor,
): Gradient<Params> {
  return { saves, rule: rule as Gradient<Params>['rule'] };
}

/** As `gradient`, for all inputs at once: `all` gives a list with the gradient of each input that it is asked for. */
export function jointGradient<const Keys extends readonly SavedKey[], Params>(
  saves: Keys,
  all: (
    g: Tensor,
    saved: SavedTensors<Keys>,
    params: Params,
    needs: (input: number) => boolean,
  ) => readonly (Tensor | null)[],
): JointGradient<Params> {
  return { saves, all: all as JointGradient<Params>['all'] };
}

/** Definition of an operation: how its output is computed, and the gradients of its inputs. */
export interface OpRule<Inputs extends readonly Tensor[] = readonly Tensor[], Params = unknown> {
  readonly name: string;
  /**
   * Set if the output is a view of the first input: another layout of the same storage. Records the view as elements of a tensor
   * that it was not taken from directly.
   */
  readonly recordView?: (view: Tensor, base: Tensor) => Node | null;
  /** Computes the output, a new tensor, from inputs without records. Results of operations inside are freed when it returns. */
  forward(inputs: Inputs, params: Params): Tensor;
  /** One for each input, null for an input without a gradient; or a joint one; or null for an operation without gradients. */
  readonly gradients: { readonly [I in keyof Inputs]: Gradient<Params> | null } | JointGradient<Params> | null;
}

/** The definition of any operation. */
export type AnyRule = OpRule<readonly Tensor[]>;

/** A row-major tensor over a whole storage. */
export function dense(storage: Storage, shape: Shape): Tensor {
  return new Tensor(storage, denseLayout(shape));
}

/** An uninitialized row-major tensor, for the output of a rule: the shape is not checked. */
export function emptyOf(dtype: DType, shape: Shape): Tensor {
  return dense(Storage.empty(dtype, sizeOf(shape)), shape);
}

/** A row-major tensor of zeros, for the output of a rule: the shape is not checked. */
export function zerosOf(dtype: DType, shape: Shape): Tensor {
  return dense(Storage.zeros(dtype, sizeOf(shape)), shape);
}

/** The same elements, for which no gradient is required: what is computed from them is not recorded. */
export function unrecorded(x: Tensor): Tensor {
  return x.requiresGrad ? new Tensor(x.storage, x) : x;
}

/** The list itself if no tensor in it requires a gradient. What is in it twice is one tensor afterwards, too. */
function allUnrecorded<Inputs extends readonly Tensor[]>(inputs: Inputs): Inputs {
  if (!inputs.some((input) => input.requiresGrad)) return inputs;
  const given: Tensor[] = [];
  for (const input of inputs) given.push(given[inputs.indexOf(input)] ?? unrecorded(input));
  return given as unknown as Inputs;
}

/** Runs an operation: computes its output, and records it if an input requires a gradient. Every operation takes this road. */
export function apply<const Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const given = state.isRecording ? allUnrecorded(inputs) : inputs;
  const output = compute(rule, given, params);
  if (state.findsNaN) throwIfForwardMadeNaN(rule.name, inputs, output);
  // A rule that ends in a view of a temporary returns no view of its inputs.
  output.viewOf =
    rule.recordView !== undefined ? new ViewOf(inputs[0] as Tensor, rule as unknown as AnyRule, params) : null;
  if (given !== inputs && isFloat(output.dtype)) {
    output.node = record(rule as unknown as AnyRule, inputs, params, output);
  }
  return output;
}

/**
 * The result of several operations as the result of one: it is a view only if it shares its elements with an input. A view of a
 * temporary counts as a tensor of its own, since no other code can reach the temporary.
 */
export function asOne(inputs: readonly Tensor[], result: Tensor): Tensor {
  if (inputs.every(({ storage }) => storage !== result.storage)) result.viewOf = null;
  return result;
}

/**
 * Applies two fused operations: one kernel computes `then(rule(…))` without the intermediate. The graph still records both, as if
 * they were applied one after the other, so the gradients of `rule` must not save its output, nor that of `then` its input.
 */
export function applyBoth<const Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  then: OpRule<readonly [Tensor], undefined>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const output = apply(rule, inputs, params);
  if (output.node === null) return output;
  const between = new Tensor(output.storage, output);
  between.node = output.node;
  output.node = record(then as unknown as AnyRule, [between], undefined, output);
  return output;
}

/** Runs the forward rule, and frees its temporaries. */
function compute<Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const current = state;
  const outer = current.made;
  const made = open();
  let output: Tensor;
  try {
    output = state.findsNaN ? asOneOperation(() => rule.forward(inputs, params)) : rule.forward(inputs, params);
    hold(output);
  } catch (error) {
    throw error instanceof LimitError ? error.during(rule.name, inputs) : error;
  } finally {
    current.made = outer;
    letGoOf(made);
  }
  handOver(output);
  return output;
}

/** The node for an output, or null if no input requires a gradient. */
export function record(rule: AnyRule, inputs: readonly Tensor[], params: unknown, output: Tensor): Node | null {
  let edges: Edge[] | null = null;
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index] as Tensor;
    const gradient = gradientOf(rule, index);
    if (gradient === null || !input.requiresGrad) continue;
    (edges ??= []).push({ to: input.node ?? input, index, shape: input.shape, dtype: input.dtype, gradient });
  }
  if (edges === null) return null;
  const { name } = rule;
  const node = new Node(name, inputs.length, params, edges, state.findsNaN ? siteOf(name) : null);
  for (const { gradient } of edges) {
    for (const key of gradient.saves) node.save(key, key === 'output' ? output : (inputs[key] as Tensor));
  }
  return node;
}

/** The gradient of one input, which may be the joint one of all inputs; null if it has none. */
export function gradientOf({ gradients }: AnyRule, index: number): Gradient<unknown> | JointGradient<unknown> | null {
  if (gradients === null || 'all' in gradients) return gradients;
  return gradients[index] ?? null;
}

/** How a tensor became a view: of which base, and by which operation. */
class ViewOf implements View {
  base: Tensor;
  readonly #rule: AnyRule;
  readonly #params: unknown;
  /** Whether the view was taken from `base` by `rule`, and not from a view of it. */
  readonly #isDirect: boolean;
  readonly isRecorded: boolean;
  #baseNode: Node | null;
  /** The version of the storage at the last check: the view can only be outdated after a change in place. */
  #version: number;

  constructor(base: Tensor, rule: AnyRule, params: unknown) {
    this.isRecorded = state.isRecording;
    this.base = base;
    // Skip the views in between: a loop of views must not keep all earlier ones alive. Those with a record are kept by it anyway.
    for (let { viewOf } = base; viewOf !== null && this.#skips(this.base, viewOf); { viewOf } = this.base) {
      this.base = viewOf.base;
    }
    this.#isDirect = this.base === base;
    this.#version = base.storage.version;
    this.#rule = rule;
    this.#params = params;
    this.#baseNode = this.base.node;
  }

  #skips(base: Tensor, { isRecorded }: View): boolean {
    return this.isRecorded ? isRecorded && !base.requiresGrad : !isRecorded || !base.requiresGrad;
  }

  isBehind(): boolean {
    return this.base.storage.version !== this.#version;
  }

  /** Gives the view a new node if an in-place operation has given its base one. */
  catchUp(view: Tensor): void {
    this.#version = this.base.storage.version;
    if (!this.isRecorded || this.base.node === this.#baseNode) return;
    const old = view.node;
    this.#baseNode = this.base.node;
    const { base } = this;
    const node = this.#isDirect
      ? record(this.#rule, [base], this.#params, view)
      : (this.#rule.recordView?.(view, base) ?? null);
    if (node !== null && old?.retainedBy === view) {
      old.retainedBy = null;
      node.retainedBy = view;
    }
    view.node = node;
  }
}
