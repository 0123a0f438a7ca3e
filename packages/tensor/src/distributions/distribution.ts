import { checkOptions } from '../array/arguments.ts';
import { checkShape, type Shape } from '../array/shape.ts';
import { type Tensor } from '../graph/tensor.ts';
import { type Operand } from '../ops/define-elementwise.ts';
import { type Generator } from '../random/generator.ts';

/** The options of `sample` and `rsample`. */
export interface SampleOptions {
  /** The source of random numbers: the default generator unless given. */
  readonly generator?: Generator | undefined;
}

/** A probability distribution, or a batch of independent ones: one for each element of its parameters. */
export abstract class Distribution {
  /** The name of the class. */
  abstract readonly kind: string;
  /** The shape of the batch: [] for a single distribution. */
  abstract readonly batchShape: Shape;

  /** The mean of each distribution, in the batch shape. */
  abstract get mean(): Tensor;

  /** The variance of each distribution, in the batch shape. */
  abstract get variance(): Tensor;

  /** Draws samples in the shape `[...shape, ...batchShape]`. No gradient flows through them. */
  abstract sample(shape?: Shape, options?: SampleOptions): Tensor;

  /** The logarithm of the probability, or of its density, at each element of `value`, which is broadcast against the batch. */
  abstract logProb(value: Operand): Tensor;

  /** The entropy of each distribution, in the batch shape, in nats. */
  abstract entropy(): Tensor;
}

/** The shape of the samples of a batch. Checks the arguments of `sample`. */
export function sampleShape(op: string, shape: Shape, batchShape: Shape, options: SampleOptions): number[] {
  checkShape(op, shape);
  checkOptions(op, options, ['generator']);
  return [...shape, ...batchShape];
}
