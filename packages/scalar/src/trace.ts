import { chainRule, releasedError, topologicalOrder, type Value } from './value.ts';

/** The gradient that one node sends to one of its inputs. */
export interface TraceEdge {
  readonly input: Value;
  /** How fast the node changes with this input: ∂y/∂a. */
  readonly local: number;
  /** `upstream · local`. */
  readonly contribution: number;
  /** The gradient that the input has received so far in this pass, including this contribution. */
  readonly sum: number;
}

/** One step of the backward pass: the visit of one node. */
export interface TraceStep {
  readonly node: Value;
  /** How fast the root changes with the node: ∂L/∂y. It is complete, because all uses of the node have been visited. */
  readonly upstream: number;
  /** One edge to each input, in the order of `node.inputs`; none for a leaf. */
  readonly edges: readonly TraceEdge[];
}

/**
 * Runs a backward pass from `root` and returns it as a list of steps, root first, for debuggers and lessons. The pass starts
 * with all sums at 0, changes no `grad` and releases nothing.
 *
 * ```ts
 * import { trace, value } from '@mg/scalar';
 *
 * const x = value(3, { label: 'x' });
 * const [first] = trace(x.mul(x));
 * first?.edges.map(({ local, contribution, sum }) => [local, contribution, sum]); // => [[3, 3, 3], [3, 3, 6]]
 * ```
 *
 * @throws {@link GraphError} if a backward pass has released part of the graph.
 */
export function trace(root: Value): TraceStep[] {
  const nodes = topologicalOrder(root).reverse();
  const released = nodes.find((node) => node.released);
  if (released) throw releasedError('trace', released);

  const sums = new Map<Value, number>(nodes.map((node) => [node, 0]));
  sums.set(root, 1);
  return nodes.map((node) => {
    const upstream = sums.get(node) ?? 0;
    const edges = node.inputs.map((input, i) => {
      const kept = i === 0 ? node.da : node.db;
      const contribution = chainRule(upstream, kept);
      const sum = (sums.get(input) ?? 0) + contribution;
      sums.set(input, sum);
      return { input, local: kept + 0, contribution, sum };
    });
    return { node, upstream, edges };
  });
}
