import { ones } from './create.ts';
import { GraphError, ShapeError } from './errors.ts';
import { enableGrad, noGrad } from './grad-mode.ts';
import { type Edge, type Node, type Saved } from './op.ts';
import { add } from './ops/elementwise.ts';
import { sumTo } from './ops/reduce.ts';
import { clone, to } from './ops/structure.ts';
import { sameShape, showShape } from './shape.ts';
import { isTensor, type Tensor } from './tensor.ts';

/** What becomes of the graph: kept for another pass, or made differentiable itself (which keeps it too). */
export interface BackwardOptions {
  readonly retainGraph?: boolean | undefined;
  readonly createGraph?: boolean | undefined;
}

/** As BackwardOptions; `allowUnused` gives null for an input that the outputs do not depend on, instead of an error. */
export interface GradOptions extends BackwardOptions {
  readonly gradOutputs?: readonly (Tensor | null)[] | undefined;
  readonly allowUnused?: boolean | undefined;
}

/** Adds the gradient of `root` to the `grad` of every leaf that it depends on. Without `gradient`, the root is one number. */
export function backward(root: Tensor, gradient?: Tensor | null, options: BackwardOptions = {}): void {
  const gradients = propagate([root], [gradient ?? null], new Set(), options);
  const run = options.createGraph === true ? enableGrad : noGrad;
  run(() => {
    for (const [target, g] of gradients) {
      // The first write copies: `g` may be shared with another leaf, or be the caller's own tensor.
      if (isTensor(target)) target.grad = target.grad === null ? clone(g) : add(target.grad, g);
    }
  });
}

/**
 * The gradients of `outputs` with respect to `inputs`, in their order; no tensor's `grad` is touched.
 *
 * ```ts
 * import { grad, scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const [dx] = grad([x.mul(x).mul(x)], [x], { createGraph: true });
 * const [ddx] = grad([dx], [x]);
 * console.log(dx.item(), ddx.item()); // => 27 18
 * ```
 */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[];
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions,
): { -readonly [I in keyof Inputs]: Tensor };
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const targets = new Set(inputs.map((input) => input.node ?? input));
  const gradients = propagate(outputs, options.gradOutputs ?? outputs.map(() => null), targets, options);
  return inputs.map((input, index) => {
    const g = gradients.get(input.node ?? input) ?? null;
    if (g === null && options.allowUnused !== true) {
      throw new GraphError(
        `grad: the outputs do not depend on input ${index}, or it does not require a gradient; { allowUnused: true } gives null for it`,
      );
    }
    return g;
  });
}

/** Where a gradient arrives: at a recorded operation (for its output), or at a leaf. */
type Target = Node | Tensor;

/**
 * The backward pass. Visits the recorded operations from the outputs to the leaves, each after all that use its result,
 * and returns the gradients that arrived at the leaves, and at those operations that are in `keep`.
 */
function propagate(
  roots: readonly Tensor[],
  seeds: readonly (Tensor | null)[],
  keep: ReadonlySet<Target>,
  options: BackwardOptions,
): Map<Target, Tensor> {
  const { createGraph = false, retainGraph = createGraph } = options;
  const gradients = new Map<Target, Tensor>();
  const run = createGraph ? enableGrad : noGrad;
  run(() => {
    roots.forEach((root, index) => {
      accumulate(gradients, root.node ?? root, seedFor(root, seeds[index] ?? null));
    });
    for (const node of topologicalOrder(roots).reverse()) {
      const g = gradients.get(node);
      if (g === undefined) continue;
      const saved = openSaved(node);
      node.edges.forEach((edge, index) => {
        const vjp = node.rule.vjp?.[index];
        if (edge !== null && vjp) accumulate(gradients, edge.to, fit(vjp(g, saved), edge));
      });
      if (!keep.has(node)) gradients.delete(node);
      if (!retainGraph) free(node);
    }
  });
  return gradients;
}

/** The gradient that a root starts with: what was given, or 1 for a single number. */
function seedFor(root: Tensor, gradient: Tensor | null): Tensor {
  if (!root.requiresGrad) {
    throw new GraphError(
      'backward: this tensor was made from nothing that requires a gradient; set requiresGrad on a leaf before computing',
    );
  }
  if (gradient === null) {
    if (root.size !== 1) {
      throw new GraphError(
        `backward: the root has shape ${showShape(root.shape)}, and only a single number has a gradient by itself; sum() it, or pass the gradient of what comes after`,
      );
    }
    return ones(root.shape, { dtype: root.dtype });
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(
      `backward: a gradient of shape ${showShape(gradient.shape)} was given for a tensor of shape ${showShape(root.shape)}`,
    );
  }
  return to(gradient, root.dtype);
}

function accumulate(gradients: Map<Target, Tensor>, target: Target, g: Tensor): void {
  const before = gradients.get(target);
  gradients.set(target, before === undefined ? g : add(before, g));
}

/** Undoes what broadcasting and promotion did to an input on the way forward: once, here, for every operation. */
function fit(g: Tensor, { shape, dtype }: Edge): Tensor {
  return to(sumTo(g, shape), dtype);
}

/** Lets go of all that a node holds. A graph goes from its root, link by link: nothing holds the rest. */
function free(node: Node): void {
  node.saved = null;
  node.edges = [];
}

/** What a node's gradient rules may look at. Throws a GraphError when it was freed, or written to since. */
function openSaved({ rule, params, saved }: Node): Saved<readonly Tensor[], unknown> {
  if (saved === null) {
    throw new GraphError(
      `backward: the graph was freed by an earlier backward (${rule.name} has let go of what it saved); pass { retainGraph: true } to that one`,
    );
  }
  const open = (key: number | 'output'): Tensor => {
    const kept = saved.get(key);
    if (kept === undefined) throw new Error(`${rule.name}: its gradient looks at ${key}, which is not in its saves`);
    if (kept.tensor.storage.version !== kept.version) {
      throw new GraphError(
        `backward: ${key === 'output' ? 'the output' : `input ${key}`} of ${rule.name}, of shape ${showShape(kept.tensor.shape)}, was saved for the gradient and has been changed in place since; clone() it before changing it`,
      );
    }
    return kept.tensor;
  };
  const inputs = new Array<Tensor>(rule.vjp?.length ?? 0);
  for (const key of saved.keys()) if (key !== 'output') inputs[key] = open(key);
  return {
    inputs,
    params,
    get output() {
      return open('output');
    },
  };
}

/** The recorded operations below the roots, each after those whose results it uses. Iterative: graphs may be deep. */
function topologicalOrder(roots: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const visit = (target: Target) => {
    if (isTensor(target) || seen.has(target)) return;
    seen.add(target);
    stack.push({ node: target, next: 0 });
  };
  for (const root of roots) {
    visit(root.node ?? root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.next < top.node.edges.length) {
        const edge = top.node.edges[top.next++];
        if (edge) visit(edge.to);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
