import { type AnyModule, isModule, Module as ModuleClass } from '../module/module.ts';
import { type Module } from '../module/tensor-module.ts';

/**
 * Modules by name, for a custom forward: `this.heads.get('colour').forward(x)`. The names are part of the parameters' names: `heads.colour.weight`.
 *
 * ```ts
 * import { Linear, ModuleDict } from '@mg/nn';
 * const heads = new ModuleDict({ colour: new Linear(8, 3), size: new Linear(8, 1) });
 * heads.get('size').outFeatures; // => 1
 * [...heads.namedParameters()].map(([name]) => name); // => [colour.weight, colour.bias, size.weight, size.bias]
 * ```
 */
export class ModuleDict<M extends AnyModule = Module> extends ModuleClass implements Iterable<[string, M]> {
  readonly #modules = new Map<string, M>();

  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [name, each] of Object.entries(modules)) this.set(name, each);
  }

  /** The number of modules. */
  get size(): number {
    return this.#modules.size;
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return this.#modules.has(name);
  }

  /** The module of a name. Throws a RangeError that lists the names, if there is none. */
  get(name: string): M {
    const module = this.#modules.get(name);
    if (module === undefined) {
      throw new RangeError(`ModuleDict: there is no module '${name}', only ${[...this.keys()].join(', ') || 'none'}`);
    }
    return module;
  }

  /** Adds a module, or replaces the one of that name, and returns the dictionary. Throws for an empty name, or one with a point. */
  set(name: string, module: M): this {
    if (!isModule(module)) throw new TypeError(`ModuleDict: '${name}' is not a module`);
    if (name === '' || name.includes('.')) {
      throw new RangeError(`ModuleDict: a name must have a letter and no point, which separates names, got '${name}'`);
    }
    this.#modules.set(name, module);
    return this;
  }

  /** Removes the module of a name. Returns whether there was one. */
  delete(name: string): boolean {
    return this.#modules.delete(name);
  }

  /** The names, in the order in which they were added. */
  keys(): IterableIterator<string> {
    return this.#modules.keys();
  }

  /** The modules, in the order in which they were added. */
  values(): IterableIterator<M> {
    return this.#modules.values();
  }

  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.#modules.entries();
  }

  override *namedChildren(): Generator<[string, AnyModule]> {
    for (const each of this.#modules) yield each;
    yield* super.namedChildren();
  }

  /** Throws an Error: a dictionary does not define how its modules are called. */
  override forward(): never {
    throw new Error('ModuleDict: a dictionary has no forward; call its modules');
  }
}
