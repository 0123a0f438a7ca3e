import { checkFunction, describe, isBranded } from '../array/arguments.ts';
import { type DType, isFloat, type TypedArray } from '../array/dtype.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { drop, escape, hold, outside } from '../array/lifetime.ts';
import {
  DenseLayout,
  frozen,
  isRowMajor,
  type Layout,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
  type Sizes,
} from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';
import { uncloneable } from '../array/uncloneable.ts';
import { type Site } from './anomaly.ts';
import { noteRead } from './element-reads.ts';

const cannotBeCloned = uncloneable(
  'tensor',
  'a tensor cannot be sent to a worker, cloned or stored: send x.data and x.shape, and make the tensor again with fromTypedArray(data, shape); of a model, send those of each tensor in model.stateDict()',
);

/**
 * An n-dimensional array of numbers that remembers how it was made, so that gradients can flow back through it.
 *
 * This class holds the data: elements, shape, and the place in the graph. methods.ts adds the operations.
 * `S` is the shape where the compiler is asked to check it: `const w: Tensor<[784, 10]> = zeros([784, 10])`, or
 * `zeros([784, 10] as const)`. A plain `Tensor` has any shape; a function of a checked tensor and a plain one gives a plain one.
 *
 * All fields but one are private: test frameworks compare own properties, and equal tensors may differ in strides, version or history.
 */
export class Tensor<S extends Shape = Shape> implements Layout {
  #storage: Storage;
  readonly #shape: Sizes<S>;
  #strides: readonly number[];
  #offset: number;
  #viewOf: View | null = null;
  #hooks: Hooks | null = null;
  #node: Node | null = null;
  #requiresGrad = false;
  #grad: Tensor | null = null;

  /** Makes structuredClone and postMessage throw; the same for all tensors. @internal */
  readonly uncloneable: object = cannotBeCloned;

  /**
   * Carries `S` for the compiler; it does not exist at run time. Methods make it bivariant: a plain `Tensor` fits any shape, and
   * a size that is only known at run time fits any size. @internal
   */
  declare readonly shapeType: { is(shape: { [Axis in keyof S]: { is(size: S[Axis]): void } }): void };

  constructor(storage: Storage, layout: Layout) {
    this.#storage = storage;
    const isFrozen = layout instanceof DenseLayout || #storage in layout;
    this.#shape = (isFrozen ? layout.shape : frozen(layout.shape)) as Sizes<S>;
    this.#strides = isFrozen ? layout.strides : frozen(layout.strides);
    this.#offset = layout.offset;
  }

  /** Gives a tensor the elements of another one of the same shape; it is no view any more. For the conversion of a leaf. @internal */
  static giveElements(to: Tensor, from: Tensor): void {
    to.#storage = from.#storage;
    to.#strides = from.#strides;
    to.#offset = from.#offset;
    to.#viewOf = null;
  }

  /** Whether the constructor made `x`: it did not make the prototype, nor the copies that test frameworks print. @internal */
  static made(x: object): boolean {
    return #storage in x;
  }

  /** The elements, which other tensors may share. */
  get storage(): Storage {
    return this.#storage;
  }

  /** The size of each axis. The list is frozen. */
  get shape(): Sizes<S> {
    return this.#shape;
  }

  /** For each axis, the distance in elements between neighbours in the storage. The list is frozen. */
  get strides(): readonly number[] {
    return this.#strides;
  }

  /** The index of the first element in the storage. */
  get offset(): number {
    return this.#offset;
  }

  /** How this tensor is a view of another one; null if it is not. @internal */
  get viewOf(): View | null {
    return this.#viewOf;
  }

  set viewOf(view: View | null) {
    this.#viewOf = view;
  }

  /** Called with the gradient of a leaf when it arrives. @internal */
  get hooks(): Hooks | null {
    return this.#hooks;
  }

  set hooks(hooks: Hooks | null) {
    this.#hooks = hooks;
  }

  /** The type of the elements. */
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
    // If the base of a view was changed in place, the view is recorded again from the result.
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
        `requiresGrad: this tensor is the result of ${this.node.name}, and only leaves can be set; detach() gives a leaf with the same elements`,
      );
    }
    if (value && !isFloat(this.dtype)) {
      throw new DTypeError(
        `requiresGrad: only floats have gradients, but this tensor is ${this.dtype}; convert it with to('float32')`,
      );
    }
    this.#requiresGrad = value;
  }

  /**
   * The gradient that `backward` has accumulated. It is null before the first `backward`, and on tensors that are not leaves
   * unless `retainGrad` was called. Setting it requires a tensor of the same shape and dtype.
   */
  get grad(): Tensor | null {
    return this.#grad && escape(this.#grad);
  }

  /** As `grad`, for code that does not keep it: unless other code has seen the gradient, its memory is freed with it. @internal */
  get unseenGrad(): Tensor | null {
    return this.#grad;
  }

  set grad(g: Tensor | null) {
    if (g !== null && !isTensor(g)) throw new TypeError(`grad: takes a tensor or null, got ${describe(g)}`);
    if (g !== null && !(sameShape(g.shape, this.shape) && g.dtype === this.dtype)) {
      throw new ShapeError(
        `grad: the gradient of a tensor ${this.dtype} ${showShape(this.shape)} has the same dtype and shape, got ${g.dtype} ${showShape(g.shape)}`,
      );
    }
    const before = this.#grad;
    if (g !== null) hold(g);
    this.#grad = g;
    if (before !== null) drop(before);
  }

  /**
   * Makes `backward` keep the gradient of this tensor in `grad`, as it does for leaves. Throws a GraphError if no gradient flows
   * to this tensor.
   */
  retainGrad(): void {
    if (!this.requiresGrad) {
      throw new GraphError('retainGrad: no gradient flows to this tensor; set requiresGrad on a leaf before computing');
    }
    if (this.node !== null) this.node.retainedBy = this;
  }

  /**
   * Registers a function that `backward` calls with the gradient of this tensor, once the gradient is complete. If the hook
   * returns a tensor, it replaces the gradient. Returns a function that removes the hook.
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
   * The elements, row-major, as the array that holds them from now on: writing into the array changes the tensor, and in-place
   * operations on the tensor change the array. Backward does not notice a write into it: after a write between forward and
   * backward, the gradient is that of the new elements. `toArray()` and `item()` copy, and later operations stay faster.
   *
   * Throws a RangeError if the tensor is not contiguous.
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

/**
 * A tensor whose shape the compiler does not track, as the first signature of a function that checks shapes takes it. A tensor of a
 * known shape does not fit: here `is` is a function, and no method, so that its parameter is compared in one direction only.
 */
export type Plain = Tensor & { readonly shapeType: { is: (shape: readonly never[]) => void } };

/** Whether `x` is a tensor, of this copy of the package or another one. */
export function isTensor(x: unknown): x is Tensor {
  return isBranded(x);
}

/** Checks that an argument is a tensor. `what` names the argument, and `otherwise` says how to get a tensor. */
export function checkTensor(
  op: string,
  what: string,
  x: unknown,
  otherwise = 'tensor(…) converts a list',
): asserts x is Tensor {
  if (!isTensor(x)) throw new TypeError(`${op}: ${what} must be a tensor, got ${describe(x)}; ${otherwise}`);
}

/** Checks that an argument is a list of tensors. */
export function checkTensors(op: string, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError(`${op}: takes a list, as in ${op}([a, b]), got ${describe(list)}`);
  for (const [index, each] of list.entries()) checkTensor(op, `item ${index} of the list`, each);
}

/** Brings a view up to date with changes in place: first its base, and the base of that, and so on. */
function catchUp(view: Tensor): void {
  const behind: Tensor[] = [];
  for (let each = view; each.viewOf?.isBehind() === true; each = each.viewOf.base) behind.push(each);
  for (const each of behind.reverse()) each.viewOf?.catchUp(each);
}

/** The relation of a view to its base. `apply` makes it, because only `apply` can record the view again. */
export interface View {
  readonly base: Tensor;
  /** Whether gradients flow from the view to its base: not if it was taken under noGrad. */
  readonly isRecorded: boolean;
  /** Whether the elements were changed in place since the last check. */
  isBehind(): boolean;
  /** Records the view again if an in-place operation has changed its base. */
  catchUp(view: Tensor): void;
}

/** A tensor that a gradient rule needs: an input of the operation, by its index, or the output. */
export type SavedKey = number | 'output';

/** The gradient of one input: the saved tensors that it needs, and the rule. Made by `gradient`. */
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

/** Where the gradient of one input goes, and the shape and dtype that it must have there. */
export interface Edge {
  /** The operation that made the input, or the input itself if it is a leaf. */
  readonly to: Node | Tensor;
  /** The index of the input. */
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
 * A recorded operation. It holds only what its gradient rules need and where the gradients go.
 *
 *     x ──────► mul ──────► sum            forward, in tensors
 *               │ edges  ◄── │ edges       the record, in nodes: from the result to the leaves
 *     x ◄───────┘
 */
export class Node {
  readonly name: string;
  params: unknown;
  /** One for each input that takes a gradient. Null once backward has freed the node. */
  edges: readonly Edge[] | null;
  /** Called with the gradient of the output, once it is complete. */
  hooks: Hooks | null = null;
  /** The output, if backward keeps its gradient in `grad`. */
  retainedBy: Tensor | null = null;
  /** Where the operation was called, if it ran inside detectAnomaly. */
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

  /** Drops the saved tensors and the edges, so that the part of the graph behind this node can be freed as well. */
  free(): void {
    this.edges = null;
    this.params = null;
    const saved = this.#saved.splice(0);
    for (const kept of saved) if (kept !== undefined) drop(kept.tensor);
  }
}

/** Called with a gradient during backward. If it returns a tensor, that replaces the gradient. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- so that (g) => console.log(g) is a hook too
export type Hook = (gradient: Tensor) => Tensor | null | undefined | void;

/** The hooks of one tensor, in the order in which they were registered. */
export class Hooks {
  readonly #hooks = new Set<{ readonly hook: Hook }>();

  /** Returns a function that removes the hook. The same function may be added twice. */
  add(hook: Hook): () => void {
    const entry = { hook };
    this.#hooks.add(entry);
    return () => {
      this.#hooks.delete(entry);
    };
  }

  /** Passes a gradient through all hooks, which run with recording on or off. Throws a ShapeError if a hook returns another shape or dtype, a TypeError if it returns no tensor. */
  run(gradient: Tensor, isRecording: boolean): Tensor {
    let g = gradient;
    for (const { hook } of [...this.#hooks]) {
      escape(g);
      const given = g;
      const returned = outside(() => hook(given), isRecording);
      if (returned === undefined || returned === null) continue;
      if (!isTensor(returned)) {
        throw new TypeError(`registerHook: a hook must return a tensor or nothing, got ${describe(returned)}`);
      }
      if (!sameShape(returned.shape, g.shape) || returned.dtype !== g.dtype) {
        throw new ShapeError(
          `registerHook: a hook got a gradient ${g.dtype} ${showShape(g.shape)} and returned ${returned.dtype} ${showShape(returned.shape)}; return the same dtype and shape, or nothing`,
        );
      }
      g = escape(returned);
    }
    return g;
  }
}
