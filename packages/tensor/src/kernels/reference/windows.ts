import { type Storage } from '../../storage.ts';

/** How windows of `kernel` rows and columns lie over images: so many of them, so far apart, their elements so far apart. */
export interface Windows {
  /** How many images there are: samples times channels. */
  readonly images: number;
  /** Rows and columns of an image, without its padding. */
  readonly height: number;
  readonly width: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Zeros above and to the left; those below and to the right are what is missing there. */
  readonly padding: Pair;
  /** How many windows there are in each direction. */
  readonly count: Pair;
}

/** Of rows and of columns. */
export type Pair = readonly [rows: number, columns: number];

/**
 * The windows side by side: [images, kernel rows · kernel columns, windows] from [images, height, width]; 0 in the padding.
 *
 *     image 1 2 3      windows of 2×2, a column for each    1 2
 *           4 5 6                                           2 3
 *                                                           4 5
 *                                                           5 6
 */
export function unfold(from: Storage, to: Storage, windows: Windows): void {
  const [x, out] = [from.read(), to.elements()];
  eachPlace(windows, (place, at) => {
    out[at] = place < 0 ? 0 : x[place]!;
  });
}

/** Adds each window's elements up where they came from: the adjoint of unfold. */
export function fold(from: Storage, to: Storage, windows: Windows): void {
  const [x, out] = [from.read(), to.elements()];
  out.fill(0);
  eachPlace(windows, (place, at) => {
    if (place >= 0) out[place] = out[place]! + x[at]!;
  });
}

/** For each window where in its image (row · width + column) its largest element stands: the first of equals, the last NaN. */
export function largestOfWindows(from: Storage, to: Storage, windows: Windows): void {
  const [x, out] = [from.read(), to.elements()];
  const { images, height, width, kernel, count } = windows;
  const perWindow = kernel[0] * kernel[1];
  const perImage = count[0] * count[1];
  const best = new Float64Array(images * perImage).fill(-Infinity);
  out.fill(-1);
  eachPlace(windows, (place, at) => {
    if (place < 0) return;
    const image = Math.floor(at / (perWindow * perImage));
    const window = image * perImage + (at % perImage);
    const value = x[place]!;
    if (out[window] === -1 || value > best[window]! || Number.isNaN(value)) {
      best[window] = value;
      out[window] = place - image * height * width;
    }
  });
}

/** Calls `visit` for each element of `unfold`'s result, in order: where it comes from, −1 for the padding, and where it goes. */
function eachPlace(
  { images, height, width, kernel, stride, dilation, padding, count }: Windows,
  visit: (place: number, at: number) => void,
): void {
  let at = 0;
  for (let image = 0; image < images; image++) {
    for (let kernelRow = 0; kernelRow < kernel[0]; kernelRow++) {
      for (let kernelColumn = 0; kernelColumn < kernel[1]; kernelColumn++) {
        for (let i = 0; i < count[0]; i++) {
          const row = i * stride[0] + kernelRow * dilation[0] - padding[0];
          const isInside = row >= 0 && row < height;
          const start = (image * height + row) * width;
          for (let j = 0; j < count[1]; j++, at++) {
            const column = j * stride[1] + kernelColumn * dilation[1] - padding[1];
            visit(isInside && column >= 0 && column < width ? start + column : -1, at);
          }
        }
      }
    }
  }
}
