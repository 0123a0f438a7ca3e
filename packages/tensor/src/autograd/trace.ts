import { type DType } from '../array/dtype.ts';
import { type Shape } from '../array/shape.ts';
import { isTensor, type Node, type Tensor } from '../graph/tensor.ts';
import { BackwardPass, type Target, targetOf } from './backward.ts';

/** A place in the graph: the output of an operation, or a leaf. It is the same object throughout a trace. */
export interface TraceNode {
  /** The operation; null for a leaf. */
  readonly op: string | null;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The leaf itself; null for an operation, because it does not keep its output. */
  readonly tensor: Tensor | null;
}

/** The gradient that one operation passes on to one of its inputs. */
export interface TraceEdge {
  readonly input: TraceNode;
  /** The gradient that the rule of the operation makes of `upstream`. It has the shape of the input. */
  readonly contribution: Tensor;
  /** The sum that the input has received so far in this pass, including this contribution. */
  readonly sum: Tensor;
}

/** One step of the backward pass. */
export interface TraceStep {
  readonly node: TraceNode;
  /** The gradient of the root with respect to the output of the node. It is complete: all uses have contributed. */
  readonly upstream: Tensor;
  /** One for each input that takes a gradient, in order; empty for a leaf. */
  readonly edges: readonly TraceEdge[];
}

/**
 * Runs the backward pass from `root` and returns its steps, root first and leaves last, for example to show them in a debugger or
 * a lesson. It changes no `grad` and frees nothing. Local derivatives are Jacobians here, and are not computed.
 *
 * `gradient` is the gradient of the root, as in `backward`. Throws a GraphError where `backward` would.
 *
 * ```ts
 * import { tensor, trace } from '@mg/tensor';
 *
 * const x = tensor([1, 2], { requiresGrad: true });
 * const [root, product, leaf] = trace(x.mul(x).sum());
 * root?.edges[0]?.contribution; // => tensor([1, 1])
 * product?.edges.map(({ sum }) => sum.toArray()); // => [[1, 2], [2, 4]]
 * leaf?.node.tensor === x; // => true
 * ```
 */
export function trace(root: Tensor, gradient: Tensor | null = null): TraceStep[] {
  const nodes = new Map<Target, TraceNode>();
  const nodeFor = (target: Target, { shape, dtype }: { shape: Shape; dtype: DType }): TraceNode => {
    const known = nodes.get(target);
    if (known !== undefined) return known;
    const tensor = isTensor(target) ? target : null;
    const node = { op: tensor === null ? (target as Node).name : null, shape, dtype, tensor };
    nodes.set(target, node);
    return node;
  };

  const steps: { node: TraceNode; upstream: Tensor; edges: TraceEdge[] }[] = [];
  nodeFor(targetOf(root), root);
  const pass = new BackwardPass('trace', [root], {
    retainGraph: true,
    observer: {
      arrived(target, upstream) {
        steps.push({ node: nodeFor(target, upstream), upstream, edges: [] });
      },
      contributed(edge, contribution, sum) {
        steps.at(-1)?.edges.push({ input: nodeFor(edge.to, edge), contribution, sum });
      },
    },
  });
  pass.run([gradient]);
  return steps;
}
