import { checkOptions } from '../array/arguments.ts';
import { GraphError } from '../array/errors.ts';
import { drop, escape, outside } from '../array/lifetime.ts';
import { checkTensors, isTensor, type Tensor } from '../graph/tensor.ts';
import { clone } from '../ops/copy.ts';
import { type BackwardOptions, backwardOptions, BackwardPass, takeOut, type Target, targetOf } from './backward.ts';

/** `allowUnused` returns null, instead of throwing, for an input that the outputs do not depend on. */
export interface GradOptions extends BackwardOptions {
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[] | undefined;
  readonly allowUnused?: boolean | undefined;
}

/**
 * Returns the gradients of `outputs` with respect to `inputs`, in order, without changing any `grad`. Only the part of the graph
 * that leads to the inputs is computed and freed. A single tensor stands for a list of one.
 *
 * ```ts
 * import { grad, scalar } from '@mg/tensor';
 * const x = scalar(3, { requiresGrad: true });
 * const [dx] = grad(x.mul(x).mul(x), x, { createGraph: true });
 * const [ddx] = grad([dx], [x]);
 * console.log(dx.item(), ddx.item()); // => 27 18
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor,
  options?: GradOptions & { readonly allowUnused?: false | undefined },
): [Tensor];
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions & { readonly allowUnused?: false | undefined },
): { -readonly [I in keyof Inputs]: Tensor };
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, [...backwardOptions, 'gradOutputs', 'allowUnused']);
  const [roots, leaves] = [listOf(outputs), listOf(inputs)];
  for (const list of [roots, leaves]) checkTensors('grad', list);
  const { gradOutputs = roots.map(() => null), allowUnused = false } = options;
  const seeds = listOf(gradOutputs);
  if (seeds.length !== roots.length) {
    throw new GraphError(`grad: expected ${roots.length} gradOutputs, one for each output, got ${seeds.length}`);
  }
  const pass = new BackwardPass('grad', roots, { ...options, targets: new Set(leaves.map(targetOf)) });
  const gradients = pass.run(seeds);
  const results = new Map<Target, Tensor>();
  return pass.inMode(() =>
    leaves.map((input, index) => {
      const target = targetOf(input);
      const g = gradients.get(target);
      const before = results.get(target);
      if (before !== undefined) return outside(() => clone(before)); // an input that was passed twice
      if (g !== undefined) {
        const own = escape(takeOut(g));
        drop(own);
        results.set(target, own);
        return own;
      }
      if (allowUnused) return null;
      throw new GraphError(
        `grad: the outputs do not depend on input ${index}, or it does not require a gradient; { allowUnused: true } returns null for it`,
      );
    }),
  );
}

/** A tensor as a list of it; a list as it is. */
function listOf<T>(given: Tensor | readonly T[]): readonly (Tensor | T)[] {
  return isTensor(given) ? [given] : given;
}
