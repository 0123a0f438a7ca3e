import { type AnyFunction, type Checkable, type Differentiable } from './differentiable.ts';
import { randomWeights } from './directional.ts';
import { check } from './gradcheck.ts';
import { type AdaptedOptions, type AnyOptions, type GradcheckOptions } from './options.ts';
import { type GradcheckReport } from './report.ts';
import { hasDerivatives, libraryOf, makeSubject } from './subject.ts';

/**
 * Checks second derivatives: runs {@link gradcheck} on the function that computes the gradients u·J, with respect to the inputs
 * and to the random cotangents u. In the report, the outputs are these gradients; the inputs are the function's inputs,
 * followed by one cotangent per output.
 *
 * The gradients must be differentiable: @mg/tensor does this with `createGraph`, an adapter with a `vjp` that can be nested.
 * Throws the same errors as gradcheck, and a TypeError for values of @mg/scalar, whose gradients are plain numbers.
 *
 * ```ts
 * import { gradgradcheck } from '@mg/gradcheck';
 * import { tensor } from '@mg/tensor';
 * const x = tensor([0.5, 1.5], { dtype: 'float64', requiresGrad: true });
 * gradgradcheck((x) => x.log().mul(x), [x]).passed; // => true
 * ```
 */
export function gradgradcheck<Inputs extends readonly Differentiable[]>(
  fn: Checkable<NoInfer<Inputs>>,
  inputs: readonly [...Inputs],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradgradcheck<T, Inputs extends readonly T[]>(
  fn: Checkable<NoInfer<Inputs>, T>,
  inputs: readonly [...Inputs],
  options: AdaptedOptions<T>,
): GradcheckReport;
export function gradgradcheck(fn: AnyFunction, inputs: readonly unknown[], options: AnyOptions = {}): GradcheckReport {
  const library = libraryOf(inputs, options.adapter);
  const first = makeSubject(library, fn, inputs);
  const wanted = first.inputs.flatMap(({ isChecked }, index) => (isChecked ? [index] : []));
  const { places, cotangents } = first.library.withBackward(first.fn, inputs, wanted, (outputs) => {
    const found = outputs.flatMap((output, place) => {
      const { dtype = library.precision, data } = library.read(output);
      if (!hasDerivatives(dtype)) return [];
      return [{ place, cotangent: library.cotangent(output, randomWeights(data.length, place)) }];
    });
    return { places: found.map(({ place }) => place), cotangents: found.map(({ cotangent }) => cotangent) };
  });

  const gradients = (...all: unknown[]): readonly unknown[] => {
    const args = all.slice(0, inputs.length);
    const found = places.flatMap((place, i) =>
      library.gradients(first.fn, args, wanted, place, all[inputs.length + i]),
    );
    const arrived = found.filter((gradient) => gradient !== null);
    if (arrived.length > 0) return arrived;
    throw new TypeError(
      'gradgradcheck: no output depends on an input that requires a gradient, so there is nothing to check; compute an output from such an input',
    );
  };
  const names = [
    ...inputs.map((_, index) => `input ${index}`),
    ...cotangents.map((_, i) => `cotangent of output ${places[i] ?? i}`),
  ];
  return check(makeSubject(library, gradients, [...inputs, ...cotangents], names), options);
}
