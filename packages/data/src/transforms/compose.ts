/** A function of one value. */
type Step<A, B> = (value: A) => B;

/**
 * Applies transforms one after the other.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const prepare = transforms.compose(transforms.toFloat(), transforms.normalize({ mean: 0.5, std: 0.25 }));
 * prepare(Uint8Array.of(0, 51, 255)); // => [-2, -1.2, 2]
 * ```
 */
export function compose<A, B>(first: Step<A, B>): Step<A, B>;
export function compose<A, B, C>(first: Step<A, B>, second: Step<B, C>): Step<A, C>;
export function compose<A, B, C, D>(first: Step<A, B>, second: Step<B, C>, third: Step<C, D>): Step<A, D>;
export function compose<A, B, C, D, E>(
  first: Step<A, B>,
  second: Step<B, C>,
  third: Step<C, D>,
  fourth: Step<D, E>,
): Step<A, E>;
export function compose<A>(...steps: readonly Step<A, A>[]): Step<A, A>;
export function compose(...steps: readonly Step<unknown, unknown>[]): Step<unknown, unknown> {
  return (value) => steps.reduce((result, step) => step(result), value);
}
