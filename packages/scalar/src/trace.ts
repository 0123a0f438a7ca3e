import { chainRule, releasedError, topologicalOrder, type Value } from './value.ts';

/** What one node passes on to one of its inputs. */
export interface TraceEdge {
  readonly input: Value;
  /** How fast the node changes with this input: ∂y/∂a. */
  readonly local: number;
  /** `upstream · local`. */
  readonly contribution: number;
  /** What the input has received so far in this pass, this contribution included. */
  readonly sum: number;
}

/** The backward pass comes to one node. */
export interface TraceStep {
  readonly node: Value;
  /** How fast the root changes with the node: ∂L/∂y. All of its uses have been passed, so it is complete. */
  readonly upstream: number;
  /** One edge to each input, in the order of `node.inputs`; none for a leaf. */
  readonly edges: readonly TraceEdge[];
}

/**
 * The backward pass from `root` as a list of steps, root first, for a debugger to play or for a lesson to print. It is a
 * pass of its own: it begins with all sums at 0, changes no `grad` and releases nothing.
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
