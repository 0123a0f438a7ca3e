import { moveIn, type Storage } from '../array/storage.ts';
import { type ElementwiseKernels } from './compiled/elementwise.ts';
import { compiled, compiledUnfold } from './compiled/kernels.ts';
import { productKernels, type ProductKernels } from './compiled/products.ts';
import { type UnfoldKernels, type WindowRows, windowRows } from './compiled/unfold.ts';
import { scratch } from './copy.ts';
import * as reference from './reference/conv.ts';
import { type ChannelFinish, type Convolution } from './reference/conv.ts';

export { type Convolution } from './reference/conv.ts';

// float32 is always convolved by compiled kernels, where there are some: they round differently than the reference, whose layout
// they share. Windows are laid out a few rows at a time, so that they stay in the processor's cache while they are multiplied.

/** How many numbers the windows that are laid out at a time may be. */
const WINDOWS = 65_536;

/** The cross-correlation of dense images `x` with `weight`, finished: [batch, groups · outChannels, rows, columns]. */
export function conv(x: Storage, weight: Storage, out: Storage, sizes: Convolution, finish: ChannelFinish): void {
  const work = prepare(sizes, [x, weight, out, finish.bias], 0);
  if (work === null) {
    reference.conv(x, weight, out, sizes, finish);
    return;
  }
  const { products, unfold, depth, all, columns, free } = work;
  const { batch, groups, channels, outChannels } = sizes;
  eachPart(sizes, work, (from, of, to, n, windows) => {
    unfold.unfold(x.address + from, columns, channels, ...windows);
    const at = weight.address + of;
    products.multiply(at, depth, 1, columns, n, 1, out.address + to, all, outChannels, n, depth, false, free);
  });
  for (let image = 0; image < batch; image++) {
    const rows = groups * outChannels;
    const at = out.address + 4 * image * rows * all;
    products.finish(at, all, rows, all, finish.bias?.address ?? 0, 1, 0, finish.relu);
  }
  out.wrote();
  work.room.release();
}

/** The gradient of the images: each number of `g`, of the result's shape, times the weight, back to where its window lies. */
export function convInput(g: Storage, weight: Storage, out: Storage, sizes: Convolution): void {
  const work = prepare(sizes, [g, weight, out], 0);
  if (work === null) {
    reference.convInput(g, weight, out, sizes);
    return;
  }
  const { products, unfold, copies, depth, all, columns, free } = work;
  const { channels, outChannels } = sizes;
  copies.fill(out.address, out.length, 0);
  eachPart(sizes, work, (from, of, to, n, windows) => {
    const at = weight.address + of;
    products.multiply(at, 1, depth, g.address + to, all, 1, columns, n, depth, n, outChannels, false, free);
    unfold.fold(columns, out.address + from, channels, ...windows);
  });
  out.wrote();
  work.room.release();
}

/** The gradient of the weight: each number of `g` times its window, added up. */
export function convWeight(x: Storage, g: Storage, out: Storage, sizes: Convolution): void {
  const work = prepare(sizes, [x, g, out], out.length);
  if (work === null) {
    reference.convWeight(x, g, out, sizes);
    return;
  }
  const { products, unfold, copies, depth, all, columns, sums, free } = work;
  const { groups, channels, outChannels } = sizes;
  // The sums are those of the weight turned, [depth, outChannels]: then g is on the right and packed, which is less than the windows.
  copies.fill(sums, out.length, 0);
  eachPart(sizes, work, (from, of, to, n, windows) => {
    unfold.unfold(x.address + from, columns, channels, ...windows);
    const at = sums + of;
    products.multiply(columns, n, 1, g.address + to, 1, all, at, outChannels, depth, outChannels, n, true, free);
  });
  for (let group = 0; group < groups; group++) {
    const of = 4 * group * outChannels * depth;
    copies.copyStrided(sums + of, out.address + of, outChannels, depth, 1, outChannels);
  }
  out.wrote();
  work.room.release();
}

/** What a convolution works with, and where in its room things are. */
interface Work {
  readonly products: ProductKernels;
  readonly unfold: UnfoldKernels;
  readonly copies: ElementwiseKernels;
  /** How many numbers a window has. */
  readonly depth: number;
  /** How many windows there are. */
  readonly all: number;
  /** How many rows of windows are laid out at a time. */
  readonly rows: number;
  readonly room: Storage;
  /** Where windows are laid out, sums are kept, and products pack. */
  readonly columns: number;
  readonly sums: number;
  readonly free: number;
}

/** Brings the operands into linear memory, and room to work in; null where the reference has to serve. */
function prepare(
  { channels, outChannels, windows: { kernel, count } }: Convolution,
  operands: readonly (Storage | null)[],
  sums: number,
): Work | null {
  const products = operands[0]?.dtype === 'float32' ? productKernels() : null;
  if (products === null || compiledUnfold === null || compiled === null) return null;
  const depth = channels * kernel[0] * kernel[1];
  const rows = Math.min(count[0], Math.max(1, Math.floor(WINDOWS / (depth * count[1]))));
  const n = rows * count[1];
  const wide = depth * n + 4; // unfold overwrites up to 3 numbers behind
  const most = Math.max(
    products.roomFor(outChannels, n, depth),
    products.roomFor(depth, n, outChannels),
    products.roomFor(depth, outChannels, n),
  );
  const room = scratch(wide + sums + most);
  if (!moveIn(...operands, room)) return null;
  const at = room.address;
  return {
    products,
    unfold: compiledUnfold,
    copies: compiled,
    depth,
    all: count[0] * count[1],
    rows,
    room,
    columns: at,
    sums: at + 4 * wide,
    free: at + 4 * (wide + sums),
  };
}

/**
 * Calls `visit` for some rows of windows after the other, of each group of each image, with where in the images, the weight and the result they
 * belong, in bytes, and with how many windows they are.
 */
function eachPart(
  { batch, groups, channels, outChannels, windows }: Convolution,
  { depth, all, rows }: Work,
  visit: (image: number, weight: number, out: number, count: number, windows: WindowRows) => void,
): void {
  for (let part = 0; part < batch * groups; part++) {
    const image = 4 * part * channels * windows.height * windows.width;
    const weight = 4 * (part % groups) * outChannels * depth;
    for (let first = 0; first < windows.count[0]; first += rows) {
      const now = Math.min(rows, windows.count[0] - first);
      const out = 4 * (part * outChannels * all + first * windows.count[1]);
      visit(image, weight, out, now * windows.count[1], windowRows(windows, first, now));
    }
  }
}
