import { moveIn, type Storage } from '../array/storage.ts';
import { compiledFunctions as compiled } from './compiled/kernels.ts';

// On dense rows of n elements, in float32, by compiled kernels. Each is false where there is none, or no row, and the caller composes the
// same of other operations. Such a result rounds differently, and so float32 never depends on anything but whether they compile.

/** `e^x / Σ e^x` of each row. */
export function softmax(x: Storage, out: Storage, n: number): boolean {
  if (compiled === null || !canServe(x, out) || !moveIn(x, out)) return false;
  compiled.softmax(x.address, out.address, out.length / n, n);
  out.wrote();
  return true;
}

/** `x - log Σ e^x` of each row. */
export function logSoftmax(x: Storage, out: Storage, n: number): boolean {
  if (compiled === null || !canServe(x, out) || !moveIn(x, out)) return false;
  compiled.logSoftmax(x.address, out.address, out.length / n, n);
  out.wrote();
  return true;
}

/** `y (g - Σ g y)` of each row. */
export function softmaxGradient(y: Storage, g: Storage, out: Storage, n: number): boolean {
  if (compiled === null || !canServe(y, out) || !moveIn(y, g, out)) return false;
  compiled.softmaxGradient(y.address, g.address, out.address, out.length / n, n);
  out.wrote();
  return true;
}

/** `g - e^y Σ g` of each row. */
export function logSoftmaxGradient(y: Storage, g: Storage, out: Storage, n: number): boolean {
  if (compiled === null || !canServe(y, out) || !moveIn(y, g, out)) return false;
  compiled.logSoftmaxGradient(y.address, g.address, out.address, out.length / n, n);
  out.wrote();
  return true;
}

/** `-log softmax(x)[label]` of each row: as many elements as there are labels, int32 from 0 to n - 1. */
export function crossEntropy(x: Storage, labels: Storage, out: Storage, n: number): boolean {
  checkLabels(labels, n);
  if (compiled === null || !canServe(x, out) || !moveIn(x, labels, out)) return false;
  compiled.crossEntropy(x.address, labels.address, out.address, out.length, n);
  out.wrote();
  return true;
}

/** `(softmax(x) - (1 at the label, else 0)) · g` of each row, for which there is one g. */
export function crossEntropyGradient(x: Storage, labels: Storage, g: Storage, out: Storage, n: number): boolean {
  checkLabels(labels, n);
  if (compiled === null || !canServe(x, out) || !moveIn(x, labels, g, out)) return false;
  compiled.crossEntropyGradient(x.address, labels.address, g.address, out.address, labels.length, n);
  out.wrote();
  return true;
}

/** Throws a RangeError for a label that is none: whoever checked them may have written to their array since. */
function checkLabels(labels: Storage, n: number): void {
  for (const label of labels.read()) {
    if (!(label >= 0 && label < n)) {
      throw new RangeError(
        `crossEntropy: label ${label} is out of range for ${n} classes, which go from 0 to ${n - 1}; were labels changed between forward and backward?`,
      );
    }
  }
}

function canServe({ dtype, length }: Storage, out: Storage): boolean {
  return dtype === 'float32' && out.dtype === 'float32' && length > 0;
}
