import { type PoolOptions, type Size } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { checkSize, type LayerOptions, layerOptions, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** The distance of the windows (by default the size of the kernel), and the padding on each side (0). */
export interface PoolLayerOptions extends PoolOptions, LayerOptions {}

/** What pooling layers have in common: the window, its stride and the padding. */
abstract class Pool extends Layer {
  declare readonly kernelSize: Size;
  declare readonly stride: Size;
  declare readonly padding: Size;

  constructor(name: string, kernelSize: Size, options: PoolLayerOptions) {
    super();
    checkOptions(name, options, [...layerOptions, 'stride', 'padding']);
    const { stride = kernelSize, padding = 0 } = options;
    checkSize(name, 'the kernel', kernelSize, 1);
    checkSize(name, 'the stride', stride, 1);
    checkSize(name, 'the padding', padding, 0);
    setFields<Pool>(this, { kernelSize, stride, padding });
  }
}

/**
 * The largest element of each window of images [batch, channels, height, width]. Windows do not overlap, unless `stride` is smaller than
 * the kernel.
 */
export class MaxPool2d extends Pool {
  constructor(kernelSize: Size, options: PoolLayerOptions = {}) {
    super('MaxPool2d', kernelSize, options);
  }

  protected override computation(): Computation {
    const { kernelSize, stride, padding } = this;
    return (x) => x.maxPool2d(kernelSize, { stride, padding });
  }
}

/** The mean of each window of images [batch, channels, height, width]; the zeros of the padding count. */
export class AvgPool2d extends Pool {
  constructor(kernelSize: Size, options: PoolLayerOptions = {}) {
    super('AvgPool2d', kernelSize, options);
  }

  protected override computation(): Computation {
    const { kernelSize, stride, padding } = this;
    return (x) => x.avgPool2d(kernelSize, { stride, padding });
  }
}
