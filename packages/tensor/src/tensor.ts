import { checkFunction, describe } from './arguments.ts';
import { brand, isTensor } from './brand.ts';
import { type DType, isFloat, type TypedArray } from './dtype.ts';
import { noteRead } from './element-reads.ts';
import { DTypeError, GraphError, ShapeError } from './errors.ts';
import { type Hook, Hooks } from './hooks.ts';
import { drop, escape, hold } from './memory/scope.ts';
import { type Node, type ViewOf } from './op.ts';
import { isRowMajor, sameShape, type Shape, showShape, sizeOf } from './shape.ts';
import { type Sizes } from './shape-types.ts';
import { type Storage } from './storage.ts';

export { brand, isTensor };

/** How the elements of a tensor lie in its storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

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
  viewOf: ViewOf | null = null;
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

/** Has a view, and what it is a view of, and so on, catch up with changes in place: from the first of them on. */
function catchUp(view: Tensor): void {
  const behind: Tensor[] = [];
  for (let each = view; each.viewOf?.isBehind() === true; each = each.viewOf.base) behind.push(each);
  for (const each of behind.reverse()) each.viewOf?.catchUp(each);
}
