import { moveIn, Storage } from '../array/storage.ts';
import { type WindowSizes } from './compiled/indexing.ts';
import { compiledIndexing as compiled, SMALLEST } from './compiled/kernels.ts';
import { type Extents, gather, scatterAdd } from './indexing.ts';
import * as reference from './reference/windows.ts';
import { type Windows } from './reference/windows.ts';

export { type Pair, type Windows } from './reference/windows.ts';

// Each kernel is the compiled one for float32 that is not dilated, else the reference: both give the same bits.

/** The largest element of each window: the first of equals, or the last NaN. */
export function largestOfWindows(from: Storage, to: Storage, windows: Windows): void {
  if (compiled === null || !canServe(from, windows) || !moveIn(from, to)) {
    reference.largestOfWindows(from, to, null, windows);
    return;
  }
  const { images, height, width } = windows;
  if (areHalves(windows)) compiled.largestOf2x2(from.address, to.address, images, height, width);
  else compiled.largestOfWindows(from.address, to.address, 0, ...sizesOf(windows));
  to.wrote();
}

/** For each window its element of `from` at the place where that of `x` is the largest. */
export function atLargestOfWindows(x: Storage, from: Storage, to: Storage, windows: Windows): void {
  gather(from, placesOfLargest(x, windows), to, extentsOf(windows));
}

/** Adds up what each window gives to its largest element of `x`, where that stands: the adjoint of `atLargestOfWindows`. */
export function giveToLargestOfWindows(x: Storage, from: Storage, to: Storage, windows: Windows): void {
  if (compiled !== null && areHalves(windows) && canServe(x, windows) && moveIn(x, from, to)) {
    const { images, height, width } = windows;
    // An odd last row or column is in no window.
    if (height % 2 !== 0 || width % 2 !== 0) to.elements().fill(0);
    compiled.giveToLargestOf2x2(x.address, from.address, to.address, images, height, width);
    to.wrote();
    return;
  }
  to.elements().fill(0);
  scatterAdd(placesOfLargest(x, windows), from, to, extentsOf(windows));
}

/** The mean of each window, zeros of the padding included: summed row by row in double, and rounded once. */
export function averageOfWindows(from: Storage, to: Storage, windows: Windows): void {
  if (compiled === null || !canServe(from, windows) || !moveIn(from, to)) {
    reference.averageOfWindows(from, to, windows);
    return;
  }
  compiled.averageOfWindows(from.address, to.address, ...sizesOf(windows));
  to.wrote();
}

/** Each element as the sum of the numbers of all windows that have it: the adjoint of the sums of windows. */
export function addToWindows(from: Storage, to: Storage, windows: Windows): void {
  to.elements().fill(0);
  if (compiled === null || !canServe(to, windows) || !moveIn(from, to)) {
    reference.addToWindows(from, to, windows);
    return;
  }
  compiled.addToWindows(from.address, to.address, ...sizesOf(windows));
  to.wrote();
}

/** For each window where in its image (row · width + column) its largest element stands. */
function placesOfLargest(x: Storage, windows: Windows): Storage {
  const { images, count } = windows;
  const places = Storage.empty('int32', images * count[0] * count[1]);
  if (compiled !== null && canServe(x, windows) && moveIn(x, places)) {
    compiled.largestOfWindows(x.address, 0, places.address, ...sizesOf(windows));
    places.wrote();
  } else {
    reference.largestOfWindows(x, null, places, windows);
  }
  return places;
}

/** Whether windows are 2×2, 2 apart, without padding, and whole. */
function areHalves({ height, width, kernel, stride, padding, count }: Windows): boolean {
  return (
    [...kernel, ...stride].every((each) => each === 2) &&
    padding[0] === 0 &&
    padding[1] === 0 &&
    2 * count[0] <= height &&
    2 * count[1] <= width
  );
}

/** Whether the compiled kernels can serve images, and it pays. */
function canServe(images: Storage, { dilation }: Windows): boolean {
  return images.dtype === 'float32' && images.length >= SMALLEST && dilation[0] === 1 && dilation[1] === 1;
}

function sizesOf({ images, height, width, kernel, stride, padding, count }: Windows): WindowSizes {
  return [images, height, width, ...kernel, ...stride, ...padding, ...count];
}

/** How a kernel sees images that places in them are picked from, a window each. */
function extentsOf({ images, height, width, count }: Windows): Extents {
  return { outer: images, length: height * width, count: count[0] * count[1], inner: 1 };
}
