/**
 * Probability distributions, with PyTorch's names: samples, log probabilities, entropies and divergences, through which gradients flow
 * to the parameters.
 *
 * ```ts
 * import { manualSeed, tensor } from '@mg/tensor';
 * import { Categorical } from '@mg/tensor/distributions';
 *
 * manualSeed(42);
 * const logits = tensor([0, 1, 2], { requiresGrad: true });
 * const policy = new Categorical({ logits });
 * const action = policy.sample(); // => tensor(2, int32)
 * policy.logProb(action).neg().backward();
 * logits.grad; // => tensor([ 0.0900,  0.2447, -0.3348])
 * ```
 *
 * @module
 */
import './methods.ts';

export { Bernoulli, type BernoulliParameters } from './distributions/bernoulli.ts';
export { Categorical, type CategoricalParameters } from './distributions/categorical.ts';
export { type Distribution, type SampleOptions } from './distributions/distribution.ts';
export { klDivergence } from './distributions/kl-divergence.ts';
export { Normal } from './distributions/normal.ts';
export { Uniform } from './distributions/uniform.ts';
