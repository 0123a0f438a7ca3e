import { isTensor, type Tensor } from '@mg/tensor';

/** The tensors that were marked as parameters. Marked outside the tensor, so that freezing one leaves the mark. */
const marked = new WeakSet<Tensor>();

/** Marks a tensor as a parameter: what a module's `parameters()` lists. It requires a gradient from now on. */
export function parameter<T extends Tensor>(tensor: T): T {
  tensor.requiresGrad = true;
  marked.add(tensor);
  return tensor;
}

/**
 * A layer, or a model made of layers. Its fields are its parameters (tensors marked by `parameter`) and its children
 * (other modules), also in lists; nothing needs to be registered.
 *
 * ```ts
 * import { Linear, Module } from '@mg/nn';
 * import { randn, type Tensor } from '@mg/tensor';
 *
 * class Doubled extends Module {
 *   readonly linear = new Linear(3, 2);
 *   override forward(x: Tensor): Tensor {
 *     return this.linear.forward(x).mul(2);
 *   }
 * }
 * const model = new Doubled();
 * model.forward(randn([4, 3])).shape; // => [4, 2]
 * [...model.namedParameters()].map(([name]) => name); // => [linear.weight, linear.bias]
 * ```
 */
export abstract class Module {
  #training = true;

  /** The output for an input; each layer says which shapes it takes and gives. */
  abstract forward(x: Tensor): Tensor;

  /** Whether the module behaves as in training (a Dropout drops) or as in use. */
  get training(): boolean {
    return this.#training;
  }

  /** Sets training mode, here and in all modules below. */
  train(mode = true): this {
    this.#training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Sets the mode of use, here and in all modules below. */
  eval(): this {
    return this.train(false);
  }

  /** The modules in this one's fields, in the order of the fields. */
  children(): Module[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** The parameters here and in all modules below, each once, however many modules share it. */
  parameters(): Tensor[] {
    return [...this.namedParameters()].map(([, tensor]) => tensor);
  }

  /** The parameters with the path of the fields that lead to each, as in `layers.0.weight`; a shared one under its first. */
  *namedParameters(): Generator<[name: string, tensor: Tensor]> {
    const seen = new Set<Tensor>();
    for (const [name, tensor] of this.#ownParameters('')) {
      if (!seen.has(tensor)) yield [name, tensor];
      seen.add(tensor);
    }
  }

  /** Sets the gradient of every parameter to null. */
  zeroGrad(): void {
    for (const tensor of this.parameters()) tensor.grad = null;
  }

  *#ownParameters(prefix: string): Generator<[string, Tensor]> {
    for (const [name, value] of members(this)) {
      if (isTensor(value) && marked.has(value)) yield [prefix + name, value];
    }
    for (const [name, child] of this.namedChildren()) yield* child.#ownParameters(`${prefix}${name}.`);
  }

  /** The modules in this one's fields with the names of the fields; those of a list with their numbers, as in `layers.0`. */
  protected *namedChildren(): Generator<[name: string, child: Module]> {
    for (const [name, value] of members(this)) if (value instanceof Module) yield [name, value];
  }
}

/** What the fields of a module hold, and the elements of those that are lists, however deep. */
function* members(holder: object, prefix = ''): Generator<[name: string, value: unknown]> {
  for (const [name, value] of Object.entries(holder)) {
    if (Array.isArray(value)) yield* members(value, `${prefix}${name}.`);
    else yield [prefix + name, value];
  }
}
