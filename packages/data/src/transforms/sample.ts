import { describe, expectInteger, showShape } from '../describe.ts';
import {
  emptyLike,
  expectFitting,
  isFloatArray,
  isNdArray,
  isTypedArray,
  type NdArray,
  type TypedArray,
} from '../nd-array.ts';

/** A transform of typed arrays, or of blocks, to floats. A typed array is a vector `[length]`. */
export interface FloatTransform {
  (sample: TypedArray): Float32Array;
  (sample: NdArray): NdArray<Float32Array>;
}

/** A transform of images `[channels, height, width]`. The result has the class of the data. */
export interface ImageTransform {
  <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data>;
  /** `compose` needs one signature that is not generic. */
  (image: NdArray): NdArray;
}

/** Makes a transform for vectors and blocks of one for blocks. */
export function floatTransform(operation: string, transform: (sample: NdArray) => Float32Array): FloatTransform {
  function apply(sample: TypedArray): Float32Array;
  function apply(sample: NdArray): NdArray<Float32Array>;
  function apply(sample: TypedArray | NdArray): Float32Array | NdArray<Float32Array> {
    const data = transform(asBlock(operation, sample));
    return isTypedArray(sample) ? data : { data, shape: sample.shape };
  }
  return apply;
}

/** @throws TypeError for anything but a typed array or a block, RangeError for a shape that does not fit */
export function asBlock(operation: string, sample: unknown): NdArray {
  if (isTypedArray(sample)) return { data: sample, shape: [sample.length] };
  if (!isNdArray(sample)) {
    throw new TypeError(
      `${operation}: got ${describe(sample)}; expected a typed array of numbers or a block { data, shape }`,
    );
  }
  expectFitting(operation, 'the block', sample);
  return sample;
}

/** The sizes of an image. */
export interface ImageSize {
  channels: number;
  height: number;
  width: number;
}

/** @throws TypeError for anything but a block, RangeError for a shape that is not `[channels, height, width]` */
export function imageSize(operation: string, image: unknown): ImageSize {
  const { shape } = asBlock(operation, image);
  const [channels, height, width] = shape;
  if (channels !== undefined && height !== undefined && width !== undefined && shape.length === 3) {
    return { channels, height, width };
  }
  throw new RangeError(
    `${operation}: the image has the shape ${showShape(shape)}; expected [channels, height, width]. A grey image has 1 channel`,
  );
}

/**
 * Makes an image with the class of `like`, pixel by pixel: `pixel` receives the element at which the channel starts in an image of
 * size `from`, the row and the column.
 */
export function eachPixel<Data extends TypedArray>(
  like: Data,
  from: ImageSize,
  { height, width }: { height: number; width: number },
  pixel: (channel: number, y: number, x: number) => number,
): NdArray<Data> {
  const result = emptyLike(like, from.channels * height * width);
  let end = 0;
  for (let channel = 0; channel < from.channels; channel++) {
    const start = channel * from.height * from.width;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result[end++] = pixel(start, y, x);
  }
  return { data: result, shape: [from.channels, height, width] };
}

/** The function that rounds for the class of an array: integers to the nearest, halves to the even one; floats not at all. */
export function roundingFor(data: TypedArray): (x: number) => number {
  return isFloatArray(data) ? (x) => x : roundHalfToEven;
}

/** What is a half up to the last bits of a sum counts as one. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (Math.abs(x - floor - 0.5) > 1e-9) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** @throws RangeError for anything but two positive integers */
export function expectSize(operation: string, size: unknown): void {
  if (!Array.isArray(size) || size.length !== 2) {
    throw new RangeError(`${operation}: the size is ${describe(size)}; expected [height, width]`);
  }
  for (const each of size) expectInteger(operation, 'a size', each, 1);
}
