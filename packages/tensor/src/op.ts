import { isFloat } from './dtype.ts';
import { asOneOperation, detectsAnomalies, type Site, siteOf, throwIfForwardMadeNaN } from './anomaly.ts';
import { gradMode } from './grad-mode.ts';
import { type Hooks } from './hooks.ts';
import { close, drop, handOver, hold, open } from './memory/scope.ts';
import { Tensor } from './tensor.ts';

/** A tensor that a gradient looks at: an input of the operation, by its index, or the output. */
export type SavedKey = number | 'output';

/** The saved tensors, in the order in which they were named. */
type SavedTensors<Keys extends readonly SavedKey[]> = { readonly [K in keyof Keys]: Tensor };

/** The gradient of one input: what it looks at, and the rule. Made by `gradient`. */
export interface Gradient<Params> {
  readonly saves: readonly SavedKey[];
  readonly rule: (g: Tensor, saved: readonly Tensor[], params: Params) => Tensor;
}

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

/** What an operation is: how it is computed, and how a gradient goes back through it. */
export interface OpRule<Inputs extends readonly Tensor[] = readonly Tensor[], Params = unknown> {
  readonly name: string;
  /** Whether the output is a view of the first input: another layout of the same storage. */
  readonly isView?: boolean;
  /** Computes the output, a new tensor. What it calls on the way is not recorded, and released when it returns. */
  forward(inputs: Inputs, params: Params): Tensor;
  /** One for each input, null for an input that carries no gradient; null alone for an operation without any. */
  readonly gradients: { readonly [I in keyof Inputs]: Gradient<Params> | null } | null;
}

/** An operation with its types forgotten, as the records keep it. */
export type AnyRule = OpRule<readonly Tensor[]>;

/** Where the gradient of one input goes, and what it has to look like when it arrives. */
export interface Edge {
  /** The operation that made the input, or the input itself where it is a leaf. */
  readonly to: Node | Tensor;
  /** Which input. */
  readonly index: number;
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
  readonly gradient: Gradient<unknown>;
}

/** A tensor kept for backward, with the version that its storage had then. */
export interface SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
}

/**
 * An operation that was recorded. It holds what its gradients look at and where they go, nothing more.
 *
 *     x ──────► mul ──────► sum            forward, in tensors
 *               │ edges  ◄── │ edges       the record, in nodes: from the result to the leaves
 *     x ◄───────┘
 */
export class Node {
  readonly name: string;
  params: unknown;
  /** To each input that takes a gradient. Null once backward has freed the node. */
  edges: readonly Edge[] | null;
  /** What is called with the gradient of the output, once all of it has arrived. */
  hooks: Hooks | null = null;
  /** The output, where its gradient is to be kept in `grad`. */
  retainedBy: Tensor | null = null;
  /** Where the operation was called, if anomalies were being looked for. */
  readonly site: Site | null;
  /** By the index of the input; the output comes after the last one. */
  readonly #saved: (SavedTensor | undefined)[];
  readonly #inputs: number;

  constructor(name: string, inputs: number, edges: readonly Edge[], params: unknown, site: Site | null) {
    this.name = name;
    this.edges = edges;
    this.params = params;
    this.site = site;
    this.#inputs = inputs;
    this.#saved = [];
  }

  /** Keeps a tensor for backward. */
  save(key: SavedKey, tensor: Tensor): void {
    const at = key === 'output' ? this.#inputs : key;
    if (this.#saved[at] !== undefined) return;
    hold(tensor);
    this.#saved[at] = { tensor, version: tensor.storage.version };
  }

  saved(key: SavedKey): SavedTensor {
    const kept = this.#saved[key === 'output' ? this.#inputs : key];
    if (kept === undefined) throw new Error(`${this.name} has not saved ${key}`); // record saves what its edges name
    return kept;
  }

  /** Lets go of all that leads on: a graph goes from its root, link by link, for nothing holds the rest. */
  free(): void {
    this.edges = null;
    this.params = null;
    for (const kept of this.#saved) if (kept !== undefined) drop(kept.tensor);
    this.#saved.length = 0;
  }
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
  const { name, gradients } = rule;
  if (gradients === null) return null;
  let edges: Edge[] | null = null;
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index] as Tensor;
    const gradient = gradients[index];
    if (!gradient || !input.requiresGrad) continue;
    (edges ??= []).push({ to: input.node ?? input, index, shape: input.shape, dtype: input.dtype, gradient });
  }
  if (edges === null) return null;
  const node = new Node(name, inputs.length, edges, params, detectsAnomalies() ? siteOf(name) : null);
  for (const { gradient } of edges) {
    for (const key of gradient.saves) node.save(key, key === 'output' ? output : (inputs[key] as Tensor));
  }
  return node;
}

/** How a tensor came to be a view: what of, and by which operation. */
export class ViewOf {
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
