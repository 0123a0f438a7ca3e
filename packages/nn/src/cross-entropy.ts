import { DTypeError, ShapeError, type Tensor } from '@mg/tensor';
import { read, scope, showShape } from '@mg/tensor/engine';
import { type Reduction, reduceLoss } from './reduction.ts';

/** How the losses of the samples become one: their mean, their sum, or not at all. */
export interface CrossEntropyOptions {
  readonly reduction?: Reduction | undefined;
}

/**
 * The cross-entropy of softmax(logits) against class labels: `−log softmax(logits)[label]`, by way of log-sum-exp, and so
 * right for logits of any size.
 *
 * `logits` is [batch, classes], `targets` [batch] in int32 or uint8. Throws a ShapeError or DTypeError for others, and a
 * RangeError for a label that is no class.
 *
 * ```ts
 * import { crossEntropy } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const logits = tensor([[0, 200], [1, 1]]);
 * crossEntropy(logits, tensor(new Int32Array([0, 1])), { reduction: 'none' }); // => tensor([200.0000, 0.6931])
 * ```
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkTargets(logits, targets);
  return scope(() => {
    const perSample = logits
      .logSoftmax(1)
      .gather(1, targets.reshape([-1, 1]))
      .neg()
      .reshape([-1]);
    return reduceLoss(perSample, options.reduction);
  });
}

/** Cross-entropy with its options fixed. See `crossEntropy`. */
export class CrossEntropyLoss {
  readonly options: CrossEntropyOptions;

  constructor(options: CrossEntropyOptions = {}) {
    this.options = options;
  }

  forward(logits: Tensor, targets: Tensor): Tensor {
    return crossEntropy(logits, targets, this.options);
  }
}

function checkTargets(logits: Tensor, targets: Tensor): void {
  const [batch, classes] = logits.shape;
  if (logits.ndim !== 2 || targets.ndim !== 1 || targets.shape[0] !== batch || classes === undefined) {
    throw new ShapeError(
      `crossEntropy: takes logits [batch, classes] and targets [batch], got ${showShape(logits.shape)} and ${showShape(targets.shape)}`,
    );
  }
  if (targets.dtype !== 'int32' && targets.dtype !== 'uint8') {
    throw new DTypeError(
      `crossEntropy: targets are class labels in int32 or uint8, got ${targets.dtype}; to('int32') converts`,
    );
  }
  const labels = read(targets);
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    throw new RangeError(
      `crossEntropy: the label ${labels[bad]} of sample ${bad} is no class; with ${classes} logits classes go from 0 to ${classes - 1}`,
    );
  }
}
