import { type AnyModule, isModule, Module as ModuleClass } from '../module/module.ts';
import { type Module } from '../module/tensor-module.ts';

/**
 * A list of modules, named by their index, for a custom forward: `for (const block of this.blocks) x = block.forward(x)`. A field
 * with an ordinary array works too; this one is a module itself, as in PyTorch.
 *
 * ```ts
 * import { Linear, Module, ModuleList } from '@mg/nn';
 * import { type Tensor, zeros } from '@mg/tensor';
 *
 * class Deep extends Module {
 *   readonly blocks = new ModuleList([new Linear(4, 4), new Linear(4, 4)]);
 *   override forward(x: Tensor): Tensor {
 *     for (const block of this.blocks) x = block.forward(x).relu();
 *     return x;
 *   }
 * }
 * const model = new Deep();
 * model.forward(zeros([2, 4])).shape; // => [2, 4]
 * [...model.namedParameters()].length; // => 4
 * ```
 */
export class ModuleList<M extends AnyModule = Module> extends ModuleClass implements Iterable<M> {
  readonly #modules: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    this.push(...modules);
  }

  /** The number of modules. */
  get length(): number {
    return this.#modules.length;
  }

  /** The module at an index, which counts from the end if negative; undefined if there is none. */
  at(index: number): M | undefined {
    return this.#modules.at(index);
  }

  /** Adds modules at the end, and returns the list. */
  push(...modules: readonly M[]): this {
    for (const [index, each] of modules.entries()) {
      if (!isModule(each)) throw new TypeError(`ModuleList: item ${this.length + index} is not a module`);
    }
    this.#modules.push(...modules);
    return this;
  }

  [Symbol.iterator](): IterableIterator<M> {
    return this.#modules.values();
  }

  override *namedChildren(): Generator<[string, AnyModule]> {
    for (const [index, each] of this.#modules.entries()) yield [String(index), each];
    yield* super.namedChildren();
  }

  /** Throws an Error: a list does not define how its modules are called. */
  override forward(): never {
    throw new Error('ModuleList: a list has no forward; call its modules, or use Sequential');
  }
}
