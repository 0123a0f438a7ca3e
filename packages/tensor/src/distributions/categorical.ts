import { ShapeError } from '../array/errors.ts';
import { broadcastShapes, type Shape, sizeOf } from '../array/shape.ts';
import { unrecorded } from '../graph/apply.ts';
import { checkTensor, isTensor, type Tensor } from '../graph/tensor.ts';
import { logSoftmax, softmax } from '../ops/activation.ts';
import { clip, div, minimum, mul, neg } from '../ops/arithmetic.ts';
import { to } from '../ops/copy.ts';
import { full, scalar } from '../ops/creation.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { log } from '../ops/functions.ts';
import { gather } from '../ops/gather.ts';
import { rand } from '../ops/random.ts';
import { cumsum, sum } from '../ops/reduce.ts';
import { searchsorted } from '../ops/sort.ts';
import { broadcastTo, reshape, slice, squeeze, transpose, unsqueeze } from '../ops/views.ts';
import { Distribution, type SampleOptions, sampleShape } from './distribution.ts';
import { checkElements, eitherOf, parameter } from './parameters.ts';
import { clipped } from './probabilities.ts';

/** The parameter of `Categorical`: either probabilities, or their logarithms. Neither has to be normalized. */
export interface CategoricalParameters {
  readonly probs?: Tensor | undefined;
  readonly logits?: Tensor | undefined;
}

/**
 * The distribution of the classes 0 to n - 1, with the probabilities along the last axis of `probs`, or in proportion to `e^logits`. The
 * axes before are the batch. Samples are int32.
 *
 * A logit of -Infinity excludes a class. Throws a RangeError for probabilities that are negative, not finite or all 0, and for logits that
 * are NaN, Infinity or all -Infinity; a ShapeError for a tensor without classes.
 *
 * ```ts
 * import { manualSeed, tensor } from '@mg/tensor';
 * import { Categorical } from '@mg/tensor/distributions';
 * const distribution = new Categorical({ probs: tensor([[1, 2, 1], [0, 0, 5]]) });
 * distribution.probs; // => tensor([[0.25, 0.5, 0.25], [0, 0, 1]])
 * distribution.logProb(tensor([1, 2], { dtype: 'int32' })); // => tensor([-6.9315e-1, -1.1921e-7])
 * manualSeed(42);
 * distribution.sample([2]); // => tensor([[1, 2], [2, 2]], int32)
 * ```
 */
export class Categorical extends Distribution {
  readonly kind = 'Categorical' as const;
  readonly batchShape: Shape;
  readonly #given: 'probs' | 'logits';
  /** Normalized. */
  readonly #parameter: Tensor;

  constructor(given: CategoricalParameters) {
    super();
    const { name, value } = eitherOf('Categorical', given);
    checkTensor('Categorical', name, value);
    const x = parameter('Categorical', name, value);
    const classes = x.shape.at(-1) ?? 0;
    if (classes === 0) {
      throw new ShapeError(
        `Categorical: ${name} must have an axis of classes, which is not empty, got shape [${x.shape.join(', ')}]`,
      );
    }
    this.#given = name;
    if (name === 'probs') {
      checkElements('Categorical', 'probs', x, 'finite and >= 0', (each) => each >= 0 && each < Infinity);
      const total = sum(x, -1, { keepdims: true });
      checkElements('Categorical', 'the sum of probs', total, 'above 0', (each) => each > 0);
      this.#parameter = div(x, total);
    } else {
      checkElements('Categorical', 'logits', x, 'below Infinity', (each) => each < Infinity);
      this.#parameter = logSoftmax(x, -1);
      // The logarithm of 0 / 0.
      checkElements(
        'Categorical',
        'the normalized logits',
        this.#parameter,
        'numbers, and not all -Infinity',
        isNumber,
      );
    }
    this.batchShape = x.shape.slice(0, -1);
  }

  /** The probabilities: `[...batchShape, n]`. */
  get probs(): Tensor {
    // Not the exponential: gradients of softmax are centred, and lose fewer bits in float32.
    return this.#given === 'probs' ? this.#parameter : softmax(this.#parameter, -1);
  }

  /** The logarithms of the probabilities: `[...batchShape, n]`. */
  get logits(): Tensor {
    return this.#given === 'logits' ? this.#parameter : log(clipped(this.#parameter));
  }

  /** NaN, as in PyTorch: classes are no quantities. */
  get mean(): Tensor {
    return full(this.batchShape, NaN, { dtype: this.#parameter.dtype });
  }

  /** NaN, as in PyTorch: classes are no quantities. */
  get variance(): Tensor {
    return this.mean;
  }

  sample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    const drawn = sampleShape('Categorical.sample', shape, this.batchShape, options);
    const [rows, count] = [sizeOf(this.batchShape), sizeOf(shape)];
    const classes = this.#parameter.shape.at(-1) ?? 0;
    const p = reshape(to(unrecorded(this.probs), 'float64'), [rows, classes]);
    const ends = cumsum(p, 1);
    const total = slice(ends, 1, classes - 1);
    const u = transpose(reshape(rand(drawn, { dtype: 'float64', ...options }), [count, rows]), 0, 1);
    // The first class whose end is greater. A product that is rounded up to the total belongs to the last class above 0.
    const found = searchsorted(ends, mul(u, total), { right: true });
    return reshape(transpose(minimum(found, searchsorted(ends, total)), 0, 1), drawn);
  }

  /**
   * The logarithm of the probability of each class of `value`: int32 or uint8, or whole floats. Throws a RangeError for what is no
   * class.
   */
  logProb(value: Operand): Tensor {
    const { logits } = this;
    const classes = logits.shape.at(-1) ?? 0;
    const given = isTensor(value) ? value : scalar(value);
    checkElements('Categorical.logProb', 'value', given, `an integer from 0 to ${classes - 1}`, (each) => Number.isInteger(each) && each >= 0 && each < classes); // prettier-ignore
    const shape = broadcastShapes('Categorical.logProb', given.shape, this.batchShape);
    const index = unsqueeze(broadcastTo(to(unrecorded(given), 'int32'), shape), -1);
    return squeeze(gather(broadcastTo(logits, [...shape, classes]), -1, index), -1);
  }

  entropy(): Tensor {
    // 0 · -Infinity would be NaN.
    const least = this.#parameter.dtype === 'float64' ? -Number.MAX_VALUE : -3.4028234663852886e38;
    return neg(sum(mul(clip(this.logits, least), this.probs), -1));
  }
}

function isNumber(x: number): boolean {
  return !Number.isNaN(x);
}
