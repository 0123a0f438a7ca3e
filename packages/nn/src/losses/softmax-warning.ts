import { type Tensor } from '@mg/tensor';
import { read } from '@mg/tensor/internal';

/** Available in every engine; this package loads no types for it. */
declare const console: { warn(message: string): void };

let isPointedOut = false;

/**
 * Warns once if the logits are the output of a softmax: if the graph says so, or if they are the probabilities of two or more
 * samples.
 */
export function pointOutSoftmax(loss: string, logits: Tensor, axis: number): void {
  if (isPointedOut || !(logits.node?.name === 'softmax' || areProbabilities(logits, axis))) return;
  isPointedOut = true;
  console.warn(
    `${loss}: these logits are the output of a softmax. The loss applies softmax itself, and a second one slows training down: ` +
      'remove the last softmax from the model, and apply it only to read probabilities. For probabilities p, use nllLoss with p.log(). (Shown once.)',
  );
}

/**
 * Whether all numbers are in [0, 1] and add up to 1 along the axis, in two or more rows. Logits hardly ever do. One-hot rows, which
 * people write by hand, do not count.
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
