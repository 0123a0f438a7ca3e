import { type Generator, isTensor, type Shape, ShapeError, type Size, type Tensor } from '@mg/tensor';
import { checkTensor, defaultGenerator, outside, showShape } from '@mg/tensor/internal';
import { isInitSkipped, skipInit } from '../init/skip-init.ts';
import { noSizeYet, setUnsized, type Unsized, unsizedOf } from '../module/unsized.ts';
import { checkInit, type LayerOptions } from './arguments.ts';
import { BatchNorm1d, BatchNorm2d, type BatchNormLayerOptions } from './batch-norm.ts';
import {
  ConvTranspose1d,
  type ConvTranspose1dOptions,
  ConvTranspose2d,
  type ConvTranspose2dOptions,
} from './conv-transpose.ts';
import { Conv1d, type Conv1dOptions } from './conv1d.ts';
import { Conv2d, type Conv2dOptions } from './conv2d.ts';
import { type Computation, type Layer } from './layer.ts';
import { Linear, type LinearOptions } from './linear.ts';

// A lazy layer is of the eager class, with a size of 0 and without tensors:
//
//     LazyLinear ── first batch, or a state dict ──> Linear
//       tensors throw          the same object, with the prototype of Linear and the tensors of a new one

/** Where a lazy layer finds its size, and the eager layer of a size. */
interface Plan<Options extends LayerOptions> {
  readonly options: Options;
  /** The numbers of axes that an input may have, null for any, and its shape in words. */
  readonly ndims: readonly number[] | null;
  readonly takes: string;
  /** The axis of an input that has the size. */
  readonly axis: number;
  /** The size in a state, if it has one. */
  sizeIn(shapeOf: (name: string) => Shape | undefined): number | undefined;
  /** The least size that the eager layer can have. */
  readonly least: number;
  eager(size: number, options: Options): Layer;
}

/** What a lazy layer does until it has its size. */
interface Waiting extends Unsized {
  /** Draws the weights as PyTorch does, from this generator. */
  drawAsPyTorch(generator: Generator | undefined): void;
  /** The output for the first batch, which gives the layer its size; an error leaves the layer as it was. */
  first(x: Tensor): Tensor;
  readonly text: string;
}

const waiting = new WeakMap<Layer, Waiting>();

function waitingOf(layer: Layer): Waiting {
  return waiting.get(layer) as Waiting;
}

/** What the classes of lazy layers have of their own; a layer with its size is not of such a class any more. */
function defineLazy(prototype: Layer): void {
  Object.defineProperties(prototype, {
    computation: {
      value(this: Layer): Computation {
        return (x) => waitingOf(this).first(x);
      },
    },
    thenReLU: { value: undefined },
    extraRepr: {
      value(this: Layer): string {
        return waitingOf(this).text;
      },
    },
    drawAsPyTorch: {
      value(this: Layer, generator: Generator | undefined): void {
        waitingOf(this).drawAsPyTorch(generator);
      },
    },
  });
}

/** The options for a layer of the least size, which must not draw from a generator. */
function undrawn<Options extends LayerOptions>(name: string, options: Options): Options {
  if (typeof options !== 'object' || (options as unknown) === null) return options; // its constructor says so
  checkInit(name, options.init);
  return { ...options, init: undefined };
}

/** Takes the tensors from a layer of the least size, until a batch or a state says the size. */
function wait<Options extends LayerOptions>(layer: Layer, plan: Plan<Options>, Lazy: { prototype: Layer }): void {
  const { name } = layer.constructor;
  const Eager = Object.getPrototypeOf(Lazy.prototype) as Layer;
  if (Object.getPrototypeOf(layer) !== Lazy.prototype) {
    throw new TypeError(
      `${name}: a lazy layer cannot have a subclass, since it becomes a ${Eager.constructor.name}; make it a field of a Module`,
    );
  }
  // The first field is the size: 0 until it is known, as in PyTorch.
  const [size = ''] = Object.keys(layer);
  Object.assign(layer, { [size]: 0 });
  const isSkipped = isInitSkipped();
  let { options } = plan;
  const adopt = (eager: Layer): void => {
    setUnsized(layer, null);
    waiting.delete(layer);
    Object.setPrototypeOf(layer, Eager);
    Object.defineProperties(layer, Object.getOwnPropertyDescriptors(eager));
  };
  const self: Waiting = {
    text: Eager.extraRepr.call(layer),
    get dtype() {
      return options.dtype;
    },
    set dtype(dtype) {
      options = { ...options, dtype };
    },
    drawAsPyTorch: (generator) => {
      options = { ...options, init: 'pytorch', generator: generator ?? options.generator };
    },
    sizedBy: (shapeOf) => {
      const size = plan.sizeIn(shapeOf);
      const eager = skipInit(() => plan.eager(size ?? plan.least, options));
      return {
        module: eager,
        adopt: () => {
          if (size !== undefined && unsizedOf(layer) === self) adopt(eager);
        },
      };
    },
    first: (x) => {
      checkTensor(name, 'the input', x);
      const size = x.shape.at(plan.axis);
      if (size === undefined || plan.ndims?.includes(x.ndim) === false) {
        throw new ShapeError(`${name}: takes ${plan.takes}, got ${showShape(x.shape)}`);
      }
      const { generator = defaultGenerator } = options;
      const before = generator.getState();
      try {
        // The parameters stay: they are made outside of the scope whose temporaries are freed.
        const [eager, compute] = outside(() => {
          const make = (): Layer => plan.eager(size, options);
          const made = isSkipped ? skipInit(make) : make();
          made.setTraining(layer.training);
          return [made, made['computation']()] as const;
        });
        const y = compute(x);
        adopt(eager);
        return y;
      } catch (error) {
        generator.setState(before);
        throw error;
      }
    },
  };
  waiting.set(layer, self);
  setUnsized(layer, self);
  for (const [field, value] of Object.entries(layer)) {
    if (!isTensor(value)) continue;
    const get = (): never => {
      throw noSizeYet(layer, '', field, 'use it');
    };
    // Not enumerable: whatever goes through the fields finds no tensors.
    Object.defineProperty(layer, field, { get, set: get, enumerable: false, configurable: true });
  }
}

/** The plan of a convolution over so many axes, whose input channels are in an axis of the weight: in groups, unless they are in front. */
function convolution<Options extends LayerOptions & { readonly groups?: number | undefined }>(
  axes: 1 | 2,
  weightAxis: 0 | 1,
  options: Options,
  eager: Plan<Options>['eager'],
): Plan<Options> {
  const groups = weightAxis === 0 ? 1 : (options.groups ?? 1);
  return {
    options,
    ndims: [axes + 1, axes + 2],
    takes: axes === 1 ? '[batch, channels, length]' : '[batch, channels, height, width]',
    axis: -1 - axes,
    sizeIn: (shapeOf) => {
      const size = shapeOf('weight')?.[weightAxis];
      return size === undefined ? undefined : size * groups;
    },
    least: 0,
    eager,
  };
}

function batchNorm(
  ndims: readonly number[],
  takes: string,
  options: BatchNormLayerOptions,
  eager: Plan<BatchNormLayerOptions>['eager'],
): Plan<BatchNormLayerOptions> {
  const sizeIn = (shapeOf: (name: string) => Shape | undefined): number | undefined =>
    (shapeOf('weight') ?? shapeOf('running_mean'))?.[0];
  return { options, ndims, takes, axis: 1, sizeIn, least: 1, eager };
}

/**
 * As Linear, with the number of input features from the first batch. After it the layer is a Linear: the same object, printed so, with the weights that
 * `new Linear` would have drawn at that moment. Every layer that starts with `Lazy` works so.
 *
 * Until then it has no tensors: `parameters()`, `stateDict()`, `weight` and what needs them throw an Error that says so, also in a model that
 * contains the layer. So make the optimizer after the first batch, which may be one of zeros, in `noGrad` and evaluation mode. `loadStateDict` gives a size too, and so does `summary`. `to`
 * and `init.pytorch_` are remembered. A first batch that fails changes nothing. Throws a ShapeError for an input without axes; a lazy
 * layer cannot have a subclass.
 *
 * ```ts
 * import { Flatten, LazyConv2d, LazyLinear, ReLU, Sequential } from '@mg/nn';
 * import { noGrad, zeros } from '@mg/tensor';
 * const model = new Sequential(new LazyConv2d(4, 3), new ReLU(), new Flatten(), new LazyLinear(10));
 * noGrad(() => model.eval().forward(zeros([1, 1, 8, 8])));
 * model.train();
 * String(model.layers[3]); // => Linear(inFeatures=144, outFeatures=10, bias=true)
 * model.parameters().length; // => 4
 * ```
 */
export class LazyLinear<Out extends number = number> extends Linear<number, Out> {
  static {
    defineLazy(this.prototype);
  }

  constructor(outFeatures: Out, options: LinearOptions = {}) {
    super(0, outFeatures, undrawn('LazyLinear', options));
    wait<LinearOptions>(
      this,
      {
        options,
        ndims: null,
        takes: '[..., features]',
        axis: -1,
        sizeIn: (shapeOf) => shapeOf('weight')?.[1],
        least: 0,
        eager: (size, given) => new Linear(size, outFeatures, given),
      },
      LazyLinear,
    );
  }
}

/**
 * As Conv1d, with the number of input channels from the first batch, [batch, in, length]: see LazyLinear.
 *
 * ```ts
 * import { LazyConv1d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new LazyConv1d(8, 3).forward(zeros([32, 4, 50])).shape; // => [32, 8, 48]
 * ```
 */
export class LazyConv1d<Out extends number = number> extends Conv1d<number, Out> {
  static {
    defineLazy(this.prototype);
  }

  constructor(outChannels: Out, kernelSize: number, options: Conv1dOptions = {}) {
    super(0, outChannels, kernelSize, undrawn('LazyConv1d', options));
    const eager = (size: number, given: Conv1dOptions): Conv1d => new Conv1d(size, outChannels, kernelSize, given);
    wait(this, convolution(1, 1, options, eager), LazyConv1d);
  }
}

/**
 * As Conv2d, with the number of input channels from the first batch, [batch, in, height, width]: see LazyLinear.
 *
 * ```ts
 * import { LazyConv2d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new LazyConv2d(8, 3).forward(zeros([32, 1, 28, 28])).shape; // => [32, 8, 26, 26]
 * ```
 */
export class LazyConv2d<Out extends number = number> extends Conv2d<number, Out> {
  static {
    defineLazy(this.prototype);
  }

  constructor(outChannels: Out, kernelSize: Size, options: Conv2dOptions = {}) {
    super(0, outChannels, kernelSize, undrawn('LazyConv2d', options));
    const eager = (size: number, given: Conv2dOptions): Conv2d => new Conv2d(size, outChannels, kernelSize, given);
    wait(this, convolution(2, 1, options, eager), LazyConv2d);
  }
}

/**
 * As ConvTranspose1d, with the number of input channels from the first batch, [batch, in, length]: see LazyLinear.
 *
 * ```ts
 * import { LazyConvTranspose1d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new LazyConvTranspose1d(3, 4, { stride: 2, padding: 1 }).forward(zeros([32, 8, 50])).shape; // => [32, 3, 100]
 * ```
 */
export class LazyConvTranspose1d<Out extends number = number> extends ConvTranspose1d<number, Out> {
  static {
    defineLazy(this.prototype);
  }

  constructor(outChannels: Out, kernelSize: number, options: ConvTranspose1dOptions = {}) {
    super(0, outChannels, kernelSize, undrawn('LazyConvTranspose1d', options));
    const eager = (size: number, given: ConvTranspose1dOptions): ConvTranspose1d =>
      new ConvTranspose1d(size, outChannels, kernelSize, given);
    wait(this, convolution(1, 0, options, eager), LazyConvTranspose1d);
  }
}

/**
 * As ConvTranspose2d, with the number of input channels from the first batch, [batch, in, height, width]: see LazyLinear.
 *
 * ```ts
 * import { LazyConvTranspose2d } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new LazyConvTranspose2d(3, 4, { stride: 2, padding: 1 }).forward(zeros([32, 8, 14, 14])).shape; // => [32, 3, 28, 28]
 * ```
 */
export class LazyConvTranspose2d<Out extends number = number> extends ConvTranspose2d<number, Out> {
  static {
    defineLazy(this.prototype);
  }

  constructor(outChannels: Out, kernelSize: Size, options: ConvTranspose2dOptions = {}) {
    super(0, outChannels, kernelSize, undrawn('LazyConvTranspose2d', options));
    const eager = (size: number, given: ConvTranspose2dOptions): ConvTranspose2d =>
      new ConvTranspose2d(size, outChannels, kernelSize, given);
    wait(this, convolution(2, 0, options, eager), LazyConvTranspose2d);
  }
}

/**
 * As BatchNorm1d, with the number of features from the first batch: see LazyLinear.
 *
 * ```ts
 * import { LazyBatchNorm1d } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * const norm = new LazyBatchNorm1d();
 * norm.forward(ones([4, 3]));
 * norm.numFeatures; // => 3
 * ```
 */
export class LazyBatchNorm1d extends BatchNorm1d {
  static {
    defineLazy(this.prototype);
  }

  constructor(options: BatchNormLayerOptions = {}) {
    super(1, undrawn('LazyBatchNorm1d', options));
    wait(
      this,
      batchNorm(
        [2, 3],
        '[batch, features] or [batch, channels, length]',
        options,
        (size, given) => new BatchNorm1d(size, given),
      ),
      LazyBatchNorm1d,
    );
  }
}

/**
 * As BatchNorm2d, with the number of channels from the first batch: see LazyLinear.
 *
 * ```ts
 * import { LazyBatchNorm2d } from '@mg/nn';
 * import { ones } from '@mg/tensor';
 * const norm = new LazyBatchNorm2d();
 * norm.forward(ones([4, 3, 2, 2]));
 * norm.numFeatures; // => 3
 * ```
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  static {
    defineLazy(this.prototype);
  }

  constructor(options: BatchNormLayerOptions = {}) {
    super(1, undrawn('LazyBatchNorm2d', options));
    wait(
      this,
      batchNorm([4], '[batch, channels, height, width]', options, (size, given) => new BatchNorm2d(size, given)),
      LazyBatchNorm2d,
    );
  }
}
