import { type Tensor } from '../graph/tensor.ts';
import { clip } from '../ops/arithmetic.ts';

/** Probabilities, of which 0 and 1 become the numbers that are the spacing of floats at 1 away from them, as in PyTorch. */
export function clipped(probabilities: Tensor): Tensor {
  const spacing = probabilities.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  return clip(probabilities, spacing, 1 - spacing);
}
