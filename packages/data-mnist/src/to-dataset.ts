import { type Dataset, fromArrays, type NdArray } from '@mg/data';

/** Images with their labels, as `loadMnist`, `loadCifar10` and `loadCifar100` return them. */
export interface LabelledImages {
  images: Uint8Array;
  labels: Uint8Array;
  count: number;
  /** Default 1. */
  channels?: number | undefined;
  rows: number;
  cols: number;
}

/** An image `[channels, rows, cols]` and its label. */
export interface ImageSample {
  image: NdArray<Uint8Array>;
  label: number;
}

/**
 * Makes a dataset of `@mg/data` from images, for its transforms and loaders. It copies no pixels.
 *
 * ```ts
 * import { DataLoader, transforms } from '@mg/data';
 * import { toDataset } from '@mg/data-mnist';
 *
 * const data = { images: Uint8Array.of(0, 255, 255, 0), labels: Uint8Array.of(7, 9), count: 2, rows: 1, cols: 2 };
 * const toFloat = transforms.toFloat();
 * const dataset = toDataset(data).map(({ image, label }) => ({ x: toFloat(image), y: label }));
 * const [batch] = new DataLoader(dataset, { batchSize: 2 });
 * console.log(batch?.x, batch?.y.data); // => { data: [0, 1, 1, 0], shape: [2, 1, 1, 2] } [7, 9]
 * ```
 */
export function toDataset({ images, labels, count, channels = 1, rows, cols }: LabelledImages): Dataset<ImageSample> {
  return fromArrays({ image: { data: images, shape: [count, channels, rows, cols] }, label: labels });
}
