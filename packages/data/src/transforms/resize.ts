import { type NdArray, type TypedArray } from '../nd-array.ts';
import { eachPixel, expectSize, imageSize, type ImageTransform, roundingFor } from './sample.ts';

/**
 * Resizes images `[channels, height, width]` by linear interpolation. A single size is that of the shorter side; the other side keeps
 * the proportions, rounded down.
 *
 * The centres of pixels are at halves (PyTorch's `align_corners=False`). With `antialias`, as in Pillow and torchvision, an image
 * that shrinks is averaged over all pixels that a new one covers; without, only the nearest two in each direction count.
 * Integers are rounded, halves to the even one.
 *
 * @throws RangeError for sizes that are not positive integers.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const image = { data: Float32Array.of(0, 1, 2, 3), shape: [1, 1, 4] };
 * transforms.resize([1, 2])(image); // => { data: [0.7143, 2.2857], shape: [1, 1, 2] }
 * transforms.resize([1, 2], { antialias: false })(image).data; // => [0.5, 2.5]
 * ```
 */
export function resize(
  size: number | readonly [height: number, width: number],
  { antialias = true }: { antialias?: boolean | undefined } = {},
): ImageTransform {
  expectSize('resize', typeof size === 'number' ? [size, size] : size);
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const from = imageSize('resize', image);
    const [height, width] = typeof size === 'number' ? shorterSide(size, from) : size;
    const rows = weights(from.height, height, antialias);
    const columns = weights(from.width, width, antialias);
    const round = roundingFor(image.data);
    // The rows first, in double precision, so that integers are rounded only once.
    const wide = eachPixel(new Float64Array(0), from, { height: from.height, width }, (channel, y, x) =>
      weighted(image.data, channel + y * from.width, 1, columns[x]),
    );
    return eachPixel(image.data, from, { height, width }, (channel, y, x) =>
      round(weighted(wide.data, (channel / from.width) * width + x, width, rows[y])),
    );
  };
}

function shorterSide(size: number, { height, width }: { height: number; width: number }): [number, number] {
  return height <= width ? [size, Math.floor((size * width) / height)] : [Math.floor((size * height) / width), size];
}

/** The weights of consecutive pixels, from `first` on, for one new pixel. */
interface Window {
  first: number;
  weights: number[];
}

/** The triangle filter, which is 1 at the centre of a new pixel, and as wide as two pixels: new ones if the image shrinks. */
function weights(from: number, to: number, antialias: boolean): Window[] {
  const scale = from / to;
  const reach = antialias ? Math.max(scale, 1) : 1;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    if (reach === 1) return betweenTwo(Math.min(Math.max(centre - 0.5, 0), from - 1), from);
    const first = Math.max(Math.floor(centre - reach + 0.5), 0);
    const end = Math.min(Math.floor(centre + reach + 0.5), from);
    const heights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k + 0.5 - centre) / reach)),
    );
    const sum = heights.reduce((total, height) => total + height, 0);
    return { first, weights: heights.map((height) => height / sum) };
  });
}

function betweenTwo(position: number, length: number): Window {
  const first = Math.floor(position);
  const share = position - first;
  return { first, weights: first + 1 < length ? [1 - share, share] : [1] };
}

function weighted(data: TypedArray, start: number, step: number, window: Window | undefined): number {
  let sum = 0;
  if (window === undefined) return sum;
  for (let k = 0; k < window.weights.length; k++) {
    sum += (data[start + (window.first + k) * step] ?? 0) * (window.weights[k] ?? 0);
  }
  return sum;
}
