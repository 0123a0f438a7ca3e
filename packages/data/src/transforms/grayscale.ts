import { showShape } from '../describe.ts';
import { emptyLike, isFloatArray, type NdArray, type TypedArray } from '../nd-array.ts';
import { imageSize, type ImageTransform } from './sample.ts';

/**
 * Makes grey images of one channel of images with three: `0.299 red + 0.587 green + 0.114 blue`, the luma of ITU-R BT.601.
 *
 * Bytes are those of Pillow's `convert('L')`. An image with one channel stays as it is.
 *
 * @throws RangeError for another number of channels.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * transforms.grayscale()({ data: Uint8Array.of(200, 100, 50), shape: [3, 1, 1] }); // => { data: [124], shape: [1, 1, 1] }
 * ```
 */
export function grayscale(): ImageTransform {
  return <Data extends TypedArray>(image: NdArray<Data>): NdArray<Data> => {
    const { channels, height, width } = imageSize('grayscale', image);
    if (channels === 1) return image;
    if (channels !== 3) {
      throw new RangeError(`grayscale: the image has the shape ${showShape(image.shape)}; expected 1 or 3 channels`);
    }
    const size = height * width;
    const { data } = image;
    const grey = emptyLike(data, size);
    const luma = isFloatArray(data) ? floatLuma : integerLuma;
    for (let i = 0; i < size; i++) {
      const [red = 0, green = 0, blue = 0] = [data[i], data[size + i], data[2 * size + i]];
      grey[i] = luma(red, green, blue);
    }
    return { data: grey, shape: [1, height, width] };
  };
}

function floatLuma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** Pillow's weights are multiples of 2^-16. */
function integerLuma(red: number, green: number, blue: number): number {
  return Math.floor((19595 * red + 38470 * green + 7471 * blue + 0x8000) / 0x10000);
}
