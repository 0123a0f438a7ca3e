import { ShapeError } from '../array/errors.ts';
import { showShape } from '../array/shape.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { zeros } from '../ops/creation.ts';
import { stack } from '../ops/join.ts';
import { reshape } from '../ops/views.ts';
import {
  type ArgumentsOf,
  type Call,
  called,
  type FunctionalOptions,
  gradients,
  type PerTensor,
  type Tensors,
  unlisted,
} from './arguments.ts';

/**
 * The derivatives of each element of the output with respect to each element of the input, in the shape `[...output, ...input]`. It takes one
 * pass of `backward` for each element of the output.
 *
 * For a list of inputs, the function takes them one by one, and the result is a list of Jacobians; likewise for a list of outputs. For both
 * it is a list of lists, first by output. What does not depend on an input gives zeros.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { jacobian } from '@mg/tensor/functional';
 * const [x, y] = [tensor([1, 2]), tensor([3, 4])];
 * jacobian((a) => a.exp().sum(), tensor([0, 1])); // => tensor([1, 2.7183])
 * jacobian((a, b) => a.mul(b), [x, y]); // => [tensor([[3, 0], [0, 4]]), tensor([[1, 0], [0, 2]])]
 * jacobian((a, b) => [a.sum(), b.prod()], [x, y]); // => [[tensor([1, 1]), tensor([0, 0])], [tensor([0, 0]), tensor([4, 3])]]
 * ```
 */
export function jacobian<const Inputs extends Tensors, const Outputs extends Tensors>(
  fn: (...inputs: ArgumentsOf<Inputs>) => Outputs,
  inputs: Inputs,
  options: FunctionalOptions = {},
): PerTensor<Outputs, PerTensor<Inputs>> {
  return called('jacobian', fn, inputs, options, (call) => {
    const perOutput = call.outputs.map((_, at) => unlisted(jacobiansOf(call, at), call.areInputsListed));
    return unlisted(perOutput, call.areOutputsListed) as PerTensor<Outputs, PerTensor<Inputs>>;
  });
}

/**
 * The second derivatives of a function whose output is a single number, with respect to each pair of elements of the input, in the shape
 * `[...input, ...input]`. For a list of inputs, the result is a list of lists: the item [i][j] has the shape `[...input i, ...input j]`.
 *
 * Throws a ShapeError if the function returns more than one number.
 *
 * ```ts
 * import { tensor } from '@mg/tensor';
 * import { hessian } from '@mg/tensor/functional';
 * hessian((x) => x.pow(3).sum(), tensor([1, 2])); // => tensor([[6, 0], [0, 12]])
 * hessian((x, y) => x.mul(y).sum(), [tensor([1]), tensor([2])]); // => [[tensor([[0]]), tensor([[1]])], [tensor([[1]]), tensor([[0]])]]
 * ```
 */
export function hessian<const Inputs extends Tensors>(
  fn: (...inputs: ArgumentsOf<Inputs>) => Tensor,
  inputs: Inputs,
  options: FunctionalOptions = {},
): PerTensor<Inputs, PerTensor<Inputs>> {
  const gradientOf = (...given: readonly Tensor[]): Tensors =>
    called('hessian', fn, given, { createGraph: true }, (call) => {
      checkSingle(call);
      const list = jacobiansOf(call, 0).map((each, at) => reshape(each, given[at]?.shape ?? []));
      return unlisted(list, !isTensor(inputs));
    });
  return called('hessian', gradientOf, inputs, options, (call) => {
    const rows = call.outputs.map((_, at) => unlisted(jacobiansOf(call, at), call.areInputsListed));
    return unlisted(rows, call.areOutputsListed) as PerTensor<Inputs, PerTensor<Inputs>>;
  });
}

/** The Jacobian of one output with respect to each input. */
function jacobiansOf({ createGraph, inputs, outputs }: Call, at: number): Tensor[] {
  const output = outputs[at] as Tensor;
  const rows: Tensor[][] = inputs.map(() => []);
  for (let element = 0; element < output.size; element++) {
    const seed = zeros(output.shape, { dtype: output.dtype });
    seed.storage.elements()[element] = 1;
    // The graph may belong to the next output, too.
    const found = gradients([output], inputs, [seed], { createGraph, retainGraph: true });
    for (const [input, row] of found.entries()) rows[input]?.push(row);
  }
  return inputs.map(({ shape, dtype }, input) => {
    const own = rows[input] ?? [];
    const whole = [...output.shape, ...shape];
    return own.length === 0 ? zeros(whole, { dtype }) : reshape(stack(own), whole);
  });
}

function checkSingle({ areOutputsListed, outputs }: Call): void {
  const [output] = outputs;
  if (areOutputsListed || output === undefined) {
    throw new ShapeError('hessian: the function must return a single tensor of one element, got a list');
  }
  if (output.size !== 1) {
    throw new ShapeError(
      `hessian: the function must return a single number, got shape ${showShape(output.shape)}; sum() it, or take jacobian`,
    );
  }
}
