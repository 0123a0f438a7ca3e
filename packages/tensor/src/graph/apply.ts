import { type DType, isFloat } from '../array/dtype.ts';
import { close, handOver, hold, open } from '../array/lifetime.ts';
import { contiguousStrides, type Shape, sizeOf } from '../array/shape.ts';
import { Storage } from '../array/storage.ts';
import { asOneOperation, detectsAnomalies, siteOf, throwIfForwardMadeNaN } from './anomaly.ts';
import { gradMode } from './grad-mode.ts';
import { type Edge, type Gradient, type JointGradient, Node, type SavedKey, Tensor, type View } from './tensor.ts';

/** The saved tensors, in the order in which they were named. */
type SavedTensors<Keys extends readonly SavedKey[]> = { readonly [K in keyof Keys]: Tensor };

/**
 * The gradient of one input as a vector-Jacobian product: `rule` turns the gradient `g` of the output into the input's.
 * It is written in ops, so that it can be differentiated itself, and sees the tensors that `saves` names and no others:
 * those, and nothing else, are kept until backward. What broadcasting or promotion did to the input is undone by the
 * engine, not here.
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

/** What an operation is: how it is computed, and how a gradient goes back through it. */
export interface OpRule<Inputs extends readonly Tensor[] = readonly Tensor[], Params = unknown> {
  readonly name: string;
  /** Whether the output is a view of the first input: another layout of the same storage. */
  readonly isView?: boolean;
  /** Computes the output, a new tensor. What it calls on the way is not recorded, and released when it returns. */
  forward(inputs: Inputs, params: Params): Tensor;
  /** One for each input, null for an input that carries no gradient; or a joint one; null for an operation without any. */
  readonly gradients: { readonly [I in keyof Inputs]: Gradient<Params> | null } | JointGradient<Params> | null;
}

/** An operation with its types forgotten, as the records keep it. */
export type AnyRule = OpRule<readonly Tensor[]>;

/** A dense tensor over a storage that is just as long. */
export function dense(storage: Storage, shape: Shape): Tensor {
  return new Tensor(storage, { shape, strides: contiguousStrides(shape), offset: 0 });
}

/** A dense tensor of anything, without a look at the shape: for the rule of an operation, which has made the shape itself. */
export function emptyOf(dtype: DType, shape: Shape): Tensor {
  return dense(Storage.empty(dtype, sizeOf(shape)), shape);
}

/** A dense tensor of zeros, without a look at the shape: for the rule of an operation, which has made the shape itself. */
export function zerosOf(dtype: DType, shape: Shape): Tensor {
  return dense(Storage.zeros(dtype, sizeOf(shape)), shape);
}

/** The one road that every operation takes: compute, and record if a gradient will be wanted. */
export function apply<const Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const output = compute(rule, inputs, params);
  if (detectsAnomalies()) throwIfForwardMadeNaN(rule.name, inputs, output);
  // What ends in a view of something of its own is none of its inputs'.
  output.viewOf = rule.isView === true ? new ViewOf(inputs[0] as Tensor, rule as unknown as AnyRule, params) : null;
  if (gradMode.enabled && isFloat(output.dtype)) {
    output.node = record(rule as unknown as AnyRule, inputs, params, output);
  }
  return output;
}

/**
 * The result of several operations, the last of which may give a view: a tensor of its own, unless it is a view of an input. What
 * it is a view of otherwise nobody can have.
 */
export function asOne(inputs: readonly Tensor[], result: Tensor): Tensor {
  if (inputs.every(({ storage }) => storage !== result.storage)) result.viewOf = null;
  return result;
}

/**
 * Two operations of which one kernel computes both: `forward` gives the result of `then` of `rule`, and what is between is never
 * made. The record has both, as if they had been applied one after the other: so `rule` must not look at its output in a
 * gradient, nor `then` at its input.
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

/** Runs the forward rule, which is not recorded, and releases what it made on the way. */
function compute<Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const wasEnabled = gradMode.enabled;
  gradMode.enabled = false;
  const outer = open();
  let output: Tensor;
  try {
    output = detectsAnomalies() ? asOneOperation(() => rule.forward(inputs, params)) : rule.forward(inputs, params);
    hold(output);
  } finally {
    close(outer);
    gradMode.enabled = wasEnabled;
  }
  handOver(output);
  return output;
}

/** The node for an output, or null when no input takes a gradient. */
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
  const node = new Node(name, inputs.length, params, edges, detectsAnomalies() ? siteOf(name) : null);
  for (const { gradient } of edges) {
    for (const key of gradient.saves) node.save(key, key === 'output' ? output : (inputs[key] as Tensor));
  }
  return node;
}

/** The gradient of one input, which may be a joint one of all; null if it carries none. */
export function gradientOf({ gradients }: AnyRule, index: number): Gradient<unknown> | JointGradient<unknown> | null {
  if (gradients === null || 'all' in gradients) return gradients;
  return gradients[index] ?? null;
}

/** How a tensor came to be a view: what of, and by which operation. */
export class ViewOf implements View {
  base: Tensor;
  readonly #rule: AnyRule;
  readonly #params: unknown;
  /** Whether gradients flow from the view to its base: not, if it was taken under noGrad. */
  readonly isRecorded: boolean;
  #baseNode: Node | null;
  /** The version of the storage when that was looked at: what is not written in place cannot be outdated. */
  #version: number;

  constructor(base: Tensor, rule: AnyRule, params: unknown) {
    this.isRecorded = gradMode.enabled;
    this.base = base;
    if (!this.isRecorded) {
      // Only what it is a view of in the end matters: a loop of views must not hold all that came before.
      while (this.base.viewOf?.isRecorded === false) this.base = this.base.viewOf.base;
    }
    this.#version = base.storage.version;
    this.#rule = rule;
    this.#params = params;
    this.#baseNode = this.base.node;
  }

  /** Whether the elements were written in place since this was last looked at. */
  isBehind(): boolean {
    return this.base.storage.version !== this.#version;
  }

  /** Takes the view anew, if its base was made anew since, by an operation in place: the view has another node then. */
  catchUp(view: Tensor): void {
    this.#version = this.base.storage.version;
    if (!this.isRecorded || this.base.node === this.#baseNode) return;
    const old = view.node;
    this.#baseNode = this.base.node;
    const node = record(this.#rule, [this.base], this.#params, view);
    if (node !== null && old?.retainedBy === view) {
      old.retainedBy = null;
      node.retainedBy = view;
    }
    view.node = node;
  }
}
