import { type Tensor } from '@mg/tensor';
import { Module } from '../module/module.ts';
import { isParameter, parameter } from '../module/parameter.ts';

/**
 * A list of parameters, named by their index. Tensors that are no parameters yet become parameters. A field with an ordinary array of parameters works
 * too; this one is a module itself, as in PyTorch.
 *
 * ```ts
 * import { ParameterList } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * const list = new ParameterList([zeros([2]), zeros([3])]);
 * list.push(zeros([4]));
 * Object.keys(list.stateDict()); // => [0, 1, 2]
 * list.at(-1).shape; // => [4]
 * ```
 */
export class ParameterList extends Module implements Iterable<Tensor> {
  constructor(tensors: Iterable<Tensor> = []) {
    super();
    this.push(...tensors);
  }

  /** The number of parameters. */
  get length(): number {
    return Object.keys(this).length;
  }

  /** The parameter at an index, which counts from the end if negative; undefined if there is none. */
  at(index: number): Tensor | undefined {
    return [...this].at(index);
  }

  /** Adds parameters at the end, and returns the list. */
  push(...tensors: readonly Tensor[]): this {
    const marked = tensors.map((each) => (isParameter(each) ? each : parameter(each)));
    // Fields whose names are numbers, so that the state has these names.
    for (const each of marked) Object.assign(this, { [this.length]: each });
    return this;
  }

  [Symbol.iterator](): IterableIterator<Tensor> {
    return Object.values(this as unknown as Readonly<Record<string, Tensor>>).values();
  }

  override extraRepr(): string {
    return [...this].map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`).join(', ');
  }

  /** Throws an Error: a list of parameters computes nothing. */
  override forward(): never {
    throw new Error('ParameterList: a list of parameters has no forward; use the parameters');
  }
}
