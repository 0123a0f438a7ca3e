import { isFloat } from './dtype.ts';
import { isGradEnabled } from './grad-mode.ts';
import { type Tensor } from './tensor.ts';

/** What a gradient rule may look at: the inputs and the output that it named in `saves`, and the parameters of the call. */
export interface Saved<Inputs extends readonly Tensor[], Params> {
  readonly inputs: Inputs;
  readonly output: Tensor;
  readonly params: Params;
}

/**
 * A vector-Jacobian product: from the gradient `g` of the output to the gradient of one input, written in ops, so that
 * it can be differentiated itself. What broadcasting or promotion did to that input is undone by the engine, not here.
 */
type Vjp<Inputs extends readonly Tensor[], Params> = (g: Tensor, saved: Saved<Inputs, Params>) => Tensor;

/** What an operation is: how it is computed, and how a gradient goes back through it. */
export interface OpRule<Inputs extends readonly Tensor[] = readonly Tensor[], Params = unknown> {
  readonly name: string;
  /** Computes the output, a new tensor (it may share a storage); records nothing. */
  forward(inputs: Inputs, params: Params): Tensor;
  /** What the gradient rules look at, kept until backward: inputs by index, and the output. Nothing else is kept alive. */
  readonly saves: readonly (number | 'output')[];
  /** One rule per input, null for an input that carries no gradient; null alone for an operation without any. */
  readonly vjp: { readonly [I in keyof Inputs]: Vjp<Inputs, Params> | null } | null;
}

/** Where the gradient of one input goes, and what it has to look like when it arrives. */
export interface Edge {
  readonly to: Node | Tensor;
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
}

/** A tensor kept for backward, with the version that its storage had then. */
interface SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
}

/** An operation that was recorded. It holds what its gradient rules need and where their results go, nothing more. */
export interface Node {
  readonly rule: OpRule;
  readonly params: unknown;
  /** One per input, null where no gradient is wanted; empty once backward has freed the node. */
  edges: readonly (Edge | null)[];
  /** Keyed as in `rule.saves`; null once backward has freed the node. */
  saved: Map<number | 'output', SavedTensor> | null;
}

/** The one road that every operation takes: compute, and record if a gradient will be wanted. */
export function apply<const Inputs extends readonly Tensor[], Params>(
  rule: OpRule<Inputs, Params>,
  inputs: Inputs,
  params: Params,
): Tensor {
  const output = rule.forward(inputs, params);
  if (rule.vjp !== null && isGradEnabled() && isFloat(output.dtype) && inputs.some((input) => input.requiresGrad)) {
    output.node = record(rule as unknown as OpRule, inputs, params, output);
  }
  return output;
}

function record(rule: OpRule, inputs: readonly Tensor[], params: unknown, output: Tensor): Node {
  const saved = new Map<number | 'output', SavedTensor>();
  for (const key of rule.saves) {
    const tensor = key === 'output' ? output : inputs[key];
    if (tensor === undefined) throw new Error(`${rule.name}: saves input ${String(key)}, which it does not have`);
    saved.set(key, { tensor, version: tensor.storage.version });
  }
  const edges = inputs.map((input, index) =>
    input.requiresGrad && rule.vjp?.[index]
      ? { to: input.node ?? input, shape: input.shape, dtype: input.dtype }
      : null,
  );
  return { rule, params, edges, saved };
}
