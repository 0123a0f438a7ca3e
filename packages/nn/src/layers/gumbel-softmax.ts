import { type Generator, rand, type Tensor } from '@mg/tensor';
import { checkOptions, checkTensor } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { checkFloatInput } from './arguments.ts';

/** The options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions {
  /** The temperature: near 0 the result is nearly one-hot, and the gradients are large. 1 by default. */
  readonly tau?: number | undefined;
  /** Whether the result is one-hot, with the gradients of the soft one. */
  readonly hard?: boolean | undefined;
  /** The axis of the classes, the last one by default. */
  readonly axis?: number | undefined;
  /** Where the noise is drawn from: the default generator, unless one is given. */
  readonly generator?: Generator | undefined;
}

/**
 * A sample of a categorical distribution that has gradients: `softmax((logits + noise) / tau)`, with noise of the Gumbel distribution. The
 * largest element is that of class i with probability softmax(logits)[i]. Throws a RangeError for a temperature that is not above 0.
 * @see E. Jang, S. Gu, B. Poole, Categorical Reparameterization with Gumbel-Softmax (2017), https://arxiv.org/abs/1611.01144
 *
 * ```ts
 * import { gumbelSoftmax } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * gumbelSoftmax(tensor([0, 100, 0]), { hard: true }); // => tensor([0, 1, 0])
 * ```
 */
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  checkTensor('gumbelSoftmax', 'the input', logits);
  checkOptions('gumbelSoftmax', options, ['tau', 'hard', 'axis', 'generator']);
  const { tau = 1, hard = false, axis = -1, generator } = options;
  checkFloatInput('gumbelSoftmax', logits);
  if (!(tau > 0)) throw new RangeError(`gumbelSoftmax: tau must be a number > 0, got ${tau}`);
  return runOwn(() => {
    // A number drawn can be 0, which has no logarithm: it stands for those up to 2^-24.
    const uniform = rand(logits.shape, { dtype: logits.dtype, generator }).clip(2 ** -25);
    const noise = uniform.log().neg().log().neg();
    const soft = logits.add(noise).div(tau).softmax(axis);
    if (!hard) return soft;
    const classes = soft.shape.at(axis) ?? 1;
    const oneHot = soft.detach().argmax(axis).oneHot(classes).to(soft.dtype).movedim(-1, axis);
    return soft.sub(soft.detach()).add(oneHot);
  });
}
