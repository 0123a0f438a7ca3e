import { type Tensor } from '@mg/tensor';
import { Module as ModuleClass } from './module.ts';

/**
 * A layer or a model that takes one tensor and returns one, as each layer of a Sequential does. As a base class, Module leaves the
 * signature to the subclass: `forward` may take several inputs and return a tuple, a record or a state. The type of all these is
 * `AnyModule`.
 *
 * Its fields are its parameters (tensors marked by `parameter`), its buffers (other
 * tensors, such as running statistics) and its children (other modules), also in lists; nothing needs to be registered. A tensor that
 * is not part of the state, such as the last output, belongs in a private field (`#last`): private fields, Maps and plain objects are
 * not searched, and a tensor that is recorded in a graph is not a buffer.
 *
 * ```ts
 * import { Linear, Module } from '@mg/nn';
 * import { randn, type Tensor } from '@mg/tensor';
 *
 * class Encoder extends Module {
 *   readonly mean = new Linear(3, 2);
 *   readonly logVariance = new Linear(3, 2);
 *   forward(x: Tensor): { mean: Tensor; logVariance: Tensor } {
 *     return { mean: this.mean.forward(x), logVariance: this.logVariance.forward(x) };
 *   }
 * }
 * const model = new Encoder();
 * model.forward(randn([4, 3])).mean.shape; // => [4, 2]
 * [...model.namedParameters()].map(([name]) => name);
 * // => [mean.weight, mean.bias, logVariance.weight, logVariance.bias]
 * ```
 *
 * @class
 */
export const Module: typeof ModuleClass = ModuleClass;

/** A module that takes one tensor and returns one. */
export type Module = ModuleClass & { forward(x: Tensor): Tensor };
