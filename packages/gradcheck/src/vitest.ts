/** Import this file to add the matcher `toHaveCorrectGradients` to Vitest's `expect` and its types. */
import { expect } from 'vitest';
import { type Differentiable } from './differentiable.ts';
import { gradcheck } from './gradcheck.ts';
import { type AdaptedOptions, type AnyOptions, type GradcheckOptions } from './options.ts';

/** The inputs of a function. A function without parameters may capture them, so it accepts any. */
type InputsOf<F> = F extends (...inputs: infer Inputs) => unknown
  ? Inputs extends readonly []
    ? readonly unknown[]
    : Readonly<Inputs>
  : never;

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Passes if {@link gradcheck} passes with these inputs and options. On failure, the message is its report.
     *
     * ```ts
     * import '@mg/gradcheck/vitest';
     * import { tensor } from '@mg/tensor';
     * import { expect } from 'vitest';
     * const x = tensor([0.5, -1.5], { dtype: 'float64', requiresGrad: true });
     * expect((x) => x.exp().mul(x)).toHaveCorrectGradients([x]);
     * expect((x) => x.mul(x.detach())).toHaveCorrectGradients([x]); // => throws Error: 2 of 4 derivatives are wrong
     * ```
     */
    toHaveCorrectGradients(
      inputs: InputsOf<T>,
      options?: Omit<GradcheckOptions, 'raise'> | Omit<AdaptedOptions<InputsOf<T>[number]>, 'raise'>,
    ): void;
  }
}

expect.extend({
  toHaveCorrectGradients(fn: unknown, inputs: readonly Differentiable[], options: AnyOptions = {}) {
    if (typeof fn !== 'function') {
      throw new TypeError(
        `toHaveCorrectGradients: expected a function, got ${typeof fn}; write expect(fn), not expect(fn(x))`,
      );
    }
    const report = gradcheck(fn as (...inputs: Differentiable[]) => Differentiable, inputs, {
      ...options,
      raise: false,
    });
    return {
      pass: report.passed,
      message: () => (report.passed ? `expected a wrong gradient, but found none\n${String(report)}` : String(report)),
    };
  },
});
