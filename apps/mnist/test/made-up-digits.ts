// Images that are quick to make and quick to learn, and settings for a run on them.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MnistData } from '@mg/data-mnist/node';
import { type Settings } from '../src/training.ts';

/** 28×28 images with a bright block, whose place stands for the digit even if it is shifted by a pixel, on faint stripes that mean nothing. */
export function madeUpDigits(count: number): MnistData {
  const images = new Uint8Array(count * 784);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const digit = (i * 7 + Math.floor(i / 10)) % 10;
    labels[i] = digit;
    for (let pixel = 0; pixel < 784; pixel++) images[i * 784 + pixel] = (pixel * (i + 3)) % 61;
    const [top, left] = [3 + 5 * (digit % 5), digit < 5 ? 3 : 16];
    for (let row = top; row < top + 3; row++)
      images.fill(255, i * 784 + row * 28 + left, i * 784 + row * 28 + left + 9);
  }
  return { images, labels, count, rows: 28, cols: 28 };
}

/** The bytes of an IDX file of uint8. */
export function idxFile(shape: number[], bytes: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => {
    header.setUint32(4 + 4 * axis, size);
  });
  return Buffer.concat([new Uint8Array(header.buffer), bytes]);
}

/** Writes the four files of a data set into a new folder, and returns its path. */
export function writeDataSet(train: MnistData, test: MnistData): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-'));
  for (const [split, { images, labels, count, rows, cols }] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    writeFileSync(path.join(folder, `${split}-images-idx3-ubyte`), idxFile([count, rows, cols], images));
    writeFileSync(path.join(folder, `${split}-labels-idx1-ubyte`), idxFile([count], labels));
  }
  return folder;
}

/** The settings of a run on 110 of these images. */
export const madeUpSettings: Settings = {
  model: 'mlp',
  epochs: 3,
  batchSize: 16,
  lr: 1e-3,
  seed: 5,
  full: false,
  rows: 28,
  cols: 28,
  classes: 10,
  images: 110,
  data: 'a digest',
};
