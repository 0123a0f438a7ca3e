import { type DType } from '../array/dtype.ts';
import { type Shape } from '../array/shape.ts';
import { isTensor, type Node, type Tensor } from '../graph/tensor.ts';
import { BackwardPass, type Target, targetOf } from './backward.ts';

/** A place in the graph: the output of an operation, or a leaf. The same object stands for it throughout a trace. */
export interface TraceNode {
  /** The operation; null for a leaf. */
  readonly op: string | null;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The leaf itself; null for an operation, which does not keep its output. */
  readonly tensor: Tensor | null;
}

/** What one operation passes on to one of its inputs. */
export interface TraceEdge {
  readonly input: TraceNode;
  /** What the gradient of the operation makes of `upstream`: of the shape of the input. */
  readonly contribution: Tensor;
  /** What the input has received so far in this pass, this contribution included. */
  readonly sum: Tensor;
}

/** The backward pass comes to one place. */
export interface TraceStep {
  readonly node: TraceNode;
  /** How the root changes with the output of the node: all of its uses have been passed, so it is complete. */
  readonly upstream: Tensor;
  /** One for each input that takes a gradient, in their order; none for a leaf. */
  readonly edges: readonly TraceEdge[];
}

/**
 * The backward pass from `root` as a list of steps, root first and leaves last, for a debugger to play or for a lesson to print.
 * It is a pass of its own: it changes no `grad` and frees nothing. Local derivatives are Jacobians here, and are not formed.
 *
 * `gradient` is what the pass starts with, as in `backward`. Throws a GraphError where `backward` would.
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
