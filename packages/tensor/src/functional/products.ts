import { type Tensor } from '../graph/tensor.ts';
import { onesLike, zerosLike } from '../ops/creation.ts';
import {
  type ArgumentsOf,
  called,
  finished,
  type FunctionalOptions,
  gradients,
  type PerTensor,
  type Tensors,
  unlisted,
  vectorLike,
} from './arguments.ts';

/**
 * The outputs of a function and the product `vᵀ J` of a vector with its Jacobian, in the shapes of the inputs: one pass of `backward`. `v`
 * has the shapes of the outputs; for a single number it may be left out.
 *
 * Throws a ShapeError for a `v` of another shape. An input that the outputs do not depend on gets zeros.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { vjp } from '@mg/tensor/functional';
 * const [output, product] = vjp((x, y) => x.mul(y), [tensor([1, 2]), tensor([3, 4])], tensor([1, 10]));
 * output; // => tensor([3, 8])
 * product; // => [tensor([3, 40]), tensor([1, 20])]
 * ```
 */
export function vjp<const Inputs extends Tensors, const Outputs extends Tensors>(
  fn: (...inputs: ArgumentsOf<Inputs>) => Outputs,
  inputs: Inputs,
  v: Tensors | null = null,
  options: FunctionalOptions = {},
): [PerTensor<Outputs>, PerTensor<Inputs>] {
  return called('vjp', fn, inputs, options, (call) => {
    const { createGraph, outputs } = call;
    const seeds = vectorLike('vjp', v, outputs, 'outputs');
    const products = gradients(outputs, call.inputs, seeds, { createGraph, retainGraph: createGraph });
    const result = [
      unlisted(
        outputs.map((x) => finished(x, createGraph)),
        call.areOutputsListed,
      ),
      unlisted(products, call.areInputsListed),
    ];
    return result as [PerTensor<Outputs>, PerTensor<Inputs>];
  });
}

/**
 * The outputs of a function and the product `J v` of its Jacobian with a vector: the derivative in the direction `v`, in the shapes of the
 * outputs. `v` has the shapes of the inputs; for a single number it may be left out.
 *
 * It takes two passes of `backward`, however many outputs there are: `uᵀ J` is linear in u, and its derivative in the direction `v` is `J v`.
 * Throws a ShapeError for a `v` of another shape.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { jvp } from '@mg/tensor/functional';
 * const [output, product] = jvp((x, y) => x.mul(y), [tensor([1, 2]), tensor([3, 4])], [tensor([1, 0]), tensor([0, 1])]);
 * output; // => tensor([3, 8])
 * product; // => tensor([3, 2])
 * ```
 */
export function jvp<const Inputs extends Tensors, const Outputs extends Tensors>(
  fn: (...inputs: ArgumentsOf<Inputs>) => Outputs,
  inputs: Inputs,
  v: Tensors | null = null,
  options: FunctionalOptions = {},
): [PerTensor<Outputs>, PerTensor<Outputs>] {
  return called('jvp', fn, inputs, options, (call) => {
    const { createGraph, outputs } = call;
    const direction = vectorLike('jvp', v, call.inputs, 'inputs').map(
      (each, at) => each ?? onesLike(call.inputs[at] as Tensor),
    );
    const u = outputs.map((output) => zerosLike(output, { requiresGrad: true }));
    const linear = gradients(outputs, call.inputs, u, { createGraph: true, retainGraph: true });
    const products = gradients(linear, u, direction, { createGraph, retainGraph: createGraph });
    const result = [outputs, products].map((list) => {
      return unlisted(
        list.map((x) => finished(x, createGraph)),
        call.areOutputsListed,
      );
    });
    return result as [PerTensor<Outputs>, PerTensor<Outputs>];
  });
}
