import { Storage } from '../../array/storage.ts';
import { matmul } from './matmul.ts';
import { fold, unfold, type Windows } from './windows.ts';

/** The sizes of a convolution, of images [batch, groups · channels, height, width] with a weight [groups · outChannels, channels, …]. */
export interface Convolution {
  readonly batch: number;
  readonly groups: number;
  /** Of each group. */
  readonly channels: number;
  /** Of each group. */
  readonly outChannels: number;
  readonly windows: Windows;
}

/** What is done to a convolution where it stands: `bias` is added to each channel, and what is below 0 becomes 0. */
export interface ChannelFinish {
  readonly bias: Storage | null;
  readonly relu: boolean;
}

// The windows of an image side by side, a column for each, times the weight:
//
//     columns    [depth, windows]           of each image and group; depth = channels · kernel rows · kernel columns
//     weight     [outChannels, depth]       of each group
//     out        [outChannels, windows]     of each image and group

/** The cross-correlation of dense images `x` with `weight`, finished: [batch, groups · outChannels, rows, columns]. */
export function conv(x: Storage, weight: Storage, out: Storage, sizes: Convolution, finish: ChannelFinish): void {
  const { outChannels, depth, windows } = extents(sizes);
  const columns = Storage.empty(x.dtype, sizes.batch * sizes.groups * depth * windows);
  unfold(x, columns, sizes.windows);
  eachGroup(sizes, (part, group) => {
    const left = {
      storage: weight,
      shape: [outChannels, depth],
      strides: [depth, 1],
      offset: group * outChannels * depth,
    };
    const right = { storage: columns, shape: [depth, windows], strides: [windows, 1], offset: part * depth * windows };
    matmul(left, right, out, part * outChannels * windows);
  });
  finishChannels(out, windows, finish);
}

/** The gradient of the images: each number of `g`, of the result's shape, times the weight, back to where its window lies. */
export function convInput(g: Storage, weight: Storage, out: Storage, sizes: Convolution): void {
  const { outChannels, depth, windows } = extents(sizes);
  const columns = Storage.empty(g.dtype, sizes.batch * sizes.groups * depth * windows);
  eachGroup(sizes, (part, group) => {
    const left = {
      storage: weight,
      shape: [depth, outChannels],
      strides: [1, depth],
      offset: group * outChannels * depth,
    };
    const offset = part * outChannels * windows;
    const right = { storage: g, shape: [outChannels, windows], strides: [windows, 1], offset };
    matmul(left, right, columns, part * depth * windows);
  });
  fold(columns, out, sizes.windows);
}

/** The gradient of the weight: each number of `g` times its window, added up. */
export function convWeight(x: Storage, g: Storage, out: Storage, sizes: Convolution): void {
  const { outChannels, depth, windows } = extents(sizes);
  const columns = Storage.empty(x.dtype, sizes.batch * sizes.groups * depth * windows);
  unfold(x, columns, sizes.windows);
  const product = Storage.empty('float64', outChannels * depth);
  const sums = new Float64Array(out.length);
  eachGroup(sizes, (part, group) => {
    const offset = part * outChannels * windows;
    const left = { storage: g, shape: [outChannels, windows], strides: [windows, 1], offset };
    const right = { storage: columns, shape: [windows, depth], strides: [1, windows], offset: part * depth * windows };
    matmul(left, right, product, 0);
    const of = group * outChannels * depth;
    product.read().forEach((each, i) => {
      sums[of + i] = sums[of + i]! + each;
    });
  });
  out.elements().set(sums);
}

function extents({ channels, outChannels, windows: { kernel, count } }: Convolution) {
  return { outChannels, depth: channels * kernel[0] * kernel[1], windows: count[0] * count[1] };
}

/** Calls `visit` for each group of each image: which it is of all, and of its image. */
function eachGroup({ batch, groups }: Convolution, visit: (part: number, group: number) => void): void {
  for (let part = 0; part < batch * groups; part++) visit(part, part % groups);
}

function finishChannels(to: Storage, windows: number, { bias, relu }: ChannelFinish): void {
  const out = to.elements();
  if (bias !== null) {
    const vector = bias.read();
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + vector[Math.floor(i / windows) % vector.length]!;
  }
  if (relu) for (let i = 0; i < out.length; i++) if (out[i]! < 0) out[i] = 0;
}
