import { describe, expectInteger } from '../describe.ts';
import { type NdArray, type TypedArray } from '../nd-array.ts';
import { drawBelow, drawsOf, type Random } from '../random.ts';
import {
  eachPixel,
  expectSize,
  type ImageSize,
  imageSize,
  type ImageTransform,
  roundHalfToEven,
  roundingFor,
} from './sample.ts';

/** For transforms that are the same for each image without `random`, and draw how much to change with it. */
export interface RandomOption {
  random?: Random | undefined;
}

/** Where a crop starts. */
export interface CropOptions extends RandomOption {
  /** The first row, default 0. */
  top?: number | undefined;
  /** The first column, default 0. */
  left?: number | undefined;
}

/**
 * Cuts a rectangle of `[height, width]` out of images: at `top` and `left`, or with `random` anywhere in the image.
 *
 * @throws RangeError for an image that does not hold the rectangle.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const image = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3] };
 * transforms.crop([1, 2], { top: 1, left: 1 })(image).data; // => [5, 6]
 * transforms.crop([3, 3])(image); // => throws RangeError: a rectangle of 3×3 at 0, 0 is not in an image of 2×3
 * ```
 */
export function crop(
  size: readonly [height: number, width: number],
  { random, top = 0, left = 0 }: CropOptions = {},
): ImageTransform {
  expectSize('crop', size);
  const [height, width] = size;
  const draw = random && drawsOf('crop', random);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const from = imageSize('crop', image);
    if (!draw || height > from.height || width > from.width) return cut('crop', image, size, top, left);
    const drawnTop = drawBelow(draw, from.height - height + 1);
    return cut('crop', image, size, drawnTop, drawBelow(draw, from.width - width + 1));
  };
}

/**
 * Cuts a rectangle of `[height, width]` out of the middle of images. A half pixel is rounded as by torchvision, to the even number.
 *
 * @throws RangeError for a smaller image.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * transforms.centerCrop([1, 1])({ data: Uint8Array.of(1, 2, 3), shape: [1, 1, 3] }).data; // => [2]
 * ```
 */
export function centerCrop(size: readonly [height: number, width: number]): ImageTransform {
  expectSize('centerCrop', size);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const { height, width } = imageSize('centerCrop', image);
    const start = (whole: number, part: number): number => roundHalfToEven((whole - part) / 2);
    return cut('centerCrop', image, size, start(height, size[0]), start(width, size[1]));
  };
}

function cut<Data extends TypedArray>(
  operation: string,
  image: NdArray<Data>,
  [height, width]: readonly [number, number],
  top: number,
  left: number,
): NdArray<Data> {
  const from = imageSize(operation, image);
  const isInside = top >= 0 && left >= 0 && top + height <= from.height && left + width <= from.width;
  if (!isInside || !Number.isInteger(top) || !Number.isInteger(left)) {
    throw new RangeError(
      `${operation}: a rectangle of ${height}×${width} at ${top}, ${left} is not in an image of ${from.height}×${from.width}. ` +
        'Resize the image, or cut out less',
    );
  }
  return eachPixel(
    image.data,
    from,
    { height, width },
    (channel, y, x) => image.data[channel + (top + y) * from.width + left + x] ?? 0,
  );
}

export interface FlipOptions extends RandomOption {
  /** Along which side. Default 'horizontal': left and right are exchanged. */
  axis?: 'horizontal' | 'vertical' | undefined;
  /** With `random`, the probability of a flip. Default 0.5. */
  p?: number | undefined;
}

/**
 * Mirrors images: each one, or with `random` a share `p` of them.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const image = { data: Uint8Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
 * transforms.flip()(image).data; // => [2, 1, 4, 3]
 * transforms.flip({ axis: 'vertical' })(image).data; // => [3, 4, 1, 2]
 * transforms.flip({ random: () => 0.7 })(image).data; // => [1, 2, 3, 4]
 * ```
 */
export function flip({ axis = 'horizontal', p = 0.5, random }: FlipOptions = {}): ImageTransform {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`flip: p is ${p}; expected a probability from 0 to 1`);
  if (!['horizontal', 'vertical'].includes(axis)) {
    throw new RangeError(`flip: axis is ${describe(axis)}; expected 'horizontal' or 'vertical'`);
  }
  const draw = random && drawsOf('flip', random);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const size = imageSize('flip', image);
    if (draw && draw() >= p) return image;
    return eachPixel(image.data, size, size, (channel, y, x) => {
      const row = axis === 'vertical' ? size.height - 1 - y : y;
      const column = axis === 'horizontal' ? size.width - 1 - x : x;
      return image.data[channel + row * size.width + column] ?? 0;
    });
  };
}

export interface FillOption extends RandomOption {
  /** The value of pixels that come from outside of the image. Default 0. */
  fill?: number | undefined;
}

/**
 * Moves images down and to the right by whole pixels, or with `random` by as much at most, up or down and left or right.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * transforms.shift([0, 1])({ data: Uint8Array.of(1, 2, 3), shape: [1, 1, 3] }).data; // => [0, 1, 2]
 * ```
 */
export function shift(
  [down, right]: readonly [down: number, right: number],
  { fill = 0, random }: FillOption = {},
): ImageTransform {
  for (const pixels of [down, right]) {
    if (random) expectInteger('shift', 'a distance', pixels, 0);
    else if (!Number.isSafeInteger(pixels)) throw new RangeError(`shift: a distance is ${pixels}; expected an integer`);
  }
  const draw = random && drawsOf('shift', random);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const size = imageSize('shift', image);
    const drawn = (most: number): number => (draw ? drawBelow(draw, 2 * most + 1) - most : most);
    const [dy, dx] = [drawn(down), drawn(right)];
    return eachPixel(image.data, size, size, (channel, y, x) =>
      isInside(size, y - dy, x - dx) ? (image.data[channel + (y - dy) * size.width + x - dx] ?? 0) : fill,
    );
  };
}

/**
 * Turns images counterclockwise about their centre, by degrees, or with `random` by as much at most in either direction.
 *
 * Pixels are interpolated linearly, as by torchvision's `rotate` with `InterpolationMode.BILINEAR`; the image keeps its size.
 * Integers are rounded, halves to the even one.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const image = { data: Uint8Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
 * transforms.rotate(90)(image).data; // => [2, 4, 1, 3]
 * ```
 */
export function rotate(degrees: number, { fill = 0, random }: FillOption = {}): ImageTransform {
  if (!Number.isFinite(degrees)) throw new RangeError(`rotate: degrees is ${degrees}; expected a finite number`);
  const draw = random && drawsOf('rotate', random);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const size = imageSize('rotate', image);
    const angle = ((draw ? (2 * draw() - 1) * degrees : degrees) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [middleY, middleX] = [(size.height - 1) / 2, (size.width - 1) / 2];
    const round = roundingFor(image.data);
    return eachPixel(image.data, size, size, (channel, y, x) => {
      const [dy, dx] = [y - middleY, x - middleX];
      return round(
        between(image.data, channel, size, sin * dx + cos * dy + middleY, cos * dx - sin * dy + middleX, fill),
      );
    });
  };
}

/** The value between four pixels, weighted by their distances. */
function between(data: TypedArray, channel: number, size: ImageSize, y: number, x: number, fill: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const at = (row: number, column: number): number =>
    isInside(size, row, column) ? (data[channel + row * size.width + column] ?? 0) : fill;
  const above = at(top, left) * (1 - right) + at(top, left + 1) * right;
  const below = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
  return above * (1 - down) + below * down;
}

function isInside({ height, width }: ImageSize, y: number, x: number): boolean {
  return y >= 0 && y < height && x >= 0 && x < width;
}
