import { isFloat } from './dtype.ts';
import { isGradEnabled, noGrad } from './grad-mode.ts';
import { type Tensor } from './tensor.ts';

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
  /** Computes the output, a new tensor (it may share a storage). What it calls on the way is not recorded. */
  forward(inputs: Inputs, params: Params): Tensor;
  /** One for each input, null for an input that carries no gradient; null alone for an operation without any. */
  readonly gradients: { readonly [I in keyof Inputs]: Gradient<Params> | null } | null;
}

/** Where the gradient of one input goes, and what it has to look like when it arrives. */
export interface Edge {
  readonly to: Node | Tensor;
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
  readonly gradient: Gradient<unknown>;
}

/** A tensor kept for backward, with the version that its storage had then. */
interface SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
}

/** An operation that was recorded. It holds what its gradients look at and where they go, nothing more. */
export interface Node {
  readonly name: string;
  /** Null once backward has freed the node. */
  recorded: {
    /** For each input to which a gradient goes. */
    readonly edges: readonly Edge[];
    readonly saved: ReadonlyMap<SavedKey, SavedTensor>;
    readonly params: unknown;
  } | null;
}

/** The one road that every operation takes: compute, and record if a gradient will be wanted. */
export function apply<const Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const output = noGrad(() => rule.forward(inputs, params));
  if (isGradEnabled() && isFloat(output.dtype)) output.node = record(rule as unknown as OpRule, inputs, params, output);
  return output;
}

/** The node for an output, or null when no input takes a gradient. */
function record({ name, gradients }: OpRule, inputs: readonly Tensor[], params: unknown, output: Tensor): Node | null {
  const edges = inputs.flatMap((input, index): Edge[] => {
    const own = gradients?.[index];
    if (!own || !input.requiresGrad) return [];
    return [{ to: input.node ?? input, shape: input.shape, dtype: input.dtype, gradient: own }];
  });
  if (edges.length === 0) return null;
  const saved = new Map<SavedKey, SavedTensor>();
  for (const key of edges.flatMap((edge) => edge.gradient.saves)) {
    const tensor = key === 'output' ? output : inputs[key];
    if (tensor === undefined) throw new Error(`${name}: a gradient looks at input ${key}, which it does not have`);
    saved.set(key, { tensor, version: tensor.storage.version });
  }
  return { name, recorded: { edges, saved, params } };
}
