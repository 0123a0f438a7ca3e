import { checkFunction, checkOptions } from '../array/arguments.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { escape, outside } from '../array/lifetime.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { apply, gradient, jointGradient, type OpRule } from '../graph/apply.ts';
import { watchReads } from '../graph/element-reads.ts';
import { isTensor, Tensor } from '../graph/tensor.ts';
import { clone, contiguous } from '../ops/copy.ts';

/** Definition of a custom operation. */
export interface OpDefinition<Inputs extends readonly unknown[]> {
  /** The name in errors and traces. */
  readonly name?: string | undefined;
  /** Computes the output, a tensor. Operations inside are not recorded. */
  readonly forward: (...inputs: Inputs) => Tensor;
  /**
   * Computes the gradient of each input, in order, from the gradient `g` of the output, the inputs and the output: a tensor of
   * the input's shape and dtype, or null for an input without a gradient.
   */
  readonly backward: (g: Tensor, inputs: Inputs, output: Tensor) => readonly (Tensor | null)[];
}

/**
 * Defines a custom operation. Its inputs are tensors, passed one by one, and any other values; gradients flow to the tensors.
 *
 * If `backward` is written in operations, it can be differentiated too, and `createGraph` works. If it reads elements of a tensor
 * that requires a gradient as numbers (`data`, `toArray`, `item`), a second derivative throws a GraphError. To read elements only
 * to choose a branch, read them from `x.detach()`.
 *
 * ```ts
 * import { defineOp, fromTypedArray, tensor, type Tensor } from '@mg/tensor';
 *
 * const cube = defineOp({
 *   name: 'cube',
 *   forward: (x: Tensor) => x.mul(x).mul(x),
 *   backward: (g, [x]) => [g.mul(x).mul(x).mul(3)],
 * });
 * const x = tensor([1, 2], { requiresGrad: true });
 * cube(x).sum().backward();
 * x.grad; // => tensor([3, 12])
 *
 * // On typed arrays, where no operation fits:
 * const triangle = defineOp({
 *   name: 'triangle',
 *   forward: (x: Tensor) => {
 *     const elements = x.contiguous().data; // a view, such as x.T, has no data of its own
 *     return fromTypedArray(elements.map((each) => Math.abs((each % 2) - 1)), x.shape);
 *   },
 *   backward: (g, [x]) => {
 *     const elements = x.contiguous().data;
 *     return [fromTypedArray(elements.map((each, i) => (each % 2 > 1 ? 1 : -1) * g.data[i]!), x.shape)];
 *   },
 * });
 * triangle(tensor([[0.25, 1.5], [1, 2]]).T); // => tensor([[0.75, 0], [0.5, 1]])
 * ```
 */
export function defineOp<Inputs extends readonly unknown[]>(
  definition: OpDefinition<Inputs>,
): (...inputs: Inputs) => Tensor {
  checkOptions('defineOp', definition, ['name', 'forward', 'backward']);
  const { name = 'a custom operation', forward, backward } = definition;
  checkFunction('defineOp', forward);
  checkFunction('defineOp', backward);
  return (...inputs) => {
    checkInputs(name, inputs);
    const tensors = inputs.filter(isTensor);
    // The index of each tensor among the inputs; the other inputs are passed through.
    const places = inputs.flatMap((input, index) => (isTensor(input) ? [index] : []));

    const gradientsOf = (upstream: Tensor, saved: readonly Tensor[]): readonly (Tensor | null)[] => {
      const g = contiguous(upstream); // so that `data` can be read
      const given = saved.slice(0, -1);
      const output = saved.at(-1) as Tensor;
      for (const each of [g, ...saved]) escape(each);
      const isRecording = [g, ...saved].some((each) => each.requiresGrad);
      const { result, hasRead } = watchReads(() => outside(() => backward(g, inputs, output), isRecording));
      const gradients = checkedGradients(name, result, inputs);
      return isRecording && hasRead
        ? gradients.map((each) => each && outside(() => onceOnly(name, each, [g, ...given])))
        : gradients;
    };

    const keys = [...tensors.keys(), 'output' as const];
    const rule: OpRule = {
      name,
      forward: (given) => {
        for (const each of given) escape(each);
        const output = outside(() => forward(...inputs), false);
        if (!isTensor(output)) throw new TypeError(`${name}: forward must return a tensor, got ${typeof output}`);
        // A new tensor, even if forward returned an input, or a tensor that other code holds.
        const isInput = given.some((each) => each.storage === output.storage);
        return isInput ? clone(output) : new Tensor(output.storage, output);
      },
      gradients: jointGradient(keys, (g, saved, _, needs) => {
        const gradients = gradientsOf(g, saved);
        return places.map((place, at) => {
          const own = gradients[place] ?? null;
          if (own !== null || !needs(at)) return own;
          throw new GraphError(
            `${name}: backward returned no gradient for input ${place}, which requires one; return a tensor, or pass detach() of the input to the operation`,
          );
        });
      }),
    };
    return apply(rule, tensors, undefined);
  };
}

/** Throws a TypeError for tensors inside an input: gradients would not flow to them. */
function checkInputs(name: string, inputs: readonly unknown[]): void {
  const at = inputs.findIndex(
    (input) =>
      typeof input === 'object' &&
      input !== null &&
      !isTensor(input) &&
      !ArrayBuffer.isView(input) &&
      Object.values(input).some(isTensor),
  );
  if (at >= 0) {
    throw new TypeError(`${name}: input ${at} holds tensors; pass them one by one, so that gradients flow to them`);
  }
}

function checkedGradients(
  name: string,
  gradients: readonly (Tensor | null)[],
  inputs: readonly unknown[],
): readonly (Tensor | null)[] {
  const isList: boolean = Array.isArray(gradients); // plain JavaScript may return anything
  if (!isList || gradients.length !== inputs.length) {
    const given = isList ? `a list of ${gradients.length}` : typeof gradients;
    throw new GraphError(
      `${name}: backward must return a list with a gradient, or null, for each of the ${inputs.length} inputs, got ${given}`,
    );
  }
  for (const [index, g] of gradients.entries()) {
    const input = inputs[index];
    if (g === null || !isTensor(input)) continue;
    if (!isTensor(g))
      throw new TypeError(`${name}: the gradient of input ${index} must be a tensor or null, got ${typeof g}`);
    if (!sameShape(g.shape, input.shape)) {
      throw new ShapeError(
        `${name}: the gradient of input ${index} has shape ${showShape(g.shape)}, but the input has ${showShape(input.shape)}; return a gradient of the input's shape`,
      );
    }
    if (g.dtype !== input.dtype) {
      throw new DTypeError(
        `${name}: the gradient of input ${index} is ${g.dtype}, but the input is ${input.dtype}; convert it with to('${input.dtype}')`,
      );
    }
  }
  return gradients;
}

/** The gradient `g`, whose dependence on `sources` was not recorded: differentiating it throws. */
function onceOnly(name: string, g: Tensor, sources: readonly Tensor[]): Tensor {
  const refuse = gradient([], (): Tensor => {
    throw new GraphError(
      `${name}: backward read the elements of a tensor as numbers, so it has no derivative; write it in operations, or read detach() to choose a branch`,
    );
  });
  const inputs = [g, ...sources];
  const rule: OpRule = {
    name: `the gradient of ${name}`,
    forward: ([given]) => clone(given as Tensor),
    gradients: inputs.map(() => refuse),
  };
  return apply(rule, inputs, undefined);
}
