import { type Storage } from '../../array/storage.ts';

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

/**
 * The largest element of each window, the first of equals or the last NaN: written to `values`, and where it stands in its image
 * (row · width + column) to `places`, to one of them or both.
 */
export function largestOfWindows(
  from: Storage,
  values: Storage | null,
  places: Storage | null,
  windows: Windows,
): void {
  const x = from.read();
  const { images, height, width, count } = windows;
  const best = new Float64Array(images * count[0] * count[1]);
  const bestAt = new Int32Array(best.length).fill(-1);
  eachPlace(windows, (place, _, window, image) => {
    if (place < 0) return;
    const each = x[place]!;
    if (bestAt[window] === -1 || each > best[window]! || Number.isNaN(each)) {
      best[window] = each;
      bestAt[window] = place - image * height * width;
    }
  });
  values?.elements().set(best);
  places?.elements().set(bestAt);
}

/** The mean of each window, zeros of the padding included: summed row by row in double, and rounded once. */
export function averageOfWindows(from: Storage, to: Storage, windows: Windows): void {
  const [x, out] = [from.read(), to.elements()];
  const { kernel } = windows;
  const sums = new Float64Array(out.length);
  eachPlace(windows, (place, _, window) => {
    if (place >= 0) sums[window] = sums[window]! + x[place]!;
  });
  for (let i = 0; i < sums.length; i++) out[i] = sums[i]! / (kernel[0] * kernel[1]);
}

/** Adds each number to all elements of its window: the adjoint of their sums. */
export function addToWindows(from: Storage, to: Storage, windows: Windows): void {
  const [x, out] = [from.read(), to.elements()];
  eachPlace(windows, (place, _, window) => {
    if (place >= 0) out[place] = out[place]! + x[window]!;
  });
}

/**
 * Calls `visit` for each element of `unfold`'s result, in order: where it comes from, −1 for the padding, where it goes, and of
 * which window and which image it is. So each window has its elements visited row by row.
 */
function eachPlace(
  { images, height, width, kernel, stride, dilation, padding, count }: Windows,
  visit: (place: number, at: number, window: number, image: number) => void,
): void {
  let at = 0;
  for (let image = 0; image < images; image++) {
    for (let kernelRow = 0; kernelRow < kernel[0]; kernelRow++) {
      for (let kernelColumn = 0; kernelColumn < kernel[1]; kernelColumn++) {
        let window = image * count[0] * count[1];
        for (let i = 0; i < count[0]; i++) {
          const row = i * stride[0] + kernelRow * dilation[0] - padding[0];
          const isInside = row >= 0 && row < height;
          const start = (image * height + row) * width;
          for (let j = 0; j < count[1]; j++, at++, window++) {
            const column = j * stride[1] + kernelColumn * dilation[1] - padding[1];
            visit(isInside && column >= 0 && column < width ? start + column : -1, at, window, image);
          }
        }
      }
    }
  }
}
