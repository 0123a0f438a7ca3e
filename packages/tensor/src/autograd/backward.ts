import { checkOptions } from '../array/arguments.ts';
import { GraphError, ShapeError } from '../array/errors.ts';
import { drop, escape, hold, holding, temporary } from '../array/lifetime.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { leaveScopes, state, withRecording } from '../array/state.ts';
import { asOneOperation, throwIfBackwardMadeNaN } from '../graph/anomaly.ts';
import { emptyOf, unrecorded } from '../graph/apply.ts';
import { type Edge, isTensor, type Node, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic.ts';
import { clone, to } from '../ops/copy.ts';
import { sumTo } from '../ops/reduce.ts';

/** What happens to the graph: it is kept for another pass, or the pass itself is recorded (which keeps it too). */
export interface BackwardOptions {
  readonly retainGraph?: boolean | undefined;
  readonly createGraph?: boolean | undefined;
}

export const backwardOptions: readonly (keyof BackwardOptions)[] = ['retainGraph', 'createGraph'];

/** Adds the gradient of `root` to the `grad` of every leaf that it depends on. Without `gradient`, the root is one number. */
export function backward(root: Tensor, gradient?: Tensor | null, options?: BackwardOptions): void {
  if (options !== undefined) checkOptions('backward', options, backwardOptions);
  const pass = new BackwardPass('backward', [root], { ...options, keeps: (node) => node.retainedBy !== null });
  const gradients = pass.run([gradient ?? null]);
  pass.inMode(() => {
    for (const [target, g] of gradients) {
      const owner = isTensor(target) ? target : target.retainedBy;
      const before = owner?.unseenGrad ?? null;
      const own = before === null ? takeOut(g) : addTo(pass.input(before), g);
      if (owner !== null) owner.grad = own;
      drop(own);
    }
  });
}

/** Where a gradient arrives: at a recorded operation (for its output), or at a leaf. */
export type Target = Node | Tensor;

export function targetOf(tensor: Tensor): Target {
  return tensor.node ?? tensor;
}

/** Watches a backward pass. */
export interface PassObserver {
  /** The gradient of a target is complete; it goes on from there next. */
  arrived(target: Target, g: Tensor): void;
  /** An operation has passed a gradient on to one of its inputs; `sum` is what has arrived there so far. */
  contributed(edge: Edge, contribution: Tensor, sum: Tensor): void;
}

export interface PassOptions extends BackwardOptions {
  /** Where gradients are wanted: at all leaves, unless given. */
  readonly targets?: ReadonlySet<Target>;
  /** Whether the gradient of an operation's output stays among the results, though no target. */
  readonly keeps?: (node: Node) => boolean;
  readonly observer?: PassObserver;
}

/**
 * One backward pass. It visits the recorded operations from the roots to the leaves, each after all operations that use its
 * result, and sums up what arrives:
 *
 *     for each node, last recorded first:
 *       g = the gradient of its output, complete by now         #arrive
 *       for each input:  gradient[input] += rule(g)             #sendOn
 *       free the node, and g
 *
 * The constructor checks the whole graph, so that a pass that cannot finish computes nothing.
 */
export class BackwardPass {
  readonly createGraph: boolean;
  readonly #retainGraph: boolean;
  /** The public function that was called, for errors. */
  readonly #caller: string;
  readonly #roots: readonly Tensor[];
  /** The operations below the roots, each after those whose results it uses. */
  readonly #order: readonly Node[];
  readonly #targets: ReadonlySet<Target> | null;
  /** The operations by which a gradient gets to a target; null where all do. */
  readonly #leading: ReadonlySet<Target> | null;
  readonly #keeps: (node: Node) => boolean;
  readonly #observer: PassObserver | null;
  /** What has arrived so far. Each gradient is held. */
  readonly #gradients = new Map<Target, Tensor>();

  constructor(caller: string, roots: readonly Tensor[], options: PassOptions) {
    leaveScopes();
    const { createGraph = false, retainGraph = createGraph, targets = null, keeps, observer = null } = options;
    this.createGraph = createGraph;
    this.#retainGraph = retainGraph;
    this.#caller = caller;
    this.#roots = roots;
    this.#order = topologicalOrder(roots);
    this.#targets = targets;
    this.#leading = targets === null ? null : leadingTo(targets, this.#order);
    this.#keeps = keeps ?? (() => false);
    this.#observer = observer;
    for (const node of this.#order) if (this.#leads(node)) this.#checkRecord(node);
  }

  /**
   * Runs the pass. `seeds` are the gradients of the roots, null for 1. Returns the gradients that arrived at the targets; the
   * caller has to drop them.
   */
  run(seeds: readonly (Tensor | null)[]): ReadonlyMap<Target, Tensor> {
    this.inMode(() => {
      this.#roots.forEach((root, index) => {
        this.#accumulate(
          targetOf(root),
          temporary(() => this.#seed(root, seeds[index] ?? null)),
        );
      });
      for (let at = this.#order.length - 1; at >= 0; at--) this.#visit(this.#order[at] as Node);
      for (const target of this.#gradients.keys()) if (isTensor(target)) this.#arrive(target);
    });
    return this.#gradients;
  }

  /** Runs a part of the pass; it is recorded if `createGraph` asks for that. */
  inMode<Result>(fn: () => Result): Result {
    return this.createGraph ? withRecording(true, fn) : fn();
  }

  /** A tensor to compute gradients from: without its record, unless `createGraph` asks for a record of the pass. */
  input(x: Tensor): Tensor {
    return this.createGraph ? x : unrecorded(x);
  }

  /** The gradient that a root starts with: the given one, or 1 for a single number. */
  #seed(root: Tensor, gradient: Tensor | null): Tensor {
    const caller = this.#caller;
    if (!root.requiresGrad) {
      throw new GraphError(
        `${caller}: this tensor does not depend on anything that requires a gradient; set requiresGrad on a leaf before computing`,
      );
    }
    if (gradient === null) {
      if (root.size !== 1) {
        throw new GraphError(
          `${caller}: the root has shape ${showShape(root.shape)}, and only a single number has a gradient by default; sum() it, or pass the gradient of the root`,
        );
      }
      const one = emptyOf(root.dtype, root.shape);
      one.storage.elements().fill(1);
      return one;
    }
    if (!isTensor(gradient)) {
      throw new TypeError(
        `${caller}: the gradient must be a tensor, or null for 1, got ${typeof gradient}; options come after it, as in backward(null, { retainGraph: true })`,
      );
    }
    if (!sameShape(gradient.shape, root.shape)) {
      throw new ShapeError(
        `${caller}: got a gradient of shape ${showShape(gradient.shape)} for a tensor of shape ${showShape(root.shape)}`,
      );
    }
    return to(this.input(gradient), root.dtype);
  }

  #visit(node: Node): void {
    const leads = this.#leads(node);
    const isTarget = this.#targets?.has(node) === true;
    if (!leads && !isTarget) return;
    const g = this.#arrive(node);
    if (g === null) return;
    if (leads) {
      this.#sendOn(node, g);
      if (!this.#retainGraph) node.free();
    }
    if (isTarget || this.#keeps(node)) return;
    this.#gradients.delete(node);
    drop(g);
  }

  /** The gradient of a target, now that all of it has arrived, after the hooks of the target; null where none arrived. */
  #arrive(target: Target): Tensor | null {
    let g = this.#gradients.get(target) ?? null;
    if (g !== null && target.hooks !== null) {
      const passed = this.input(target.hooks.run(g, this.createGraph));
      hold(passed);
      drop(g);
      this.#gradients.set(target, passed);
      g = passed;
    }
    if (g !== null) this.#observer?.arrived(target, escape(g));
    return g;
  }

  /** Adds to the gradient of each input what the operation makes of `g`, the gradient of its output. */
  #sendOn(node: Node, g: Tensor): void {
    const { edges } = node;
    if (edges === null) {
      throw new GraphError(
        `${this.#caller}: the graph was freed during this pass (${node.name} no longer has its saved tensors), by a pass that a hook ran; pass { retainGraph: true } to that one`,
      );
    }
    const wanted = edges.filter((edge) => this.#wants(edge));
    const joint = jointly(this, node, wanted, g);
    // The graph of the gradients is public, and so is what an observer is shown.
    const isSeen = this.createGraph || this.#observer !== null;
    for (const edge of wanted) {
      const contribution = temporary(() => contributionOf(this, node, edge, g, joint));
      if (isSeen) escape(contribution);
      const sum = this.#accumulate(edge.to, contribution);
      if (isSeen) escape(sum);
      this.#observer?.contributed(edge, contribution, sum);
    }
    for (const each of joint) if (each !== null) drop(each);
  }

  /** Adds a gradient, which is held, to what has arrived at a target; returns the sum, which is held instead. */
  #accumulate(target: Target, g: Tensor): Tensor {
    const before = this.#gradients.get(target);
    const sum = before === undefined ? g : addTo(before, g);
    if (before !== undefined) drop(before);
    this.#gradients.set(target, sum);
    return sum;
  }

  /** Whether an operation leads to a target. */
  #leads(node: Node): boolean {
    return this.#leading === null || this.#leading.has(node);
  }

  /** Whether a gradient is to go along an edge. */
  #wants({ to: target }: Edge): boolean {
    if (this.#targets === null || this.#leading === null) return true;
    return this.#targets.has(target) || this.#leading.has(target);
  }

  /** Throws a GraphError for a node that was freed, that used a leaf converted since, or that saved a tensor changed in place since. */
  #checkRecord(node: Node): void {
    const { name, edges } = node;
    if (edges === null) {
      throw new GraphError(
        `${this.#caller}: the graph was freed by an earlier pass (${name} no longer has its saved tensors); pass { retainGraph: true } to that pass`,
      );
    }
    for (const { to: target, dtype } of edges) {
      if (!isTensor(target) || target.dtype === dtype) continue;
      throw new GraphError(
        `${this.#caller}: a leaf of shape ${showShape(target.shape)}, used by ${name}, was converted from ${dtype} to ${target.dtype} since; compute the result again`,
      );
    }
    for (const edge of edges) {
      if (!this.#wants(edge)) continue;
      for (const key of edge.gradient.saves) {
        const { tensor, version } = node.saved(key);
        if (tensor.storage.version === version) continue;
        throw new GraphError(
          `${this.#caller}: ${key === 'output' ? 'the output' : `input ${key}`} of ${name}, of shape ${showShape(tensor.shape)}, was saved for the gradient and has been changed in place since (version ${version}, now ${tensor.storage.version}); clone() it before changing it`,
        );
      }
    }
  }
}

/** The gradients of all wanted inputs, each at the index of its input and held, if the operation has a joint rule; else an empty list. */
function jointly(pass: BackwardPass, node: Node, wanted: readonly Edge[], g: Tensor): readonly (Tensor | null)[] {
  const gradient = wanted[0]?.gradient;
  if (gradient === undefined || !('all' in gradient)) return [];
  const saved = savedFor(pass, node, gradient);
  const needs = (input: number) => wanted.some(({ index }) => index === input);
  return holding(
    () => watched(() => gradient.all(g, saved, node.params, needs)),
    (gradients) => gradients.filter((each): each is Tensor => each !== null),
  );
}

/** The contribution of an operation to the gradient of one input: its rule, then what broadcasting and promotion did is undone. */
function contributionOf(
  pass: BackwardPass,
  node: Node,
  edge: Edge,
  g: Tensor,
  joint: readonly (Tensor | null)[],
): Tensor {
  const { index, gradient, shape, dtype } = edge;
  const saved = savedFor(pass, node, gradient);
  const contribution = 'all' in gradient ? joint[index] : watched(() => gradient.rule(g, saved, node.params));
  if (!contribution) throw new Error(`${node.name}: its joint rule gave no gradient for input ${index}`); // a mistake in the rule
  if (state.findsNaN) throwIfBackwardMadeNaN(node, index, [g, ...saved], contribution);
  return to(sumTo(contribution, shape), dtype);
}

function savedFor(pass: BackwardPass, node: Node, { saves }: Edge['gradient']): Tensor[] {
  return saves.map((key) => pass.input(node.saved(key).tensor));
}

/** Runs the rule of one operation: while anomalies are looked for, only its result is looked at. */
function watched<Result>(rule: () => Result): Result {
  return state.findsNaN ? asOneOperation(rule) : rule();
}

/** A gradient as a tensor of its own: `g` itself if nothing else holds its elements, else a copy. Held, instead of `g`. */
export function takeOut(g: Tensor): Tensor {
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
