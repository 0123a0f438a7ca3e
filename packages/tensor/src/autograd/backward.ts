import { checkOptions } from '../array/arguments.ts';
import { GraphError, ShapeError } from '../array/errors.ts';
import { drop, escape, hold, outside, temporary } from '../array/lifetime.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { shared } from '../array/shared.ts';
import { asOneOperation, detectsAnomalies, throwIfBackwardMadeNaN } from '../graph/anomaly.ts';
import { withGradMode } from '../graph/grad-mode.ts';
import { checkTensors, type Edge, isTensor, type Node, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic.ts';
import { clone, to } from '../ops/copy.ts';
import { ones } from '../ops/creation.ts';
import { sumTo } from '../ops/reduce.ts';

/** What becomes of the graph: kept for another pass, or made differentiable itself (which keeps it too). */
export interface BackwardOptions {
  readonly retainGraph?: boolean | undefined;
  readonly createGraph?: boolean | undefined;
}

/** As BackwardOptions; `allowUnused` gives null for an input that the outputs do not depend on, instead of an error. */
export interface GradOptions extends BackwardOptions {
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[] | undefined;
  readonly allowUnused?: boolean | undefined;
}

const passOptions: readonly (keyof BackwardOptions)[] = ['retainGraph', 'createGraph'];

/** Adds the gradient of `root` to the `grad` of every leaf that it depends on. Without `gradient`, the root is one number. */
export function backward(root: Tensor, gradient?: Tensor | null, options: BackwardOptions = {}): void {
  checkOptions('backward', options, passOptions);
  const { createGraph = false } = options;
  const gradients = propagate({
    caller: 'backward',
    roots: [root],
    seeds: [gradient ?? null],
    targets: null,
    keeps: (node) => node.retainedBy !== null,
    ...options,
  });
  withGradMode(createGraph, () => {
    for (const [target, g] of gradients) {
      const owner = isTensor(target) ? target : target.retainedBy;
      const before = owner?.unseenGrad ?? null;
      const own = before === null ? takeOut(g) : addTo(before, g);
      if (owner !== null) owner.grad = own;
      drop(own);
    }
  });
}

/**
 * The gradients of `outputs` with respect to `inputs`, in their order, each a tensor of its own; no tensor's `grad` is
 * touched. Only what leads to the inputs is computed, and freed. A single tensor stands for a list of it.
 *
 * ```ts
 * import { grad, scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const [dx] = grad(x.mul(x).mul(x), x, { createGraph: true });
 * const [ddx] = grad([dx], [x]);
 * console.log(dx.item(), ddx.item()); // => 27 18
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor,
  options?: GradOptions & { readonly allowUnused?: false | undefined },
): [Tensor];
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions & { readonly allowUnused?: false | undefined },
): { -readonly [I in keyof Inputs]: Tensor };
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, [...passOptions, 'gradOutputs', 'allowUnused']);
  const [roots, leaves] = [listOf(outputs), listOf(inputs)];
  for (const list of [roots, leaves]) checkTensors('grad', list);
  const { gradOutputs = roots.map(() => null), allowUnused = false, createGraph = false } = options;
  const seeds = listOf(gradOutputs);
  if (seeds.length !== roots.length) {
    throw new GraphError(`grad: ${roots.length} outputs take as many gradOutputs, got ${seeds.length}`);
  }
  const targets = new Set(leaves.map(targetOf));
  const gradients = propagate({ caller: 'grad', roots, seeds, targets, ...options });
  const results = new Map<Target, Tensor>();
  return withGradMode(createGraph, () =>
    leaves.map((input, index) => {
      const target = targetOf(input);
      const g = gradients.get(target);
      const before = results.get(target);
      if (before !== undefined) return outside(() => clone(before)); // an input that was named twice
      if (g !== undefined) {
        const own = escape(takeOut(g));
        drop(own);
        results.set(target, own);
        return own;
      }
      if (allowUnused) return null;
      throw new GraphError(
        `grad: the outputs do not depend on input ${index}, or it does not require a gradient; { allowUnused: true } gives null for it`,
      );
    }),
  );
}

/** A tensor as a list of it; a list as it is. */
function listOf<T>(given: Tensor | readonly T[]): readonly (Tensor | T)[] {
  return isTensor(given) ? [given] : given;
}

/** How many backward passes were begun: what is computed once in a pass asks which one it is. */
export const passes: { count: number } = shared('passes', () => ({ count: 0 }));

/** Where a gradient arrives: at a recorded operation (for its output), or at a leaf. */
export type Target = Node | Tensor;

export function targetOf(tensor: Tensor): Target {
  return tensor.node ?? tensor;
}

/** A backward pass. */
interface Pass extends BackwardOptions {
  /** What errors call the function that was called. */
  readonly caller: string;
  readonly roots: readonly Tensor[];
  /** The gradient that each root starts with; null for 1. */
  readonly seeds: readonly (Tensor | null)[];
  /** Where gradients are wanted; null for all leaves. */
  readonly targets: ReadonlySet<Target> | null;
  /** Whether the gradient of an operation's output is to be kept, though it is only on its way. */
  readonly keeps?: (node: Node) => boolean;
  /** Is told when a gradient is complete, before it goes on, and of each contribution that it makes. */
  readonly observer?: PassObserver;
}

/** Watches a backward pass. */
interface PassObserver {
  arrived(target: Target, g: Tensor): void;
  contributed(edge: Edge, contribution: Tensor, sum: Tensor): void;
}

/**
 * The backward pass. Visits the recorded operations from the outputs to the leaves, each after all that use its result,
 * and returns the gradients that arrived where they are wanted; the caller has to drop them. Operations that lead to no
 * such place are left alone. Nothing is computed before all of the graph was found fit for it.
 */
export function propagate(pass: Pass): Map<Target, Tensor> {
  const { caller, roots, seeds, targets, keeps, observer, createGraph = false, retainGraph = createGraph } = pass;
  const order = topologicalOrder(roots);
  const leading = targets === null ? null : leadingTo(targets, order);
  for (const node of order) if (leads(node, leading)) checkRecord(caller, node, targets, leading);

  passes.count++;
  const gradients = new Map<Target, Tensor>();
  // A graph of the gradients can be held by anyone, and so can what an observer is shown.
  const isSeen = createGraph || observer !== undefined;
  const run = (): void => {
    roots.forEach((root, index) => {
      const seed = temporary(() => seedFor(caller, root, seeds[index] ?? null));
      accumulate(gradients, targetOf(root), seed);
    });
    for (let at = order.length - 1; at >= 0; at--) {
      const node = order[at] as Node;
      if (!leads(node, leading) && targets?.has(node) !== true) continue;
      const g = arrive(gradients, node);
      if (g === undefined) continue;
      observer?.arrived(node, escape(g));
      if (leads(node, leading)) {
        if (node.edges === null) {
          throw new GraphError(
            `${caller}: the graph was freed while this pass went through it (${node.name} has let go of what it saved), by a pass that a hook ran; pass { retainGraph: true } to that one`,
          );
        }
        for (const edge of node.edges) {
          if (!isWanted(edge, targets, leading)) continue;
          const contribution = temporary(() => backwardThrough(node, edge, g));
          if (isSeen) escape(contribution);
          const sum = accumulate(gradients, edge.to, contribution);
          if (isSeen) escape(sum);
          observer?.contributed(edge, contribution, sum);
        }
        if (!retainGraph) node.free();
      }
      if (targets?.has(node) !== true && keeps?.(node) !== true) {
        gradients.delete(node);
        drop(g);
      }
    }
    for (const target of gradients.keys()) {
      if (!isTensor(target)) continue;
      const g = arrive(gradients, target);
      if (g !== undefined) observer?.arrived(target, escape(g));
    }
  };
  withGradMode(createGraph, run);
  return gradients;
}

/** The contribution of a node to the gradient of one of its inputs: its rule, then what broadcasting and promotion did is undone. */
function backwardThrough(node: Node, edge: Edge, g: Tensor): Tensor {
  const saved = edge.gradient.saves.map((key) => node.saved(key).tensor);
  const compute = () => edge.gradient.rule(g, saved, node.params);
  const contribution = detectsAnomalies() ? asOneOperation(compute) : compute();
  if (detectsAnomalies()) throwIfBackwardMadeNaN(node, edge.index, [g, ...saved], contribution);
  return to(sumTo(contribution, edge.shape), edge.dtype);
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
  if (!isTensor(gradient)) {
    throw new TypeError(
      `${caller}: the gradient is a tensor, or null for 1, got ${typeof gradient}; options come after it, as in backward(null, { retainGraph: true })`,
    );
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(
      `${caller}: a gradient of shape ${showShape(gradient.shape)} was given for a tensor of shape ${showShape(root.shape)}`,
    );
  }
  return to(gradient, root.dtype);
}

/** Adds a gradient, which is held, to what has arrived at a target; returns the sum, which is held instead. */
function accumulate(gradients: Map<Target, Tensor>, target: Target, g: Tensor): Tensor {
  const before = gradients.get(target);
  if (before === undefined) {
    gradients.set(target, g);
    return g;
  }
  const sum = temporary(() => add(before, g));
  drop(before);
  drop(g);
  gradients.set(target, sum);
  return sum;
}

/** The gradient of a target, now that all of it has arrived, as its hooks let it through. */
function arrive(gradients: Map<Target, Tensor>, target: Target): Tensor | undefined {
  const g = gradients.get(target);
  if (g === undefined || target.hooks === null) return g;
  const passed = target.hooks.run(g);
  hold(passed);
  drop(g);
  gradients.set(target, passed);
  return passed;
}

/** A gradient as a tensor of its own: `g` itself where nobody else holds its elements, else a copy. Held, instead of `g`. */
function takeOut(g: Tensor): Tensor {
  const { storage } = g;
  if (storage.holders === 1 && !storage.hasEscaped && g.isContiguous() && g.size === storage.length) return g;
  const own = temporary(() => clone(g));
  drop(g);
  return own;
}

/** The sum of the gradient that is there, and one that arrived. Held, instead of `g`. */
function addTo(before: Tensor, g: Tensor): Tensor {
  const sum = temporary(() => add(before, g));
  drop(g);
  return sum;
}

/**
 * Throws a GraphError for a node that was freed, or that saved a tensor for a gradient that is wanted now and that has been
 * written to since.
 */
function checkRecord(
  caller: string,
  node: Node,
  targets: ReadonlySet<Target> | null,
  leading: ReadonlySet<Target> | null,
): void {
  const { name, edges } = node;
  if (edges === null) {
    throw new GraphError(
      `${caller}: the graph was freed by an earlier pass (${name} has let go of what it saved); pass { retainGraph: true } to that one`,
    );
  }
  for (const edge of edges) {
    if (!isWanted(edge, targets, leading)) continue;
    for (const key of edge.gradient.saves) {
      const { tensor, version } = node.saved(key);
      if (tensor.storage.version === version) continue;
      throw new GraphError(
        `${caller}: ${key === 'output' ? 'the output' : `input ${key}`} of ${name}, of shape ${showShape(tensor.shape)}, was saved for the gradient and has been changed in place since (version ${version}, now ${tensor.storage.version}); clone() it before changing it`,
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
      const edge = top.node.edges?.[top.next++];
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

/** The operations by which a gradient gets to a target. Of a freed one that is no longer known: it counts. */
function leadingTo(targets: ReadonlySet<Target>, order: readonly Node[]): Set<Target> {
  const leading = new Set<Target>();
  for (const node of order) {
    const isLeading =
      node.edges === null
        ? !targets.has(node)
        : node.edges.some(({ to: input }) => targets.has(input) || leading.has(input));
    if (isLeading) leading.add(node);
  }
  return leading;
}

/** Whether an operation leads to a target: all do, where all leaves are targets. */
function leads(node: Node, leading: ReadonlySet<Target> | null): boolean {
  return leading === null || leading.has(node);
}

/** Whether a gradient is to go along an edge. */
function isWanted(
  { to: target }: Edge,
  targets: ReadonlySet<Target> | null,
  leading: ReadonlySet<Target> | null,
): boolean {
  return targets === null || leading === null || targets.has(target) || leading.has(target);
}
