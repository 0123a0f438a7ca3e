import { apply, emptyOf, gradient, type OpRule } from '../graph/apply.ts';
import { type Tensor } from '../graph/tensor.ts';
import * as kernels from '../kernels/softmax.ts';
import { logSoftmax, softmax, softmaxGradient } from './activation.ts';
import { mul, neg, sub } from './arithmetic.ts';
import { denseStorage, to } from './copy.ts';
import { gather, oneHot } from './gather.ts';
import { sum } from './reduce.ts';
import { reshape } from './views.ts';

const rule: OpRule<readonly [Tensor, Tensor], undefined> = {
  name: 'crossEntropy',
  forward([x, labels]) {
    const out = emptyOf(x.dtype, labels.shape);
    if (kernels.crossEntropy(denseStorage(x), denseStorage(labels), out.storage, classesOf(x))) return out;
    return neg(reshape(gather(logSoftmax(x, 1), 1, reshape(labels, [-1, 1])), labels.shape));
  },
  gradients: [gradient([0, 1], (g, [x, labels]) => apply(gradientRule, [x, labels, g], undefined)), null],
};

/** `(softmax(x) - (1 at the label, else 0)) · g` */
const gradientRule: OpRule<readonly [Tensor, Tensor, Tensor], undefined> = {
  name: 'crossEntropyGradient',
  forward([x, labels, g]) {
    const out = emptyOf(x.dtype, x.shape);
    if (kernels.crossEntropyGradient(denseStorage(x), denseStorage(labels), denseStorage(g), out.storage, classesOf(x)))
      return out;
    return mul(slopes(x, labels), reshape(g, [-1, 1]));
  },
  gradients: [
    gradient([0, 2], (h, [x, g]) => mul(softmaxGradient(softmax(x, 1), h, 1), reshape(g, [-1, 1]))),
    null,
    gradient([0, 1], (h, [x, labels]) => sum(mul(h, slopes(x, labels)), 1)),
  ],
};

function slopes(x: Tensor, labels: Tensor): Tensor {
  return sub(softmax(x, 1), to(oneHot(labels, classesOf(x)), x.dtype));
}

function classesOf({ shape }: Tensor): number {
  return shape[1] ?? 0;
}

/**
 * The cross-entropy of each row of logits [rows, classes] with its label, `-log softmax(x)[label]`: returns [rows]. Labels are int32 from
 * 0 to classes - 1; the caller must check this.
 */
export function crossEntropyRows(logits: Tensor, labels: Tensor): Tensor {
  return apply(rule, [logits, labels], undefined);
}
