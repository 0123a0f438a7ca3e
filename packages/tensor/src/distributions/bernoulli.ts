import { type Shape } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { isTensor, type Tensor } from '../graph/tensor.ts';
import { softplus } from '../ops/activation.ts';
import { mul, neg, sub } from '../ops/arithmetic.ts';
import { to } from '../ops/copy.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { log, log1p, sigmoid } from '../ops/functions.ts';
import { lt } from '../ops/logic.ts';
import { rand } from '../ops/random.ts';
import { Distribution, type SampleOptions, sampleShape } from './distribution.ts';
import { checkElements, eitherOf, parameter } from './parameters.ts';
import { clipped } from './probabilities.ts';

/** The parameter of `Bernoulli`: either the probability of 1, or its logit, `log(p / (1 - p))`. */
export interface BernoulliParameters {
  readonly probs?: Operand | undefined;
  readonly logits?: Operand | undefined;
}

/**
 * The distribution of 1, with probability `probs`, and 0. Samples have the dtype of the parameter.
 *
 * Throws a RangeError for a probability outside [0, 1], and for a logit that is not finite. As in PyTorch, a probability of 0 or 1 counts in
 * `logProb` and `entropy` as the next one that is neither.
 *
 * ```ts
 * import { manualSeed, tensor } from '@mg/tensor';
 * import { Bernoulli } from '@mg/tensor/distributions';
 * const distribution = new Bernoulli({ probs: tensor([0.25, 0.5]) });
 * distribution.logProb(1); // => tensor([-1.3863, -0.6931])
 * manualSeed(42);
 * distribution.sample([3]); // => tensor([[0, 1], [0, 0], [0, 0]])
 * new Bernoulli({ probs: 2 }); // => throws RangeError: Bernoulli: probs must be from 0 to 1, got 2
 * ```
 */
export class Bernoulli extends Distribution {
  readonly kind = 'Bernoulli' as const;
  readonly batchShape: Shape;
  readonly #given: 'probs' | 'logits';
  readonly #parameter: Tensor;

  constructor(given: BernoulliParameters) {
    super();
    const { name, value } = eitherOf('Bernoulli', given);
    this.#given = name;
    this.#parameter = parameter('Bernoulli', name, value);
    if (name === 'probs') {
      checkElements('Bernoulli', 'probs', this.#parameter, 'from 0 to 1', (each) => each >= 0 && each <= 1);
    } else {
      checkElements('Bernoulli', 'logits', this.#parameter, 'finite', Number.isFinite);
    }
    this.batchShape = this.#parameter.shape;
  }

  /** The probability of 1, in the batch shape. */
  get probs(): Tensor {
    return this.#given === 'probs' ? this.#parameter : sigmoid(this.#parameter);
  }

  /** `log(p / (1 - p))`, in the batch shape. */
  get logits(): Tensor {
    if (this.#given === 'logits') return this.#parameter;
    const p = clipped(this.#parameter);
    return sub(log(p), log1p(neg(p)));
  }

  get mean(): Tensor {
    return this.probs;
  }

  get variance(): Tensor {
    const p = this.probs;
    return mul(p, sub(1, p));
  }

  sample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    const p = unrecorded(this.probs);
    // In float64, so that small probabilities are not rounded to 0.
    const u = rand(sampleShape('Bernoulli.sample', shape, p.shape, options), { dtype: 'float64', ...options });
    return to(lt(u, to(p, 'float64')), p.dtype);
  }

  /** The logarithm of the probability of each element of `value`. Throws a RangeError for elements that are neither 0 nor 1. */
  logProb(value: Operand): Tensor {
    if (isTensor(value)) checkElements('Bernoulli.logProb', 'value', value, '0 or 1', isBit);
    else if (!isBit(value)) throw new RangeError(`Bernoulli.logProb: value must be 0 or 1, got ${value}`);
    const { logits } = this;
    return sub(mul(value, logits), softplus(logits));
  }

  entropy(): Tensor {
    const { logits } = this;
    return sub(softplus(logits), mul(this.probs, logits));
  }
}

function isBit(x: number): boolean {
  return x === 0 || x === 1;
}
