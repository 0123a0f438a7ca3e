import { ones } from './create.ts';
import { GraphError, ShapeError } from './errors.ts';
import { enableGrad, noGrad } from './grad-mode.ts';
import { type Edge, type Node, type SavedKey } from './op.ts';
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
  const gradients = propagate('backward', [root], [gradient ?? null], null, options);
  const run = options.createGraph === true ? enableGrad : noGrad;
  run(() => {
    for (const [target, g] of gradients) {
      // The first write copies: `g` may be shared with another leaf, or be the caller's own tensor.
      if (isTensor(target)) target.grad = target.grad === null ? clone(g) : add(target.grad, g);
    }
  });
}

/**
 * The gradients of `outputs` with respect to `inputs`, in their order, each a tensor of its own; no tensor's `grad` is
 * touched. Only what leads to the inputs is computed, and freed.
 *
 * ```ts
 * import { grad, scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const [dx] = grad([x.mul(x).mul(x)], [x], { createGraph: true });
 * const [ddx] = grad([dx], [x]);
 * console.log(dx.item(), ddx.item()); // => 27 18
 * ```
 */
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions & { readonly allowUnused?: false },
): { -readonly [I in keyof Inputs]: Tensor };
export function grad(outputs: readonly Tensor[], inputs: readonly Tensor[], options: GradOptions): (Tensor | null)[];
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { gradOutputs = outputs.map(() => null), allowUnused = false, createGraph = false } = options;
  if (gradOutputs.length !== outputs.length) {
    throw new GraphError(`grad: ${outputs.length} outputs take as many gradOutputs, got ${gradOutputs.length}`);
  }
  const targets = new Set(inputs.map(targetOf));
  const gradients = propagate('grad', outputs, gradOutputs, targets, options);
  const run = createGraph ? enableGrad : noGrad;
  return inputs.map((input, index) => {
    const g = gradients.get(targetOf(input));
    if (g !== undefined) return run(() => clone(g));
    if (allowUnused) return null;
    throw new GraphError(
      `grad: the outputs do not depend on input ${index}, or it does not require a gradient; { allowUnused: true } gives null for it`,
    );
  });
}

/** Where a gradient arrives: at a recorded operation (for its output), or at a leaf. */
type Target = Node | Tensor;

function targetOf(tensor: Tensor): Target {
  return tensor.node ?? tensor;
}

/**
 * The backward pass. Visits the recorded operations from the outputs to the leaves, each after all that use its result,
 * and returns the gradients that arrived at `targets`; at all leaves, where that is null. Operations that lead to no
 * target are left alone. Nothing is computed before all of the graph was found fit for it.
 */
function propagate(
  caller: string,
  roots: readonly Tensor[],
  seeds: readonly (Tensor | null)[],
  targets: ReadonlySet<Target> | null,
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
): Map<Target, Tensor> {
  const receives = (target: Target): boolean => (targets === null ? isTensor(target) : targets.has(target));
  const order = topologicalOrder(roots);
  const leading = leadingTo(receives, order);
  for (const node of order) if (leading.has(node)) checkRecord(caller, node);

  const gradients = new Map<Target, Tensor>();
  const run = createGraph ? enableGrad : noGrad;
  run(() => {
    roots.forEach((root, index) => {
      accumulate(gradients, targetOf(root), seedFor(caller, root, seeds[index] ?? null));
    });
    for (const node of order.reverse()) {
      const g = gradients.get(node);
      if (g !== undefined && leading.has(node) && node.recorded !== null) {
        const { edges, saved, params } = node.recorded;
        for (const edge of edges) {
          if (!receives(edge.to) && !leading.has(edge.to)) continue;
          const inputs = edge.gradient.saves.map((key) => savedTensor(saved, key));
          accumulate(gradients, edge.to, fit(edge.gradient.rule(g, inputs, params), edge));
        }
        // A graph goes from its root, link by link: nothing holds the rest.
        if (!retainGraph) node.recorded = null;
      }
      if (!receives(node)) gradients.delete(node);
    }
  });
  return gradients;
}

/** The gradient that a root starts with: what was given, or 1 for a single number. */
function seedFor(caller: string, root: Tensor, gradient: Tensor | null): Tensor {
  if (!root.requiresGrad) {
    throw new GraphError(
      `${caller}: this tensor was made from nothing that requires a gradient; set requiresGrad on a leaf before computing`,
    );
  }
  if (gradient === null) {
    if (root.size !== 1) {
      throw new GraphError(
        `${caller}: the root has shape ${showShape(root.shape)}, and only a single number has a gradient by itself; sum() it, or pass the gradient of what comes after`,
      );
    }
    return ones(root.shape, { dtype: root.dtype });
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(
      `${caller}: a gradient of shape ${showShape(gradient.shape)} was given for a tensor of shape ${showShape(root.shape)}`,
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

type Recorded = NonNullable<Node['recorded']>;

function savedTensor(saved: Recorded['saved'], key: SavedKey): Tensor {
  const kept = saved.get(key);
  if (kept === undefined) throw new Error(`nothing was saved as ${key}`); // the record saves what its edges name
  return kept.tensor;
}

/** Throws a GraphError for a node that was freed, or that saved a tensor which has been written to since. */
function checkRecord(caller: string, { name, recorded }: Node): void {
  if (recorded === null) {
    throw new GraphError(
      `${caller}: the graph was freed by an earlier pass (${name} has let go of what it saved); pass { retainGraph: true } to that one`,
    );
  }
  for (const [key, { tensor, version }] of recorded.saved) {
    if (tensor.storage.version !== version) {
      throw new GraphError(
        `${caller}: ${key === 'output' ? 'the output' : `input ${key}`} of ${name}, of shape ${showShape(tensor.shape)}, was saved for the gradient and has been changed in place since; clone() it before changing it`,
      );
    }
  }
}

/** The recorded operations below the roots, each after those whose results it uses. Iterative: graphs may be deep. */
function topologicalOrder(roots: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const visit = (target: Target): void => {
    if (isTensor(target) || seen.has(target)) return;
    seen.add(target);
    stack.push({ node: target, next: 0 });
  };
  for (const root of roots) {
    visit(targetOf(root));
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.node.recorded?.edges[top.next++];
      if (edge !== undefined) {
        visit(edge.to);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** The operations by which a gradient gets to what receives one. Of a freed one that is no longer known: it counts. */
function leadingTo(receives: (target: Target) => boolean, order: readonly Node[]): Set<Target> {
  const leading = new Set<Target>();
  for (const node of order) {
    const leads =
      node.recorded === null
        ? !receives(node)
        : node.recorded.edges.some(({ to: input }) => receives(input) || leading.has(input));
    if (leads) leading.add(node);
  }
  return leading;
}
