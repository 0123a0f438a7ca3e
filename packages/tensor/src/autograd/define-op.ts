import { checkFunction, checkOptions } from '../array/arguments.ts';
import { DTypeError, GraphError, ShapeError } from '../array/errors.ts';
import { escape, outside } from '../array/lifetime.ts';
import { sameShape, showShape } from '../array/shape.ts';
import { apply, gradient, jointGradient, type OpRule } from '../graph/apply.ts';
import { watchReads } from '../graph/element-reads.ts';
import { gradMode } from '../graph/grad-mode.ts';
import { isTensor, Tensor } from '../graph/tensor.ts';
import { clone, contiguous } from '../ops/copy.ts';

/** What an operation is that is not one of ours. */
export interface OpDefinition<Inputs extends readonly unknown[]> {
  /** What errors and traces call it. */
  readonly name?: string | undefined;
  /** Computes the output, a tensor. Nothing in it is recorded. */
  readonly forward: (...inputs: Inputs) => Tensor;
  /**
   * The gradient of each input, in their order, from the gradient `g` of the output, the inputs and the output: a tensor of the
   * input's shape and dtype, or null for an input that takes none.
   */
  readonly backward: (g: Tensor, inputs: Inputs, output: Tensor) => readonly (Tensor | null)[];
}

/**
 * Makes an operation of your own. Inputs are tensors, one by one, and anything that holds none; gradients flow to the tensors.
 *
 * Written in operations, `backward` can be differentiated itself, and so `createGraph` works. Where it reads elements as
 * numbers (`data`, `toArray`, `item`) of a tensor that requires a gradient, a second derivative throws a GraphError; what is
 * read only to choose a branch can be read from `x.detach()`.
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
 * // On typed arrays, for what operations cannot say:
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
  const { name = 'an operation of defineOp', forward, backward } = definition;
  checkFunction('defineOp', forward);
  checkFunction('defineOp', backward);
  return (...inputs) => {
    checkInputs(name, inputs);
    const tensors = inputs.filter(isTensor);
    // Which of the tensors each input is; the rest of the inputs is handed through.
    const places = inputs.flatMap((input, index) => (isTensor(input) ? [index] : []));
    const restore = (given: readonly Tensor[]): Inputs =>
      inputs.map((input, index) => (isTensor(input) ? given[places.indexOf(index)] : input)) as unknown as Inputs;

    const gradientsOf = (upstream: Tensor, saved: readonly Tensor[]): readonly (Tensor | null)[] => {
      const g = contiguous(upstream); // so that its data can be read, whatever made it
      const given = saved.slice(0, -1);
      const output = saved.at(-1) as Tensor;
      for (const each of [g, ...saved]) escape(each);
      const { result, hasRead } = watchReads(() => outside(() => backward(g, restore(given), output)));
      const gradients = checkedGradients(name, result, inputs);
      return gradMode.enabled && hasRead
        ? gradients.map((each) => each && outside(() => onceOnly(name, each, [g, ...given])))
        : gradients;
    };

    const keys = [...tensors.keys(), 'output' as const];
    const rule: OpRule = {
      name,
      forward: (given) => {
        for (const each of given) escape(each);
        const output = outside(() => forward(...restore(given)));
        if (!isTensor(output)) throw new TypeError(`${name}: forward returned ${typeof output}, and not a tensor`);
        // A tensor of its own, whatever forward returned: an input, or one that is held elsewhere.
        const isInput = given.some((each) => each.storage === output.storage);
        return isInput ? clone(output) : new Tensor(output.storage, output);
      },
      gradients: jointGradient(keys, (g, saved, _, needs) => {
        const gradients = gradientsOf(g, saved);
        return places.map((place, at) => {
          const own = gradients[place] ?? null;
          if (own !== null || !needs(at)) return own;
          throw new GraphError(
            `${name}: backward returned no gradient for input ${place}, which requires one; return a tensor, or give detach() of the input to the operation`,
          );
        });
      }),
    };
    return apply(rule, tensors, undefined);
  };
}

/** Throws a TypeError for tensors inside of an input: no gradient would find its way out. */
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
    throw new TypeError(`${name}: input ${at} holds tensors; pass them one by one, for gradients to flow to them`);
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
      `${name}: backward returns a list with a gradient, or null, for each of the ${inputs.length} inputs; it returned ${given}`,
    );
  }
  for (const [index, g] of gradients.entries()) {
    const input = inputs[index];
    if (g === null || !isTensor(input)) continue;
    if (!isTensor(g)) throw new TypeError(`${name}: the gradient of input ${index} is ${typeof g}, and not a tensor`);
    if (!sameShape(g.shape, input.shape)) {
      throw new ShapeError(
        `${name}: the gradient of input ${index} has shape ${showShape(g.shape)}, the input ${showShape(input.shape)}; return one of the input's shape`,
      );
    }
    if (g.dtype !== input.dtype) {
      throw new DTypeError(
        `${name}: the gradient of input ${index} is ${g.dtype}, the input ${input.dtype}; to('${input.dtype}') converts`,
      );
    }
  }
  return gradients;
}

/** The gradient `g`, which depends on `sources` in a way that was not recorded: differentiating it throws. */
function onceOnly(name: string, g: Tensor, sources: readonly Tensor[]): Tensor {
  const refuse = gradient([], (): Tensor => {
    throw new GraphError(
      `${name}: its backward read the elements of a tensor as numbers, and has no derivative; write it in operations, or read detach() to choose a branch`,
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
