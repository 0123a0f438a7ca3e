import { ShapeError, tensor, type Tensor } from '@mg/tensor';
import { checkOptions, checkTensor, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';
import { type Resized } from '../module/shape-types.ts';
import { checkFloatInput, setFields } from './arguments.ts';
import { type Computation, Layer } from './layer.ts';

/** The options of `interpolate` and Upsample. Either `size` or `scaleFactor` is given, one number for all axes or one for each. */
export interface InterpolateOptions {
  /** The sizes of the output behind the channels. */
  readonly size?: number | readonly number[] | undefined;
  /** The sizes of the output as multiples of those of the input, rounded down. */
  readonly scaleFactor?: number | readonly number[] | undefined;
  /** `'nearest'` by default; `'linear'` for signals [batch, channels, length]; `'bilinear'` for images [batch, channels, height, width]. */
  readonly mode?: 'nearest' | 'linear' | 'bilinear' | undefined;
  /** Whether the outermost elements of input and output have the same places, unlike their outer edges; not for `'nearest'`. False by default. */
  readonly alignCorners?: boolean | undefined;
}

const known: readonly (keyof InterpolateOptions)[] = ['size', 'scaleFactor', 'mode', 'alignCorners'];

/** Throws a TypeError or a RangeError for options that do not fit together. */
function checkInterpolation(caller: string, options: InterpolateOptions): void {
  checkOptions(caller, options, known);
  const { size, scaleFactor, mode = 'nearest', alignCorners = false } = options;
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new TypeError(`${caller}: takes either size or scaleFactor`);
  }
  if (!['nearest', 'linear', 'bilinear'].includes(mode)) {
    throw new RangeError(`${caller}: mode must be 'nearest', 'linear' or 'bilinear', got ${mode}`);
  }
  if (alignCorners && mode === 'nearest') {
    throw new RangeError(`${caller}: alignCorners is for the modes 'linear' and 'bilinear', got mode 'nearest'`);
  }
  const given: readonly unknown[] = Array.isArray(size ?? scaleFactor) ? ((size ?? scaleFactor) as readonly number[]) : [size ?? scaleFactor]; // prettier-ignore
  const isRight = (each: unknown): boolean =>
    size === undefined ? Number.isFinite(each) && Number(each) > 0 : Number.isSafeInteger(each) && Number(each) > 0;
  if (!given.every(isRight)) {
    throw new RangeError(
      size === undefined
        ? `${caller}: scaleFactor must be a number > 0, or a list of them, got ${JSON.stringify(scaleFactor)}`
        : `${caller}: size must be an integer >= 1, or a list of them, got ${JSON.stringify(size)}`,
    );
  }
}

/** The output of `interpolate` for options that have been checked. */
function resized(caller: string, x: Tensor, options: InterpolateOptions): Tensor {
  const { size, scaleFactor, mode = 'nearest', alignCorners = false } = options;
  const axes = { nearest: [1, 2], linear: [1], bilinear: [2] }[mode];
  const behind = x.shape.slice(2);
  if (!axes.includes(behind.length)) {
    const taken = axes.map((count) => (count === 1 ? '[batch, channels, length]' : '[batch, channels, height, width]'));
    throw new ShapeError(`${caller}: mode '${mode}' takes ${taken.join(' or ')}, got ${showShape(x.shape)}`);
  }
  checkFloatInput(caller, x);
  if (behind.includes(0))
    throw new ShapeError(`${caller}: the input has no elements to take, got ${showShape(x.shape)}`);
  const given = (size ?? scaleFactor) as number | readonly number[];
  if (typeof given !== 'number' && given.length !== behind.length) {
    throw new ShapeError(
      `${caller}: needs one ${size === undefined ? 'scaleFactor' : 'size'} for each of ${behind.length} axes behind the channels, got ${showShape(given)}`,
    );
  }
  return behind.reduce((y, from, index) => {
    const each = typeof given === 'number' ? given : (given[index] ?? 1);
    const to = size === undefined ? Math.floor(from * each) : each;
    if (to < 1) throw new ShapeError(`${caller}: scaleFactor ${each} leaves nothing of ${showShape(x.shape)}`);
    const step = size === undefined ? 1 / each : from / to;
    return mode === 'nearest' ? nearestAlong(y, index + 2, to, step) : linearAlong(y, index + 2, to, alignCorners ? null : step); // prettier-ignore
  }, x);
}

/** Takes for each of `to` places the element in front of it or at it. The places are float32, as in PyTorch. */
function nearestAlong(x: Tensor, axis: number, to: number, step: number): Tensor {
  const last = (x.shape[axis] ?? 0) - 1;
  const places = Int32Array.from({ length: to }, (_, at) => Math.min(Math.floor(Math.fround(at * Math.fround(step))), last)); // prettier-ignore
  return x.take(tensor(places), axis);
}

/** Interpolates between the two elements next to each place; `step` is the distance of places, null where the corners are aligned. */
function linearAlong(x: Tensor, axis: number, to: number, step: number | null): Tensor {
  const last = (x.shape[axis] ?? 0) - 1;
  const places = Array.from({ length: to }, (_, at) => {
    if (step !== null) return Math.max(0, step * (at + 0.5) - 0.5);
    return to > 1 ? (at * last) / (to - 1) : 0;
  });
  const before = places.map((place) => Math.min(Math.floor(place), last));
  const after = before.map((place) => Math.min(place + 1, last));
  const parts = places.map((place, at) => Math.min(1, place - (before[at] ?? 0)));
  const shape = [to, ...x.shape.slice(axis + 1).map(() => 1)];
  const taken = (from: readonly number[], weights: readonly number[]): Tensor =>
    x.take(tensor(Int32Array.from(from)), axis).mul(tensor(weights, { shape, dtype: x.dtype }));
  return taken(before, parts.map((part) => 1 - part)).add(taken(after, parts)); // prettier-ignore
}

/**
 * Images [batch, channels, height, width] or signals [batch, channels, length] in another size: the nearest elements, or interpolated
 * between them, as in PyTorch. Throws a ShapeError for an input of other axes, a TypeError unless either `size` or `scaleFactor` is given, and a
 * RangeError for an option that it cannot have.
 *
 * ```ts
 * import { interpolate } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const x = tensor([[[1, 3]]]);
 * interpolate(x, { scaleFactor: 2 }); // => tensor([[[1, 1, 3, 3]]])
 * interpolate(x, { size: 4, mode: 'linear' }); // => tensor([[[1, 1.5000, 2.5000, 3]]])
 * interpolate(x, { size: 3, mode: 'linear', alignCorners: true }); // => tensor([[[1, 2, 3]]])
 * ```
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkTensor('interpolate', 'the input', x);
  checkInterpolation('interpolate', options);
  const { size, scaleFactor, mode, alignCorners } = options;
  return runOwn(() => resized('interpolate', x, { size, scaleFactor, mode, alignCorners }));
}

/**
 * `interpolate` as a layer.
 *
 * ```ts
 * import { Upsample } from '@mg/nn';
 * import { zeros } from '@mg/tensor';
 * new Upsample({ scaleFactor: 2, mode: 'bilinear' }).forward(zeros([8, 3, 14, 14])).shape; // => [8, 3, 28, 28]
 * ```
 */
export class Upsample extends Layer {
  declare readonly size: number | readonly number[] | undefined;
  declare readonly scaleFactor: number | readonly number[] | undefined;
  declare readonly mode: 'nearest' | 'linear' | 'bilinear';
  declare readonly alignCorners: boolean;
  /** The shape differs from that of the input; it does not exist at run time. @internal */
  declare readonly sizes: Resized;

  constructor(options: InterpolateOptions) {
    super();
    checkInterpolation('Upsample', options);
    const { size, scaleFactor, mode = 'nearest', alignCorners = false } = options;
    setFields<Upsample>(this, { size, scaleFactor, mode, alignCorners });
  }

  protected override computation(): Computation {
    const { size, scaleFactor, mode, alignCorners } = this;
    return (x) => resized('Upsample', x, { size, scaleFactor, mode, alignCorners });
  }
}
