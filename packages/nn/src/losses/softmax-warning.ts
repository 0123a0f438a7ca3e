import { type Tensor } from '@mg/tensor';
import { read } from '@mg/tensor/internal';

/** In every engine; no types of one are loaded here. */
declare const console: { warn(message: string): void };

let isPointedOut = false;

/**
 * Warns, once, of logits that have been through softmax: those that it has made, as far as that is recorded, and those that
 * are the probabilities of two or more samples.
 */
export function pointOutSoftmax(loss: string, logits: Tensor, axis: number): void {
  if (isPointedOut || !(logits.node?.name === 'softmax' || areProbabilities(logits, axis))) return;
  isPointedOut = true;
  console.warn(
    `${loss}: these logits are the output of a softmax. The loss takes softmax itself, and twice makes it learn slowly: ` +
      'leave the last softmax out, and apply it only to read probabilities; of probabilities p, nllLoss takes p.log(). (This is said once.)',
  );
}

/**
 * Whether all numbers are from 0 to 1 and add up to 1 along the axis, in two rows or more. Logits hardly ever do; one-hot rows,
 * which anyone may write down, are left out.
 */
function areProbabilities(logits: Tensor, axis: number): boolean {
  const classes = logits.shape[axis] ?? 1;
  const inner = logits.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const rows = logits.size / classes;
  if (!(rows >= 2)) return false;
  const elements = read(logits);
  let isOneHot = true;
  for (let row = 0; row < rows; row++) {
    const start = (row - (row % inner)) * classes + (row % inner);
    let sum = 0;
    for (let i = 0; i < classes; i++) {
      const p = elements[start + i * inner] ?? NaN;
      if (!(p >= 0 && p <= 1)) return false;
      if (p > 0 && p < 1) isOneHot = false;
      sum += p;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return !isOneHot;
}
