import { checkFunction, describe } from '../array/arguments.ts';
import { type DType, isFloat, type TypedArray } from '../array/dtype.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { drop, escape, hold, outside } from '../array/lifetime.ts';
import { isRowMajor, type Layout, sameShape, type Shape, showShape, sizeOf, type Sizes } from '../array/shape.ts';
import { brand } from '../array/shared.ts';
import { type Storage } from '../array/storage.ts';
import { type Site } from './anomaly.ts';
import { noteRead } from './element-reads.ts';

/**
 * An n-dimensional array of numbers that remembers how it was made, so that gradients can flow back through it.
 *
 * This is the data: elements, shape, and the place in the graph. What one can do with it is in methods.ts.
 * `S` is the shape where the compiler knows it, as in `Tensor<[32, 784]>`; plain `Tensor` is a tensor of any shape.
 */
export class Tensor<S extends Shape = Shape> implements Layout {
  readonly storage: Storage;
  readonly shape: Sizes<S>;
  /** How many elements apart neighbours along each axis lie in the storage. */
  readonly strides: readonly number[];
  /** Where in the storage the first element lies. */
  readonly offset: number;
  /** What this tensor is a view of, if an operation made it one. @internal */
  viewOf: View | null = null;
  /** What is to be called with the gradient of a leaf, when it arrives. @internal */
  hooks: Hooks | null = null;
  #node: Node | null = null;
  #requiresGrad = false;
  #grad: Tensor | null = null;

  /** Carries `S` for the compiler: nothing is there at run time. Methods, so that a plain `Tensor` fits any shape, and a size that is known only at run time any size. @internal */
  declare readonly shapeType: { is(shape: { [Axis in keyof S]: { is(size: S[Axis]): void } }): void };

  constructor(storage: Storage, layout: Layout) {
    this.storage = storage;
    this.shape = layout.shape as Sizes<S>;
    this.strides = layout.strides;
    this.offset = layout.offset;
  }

  /** What the elements are. */
  get dtype(): DType {
    return this.storage.dtype;
  }

  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The operation that made this tensor; null for a leaf. @internal */
  get node(): Node | null {
    // What a view is a view of may have been changed in place since: then the view is taken anew of the result.
    if (this.viewOf?.isBehind() === true) catchUp(this);
    return this.#node;
  }

  set node(node: Node | null) {
    this.#node = node;
  }

  /** Whether no recorded operation made this tensor: parameters and data are leaves. */
  get isLeaf(): boolean {
    return this.node === null;
  }

  /** Whether gradients flow to this tensor. Settable on a leaf of floats. */
  get requiresGrad(): boolean {
    return this.#requiresGrad || this.node !== null;
  }

  set requiresGrad(value: boolean) {
    if (this.node !== null) {
      throw new GraphError(
        `requiresGrad: this tensor was made by ${this.node.name}, and only leaves can be set; detach() gives a leaf with the same elements`,
      );
    }
    if (value && !isFloat(this.dtype)) {
      throw new DTypeError(
        `requiresGrad: only floats have gradients, this tensor is ${this.dtype}; to('float32') converts it`,
      );
    }
    this.#requiresGrad = value;
  }

  /**
   * The gradient that `backward` has accumulated here; null before, and on tensors that are no leaves unless `retainGrad` was
   * called. One that is set has the tensor's shape and dtype.
   */
  get grad(): Tensor | null {
    return this.#grad && escape(this.#grad);
  }

  /** The same for code that keeps nothing of it: unless somebody else has seen the gradient, its memory is given back with it. @internal */
  get unseenGrad(): Tensor | null {
    return this.#grad;
  }

  set grad(g: Tensor | null) {
    if (g !== null && !isTensor(g)) throw new TypeError(`grad: takes a tensor or null, got ${describe(g)}`);
    if (g !== null && !(sameShape(g.shape, this.shape) && g.dtype === this.dtype)) {
      throw new ShapeError(
        `grad: a tensor ${this.dtype} ${showShape(this.shape)} takes a gradient like it, got ${g.dtype} ${showShape(g.shape)}`,
      );
    }
    if (g !== null) hold(g);
    if (this.#grad !== null) drop(this.#grad);
    this.#grad = g;
  }

  /**
   * Has `backward` keep the gradient of this tensor in `grad`, as it does for leaves by itself. Throws a GraphError where no
   * gradient flows to it.
   */
  retainGrad(): void {
    if (!this.requiresGrad) {
      throw new GraphError('retainGrad: no gradient flows to this tensor; set requiresGrad on a leaf before computing');
    }
    if (this.node !== null) this.node.retainedBy = this;
  }

  /**
   * Has `backward` call `hook` with the gradient of this tensor, once all of it has arrived; a tensor that the hook returns
   * takes its place. Returns a function that takes the hook away.
   */
  registerHook(hook: Hook): () => void {
    checkFunction('registerHook', hook);
    if (!this.requiresGrad) {
      throw new GraphError(
        'registerHook: no gradient flows to this tensor; set requiresGrad on a leaf before computing',
      );
    }
    const owner = this.node ?? this;
    owner.hooks ??= new Hooks();
    return owner.hooks.add(hook);
  }

  /** Whether the elements lie row-major without gaps. */
  isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  /**
   * The elements, row-major, as the array that holds them from now on: writing into it writes the tensor, and what is done to
   * the tensor in place shows in it. Backward cannot see a write into it: one between forward and backward gives the
   * gradient of the new elements. `toArray()` and `item()` copy, and are cheaper later.
   *
   * Throws a RangeError on a tensor that is not contiguous.
   */
  get data(): TypedArray {
    if (!this.isContiguous()) {
      throw new RangeError(
        `data: this tensor of shape ${showShape(this.shape)} is a view with strides ${showShape(this.strides)}; contiguous() gives a row-major copy`,
      );
    }
    noteRead(this);
    const { array } = this.storage;
    if (this.offset === 0 && this.size === array.length) return array;
    return array.subarray(this.offset, this.offset + this.size);
  }
}

/** Whether `x` is a tensor, of this copy of the package or another one. */
export function isTensor(x: unknown): x is Tensor {
  return typeof x === 'object' && x !== null && brand in x;
}

/** Checks that an argument is a tensor; `what` names it, and `otherwise` says what to write for what is none. */
export function checkTensor(
  op: string,
  what: string,
  x: unknown,
  otherwise = 'tensor(…) makes one of a list',
): asserts x is Tensor {
  if (!isTensor(x)) throw new TypeError(`${op}: ${what} is a tensor, got ${describe(x)}; ${otherwise}`);
}

/** Checks that an argument is a list of tensors. */
export function checkTensors(op: string, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError(`${op}: takes a list, as in ${op}([a, b]), got ${describe(list)}`);
  for (const [index, each] of list.entries()) checkTensor(op, `item ${index} of the list`, each);
}

/** Has a view, and what it is a view of, and so on, catch up with changes in place: from the first of them on. */
function catchUp(view: Tensor): void {
  const behind: Tensor[] = [];
  for (let each = view; each.viewOf?.isBehind() === true; each = each.viewOf.base) behind.push(each);
  for (const each of behind.reverse()) each.viewOf?.catchUp(each);
}

/** How a view belongs to its base. It is made by `apply`, which alone can take the view anew. */
export interface View {
  readonly base: Tensor;
  /** Whether gradients flow from the view to its base: not, if it was taken under noGrad. */
  readonly isRecorded: boolean;
  /** Whether the elements were written in place since this was last looked at. */
  isBehind(): boolean;
  /** Takes the view anew, if its base was made anew since by an operation in place. */
  catchUp(view: Tensor): void;
}

/** A tensor that a gradient looks at: an input of the operation, by its index, or the output. */
export type SavedKey = number | 'output';

/** The gradient of one input: what it looks at, and the rule. Made by `gradient`. */
export interface Gradient<Params> {
  readonly saves: readonly SavedKey[];
  readonly rule: (g: Tensor, saved: readonly Tensor[], params: Params) => Tensor;
}

/**
 * The gradients of all inputs at once, for an operation that computes them together: a list with the gradient of each input, or
 * null for one that `needs` does not ask for. Made by `jointGradient`.
 */
export interface JointGradient<Params> {
  readonly saves: readonly SavedKey[];
  readonly all: (
    g: Tensor,
    saved: readonly Tensor[],
    params: Params,
    needs: (input: number) => boolean,
  ) => readonly (Tensor | null)[];
}

/** Where the gradient of one input goes, and what it has to look like when it arrives. */
export interface Edge {
  /** The operation that made the input, or the input itself where it is a leaf. */
  readonly to: Node | Tensor;
  /** Which input. */
  readonly index: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly gradient: Gradient<unknown> | JointGradient<unknown>;
}

/** A tensor kept for backward, with the version that its storage had then. */
export interface SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
}

/**
 * An operation that was recorded. It holds what its gradients look at and where they go, nothing more.
 *
 *     x ──────► mul ──────► sum            forward, in tensors
 *               │ edges  ◄── │ edges       the record, in nodes: from the result to the leaves
 *     x ◄───────┘
 */
export class Node {
  readonly name: string;
  params: unknown;
  /** To each input that takes a gradient. Null once backward has freed the node. */
  edges: readonly Edge[] | null;
  /** What is called with the gradient of the output, once all of it has arrived. */
  hooks: Hooks | null = null;
  /** The output, where its gradient is to be kept in `grad`. */
  retainedBy: Tensor | null = null;
  /** Where the operation was called, if anomalies were being looked for. */
  readonly site: Site | null;
  /** By the index of the input; the output comes after the last one. */
  readonly #saved: (SavedTensor | undefined)[];
  readonly #inputs: number;

  constructor(name: string, inputs: number, params: unknown, edges: readonly Edge[], site: Site | null) {
    this.name = name;
    this.params = params;
    this.edges = edges;
    this.site = site;
    this.#inputs = inputs;
    this.#saved = [];
  }

  /** Keeps a tensor for backward. */
  save(key: SavedKey, tensor: Tensor): void {
    const at = key === 'output' ? this.#inputs : key;
    if (this.#saved[at] !== undefined) return;
    hold(tensor);
    this.#saved[at] = { tensor, version: tensor.storage.version };
  }

  saved(key: SavedKey): SavedTensor {
    const kept = this.#saved[key === 'output' ? this.#inputs : key];
    if (kept === undefined) throw new Error(`${this.name} has not saved ${key}`); // record saves what its edges name
    return kept;
  }

  /** Lets go of all that leads on: a graph goes from its root, link by link, for nothing holds the rest. */
  free(): void {
    this.edges = null;
    this.params = null;
    for (const kept of this.#saved) if (kept !== undefined) drop(kept.tensor);
    this.#saved.length = 0;
  }
}

/** Looks at a gradient on its way; what it returns, if it returns a tensor, goes on instead. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- so that (g) => console.log(g) is a hook too
export type Hook = (gradient: Tensor) => Tensor | null | undefined | void;

/** The hooks of one tensor, in the order in which they were registered. */
export class Hooks {
  readonly #hooks = new Set<{ readonly hook: Hook }>();

  /** Returns a function that takes the hook away again. The same function may be added twice. */
  add(hook: Hook): () => void {
    const entry = { hook };
    this.#hooks.add(entry);
    return () => {
      this.#hooks.delete(entry);
    };
  }

  /** What becomes of a gradient. Throws a ShapeError where a hook returns one that does not fit, a TypeError where it is none. */
  run(gradient: Tensor): Tensor {
    let g = gradient;
    for (const { hook } of [...this.#hooks]) {
      escape(g);
      const given = g;
      const returned = outside(() => hook(given));
      if (returned === undefined || returned === null) continue;
      if (!isTensor(returned)) {
        throw new TypeError(`registerHook: a hook returns a tensor, or nothing, got ${describe(returned)}`);
      }
      if (!sameShape(returned.shape, g.shape) || returned.dtype !== g.dtype) {
        throw new ShapeError(
          `registerHook: a hook was given ${g.dtype} ${showShape(g.shape)}, and returned ${returned.dtype} ${showShape(returned.shape)}; it returns one like it, or nothing`,
        );
      }
      g = escape(returned);
    }
    return g;
  }
}
