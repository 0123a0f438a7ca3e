// MNIST's own test images, as pictures.
import { beforeAll, describe, expect, test } from 'vitest';
import { batches, loadMnist, type MnistData } from '@mg/data-mnist/node';
import { crossEntropy, type Module } from '@mg/nn';
import { Adam } from '@mg/optim';
import { Generator, setDeterministic, tensor } from '@mg/tensor';
import { PNG } from 'pngjs';
import { pixels } from '../data.ts';
import { makeModel } from '../model.ts';
import { centred } from './centre.ts';
import { drawingOn } from './drawing.ts';
import { readPng } from './png.ts';
import { predict, ranked } from './predict.ts';

let data: MnistData;
beforeAll(async () => {
  data = await loadMnist({ split: 'test' });
});

const digit = (i: number): Uint8Array => data.images.subarray(784 * i, 784 * (i + 1));

/** A PNG file whose pixel at (x, y) holds the ink that `ink` tells, 0 to 1, of a pen on paper. */
function rendered(
  [width, height]: readonly [number, number],
  [paper, pen]: readonly [number[], number[]],
  ink: (x: number, y: number) => number,
): Uint8Array {
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) {
    const share = ink(i % width, Math.floor(i / width));
    for (let c = 0; c < 4; c++)
      png.data[4 * i + c] = Math.round((1 - share) * (paper[c] ?? 255) + share * (pen[c] ?? 255));
  }
  return PNG.sync.write(png);
}

function seen(file: Uint8Array): Uint8Array {
  return centred(drawingOn(readPng(file, 'a.png'), 'a.png'), 28, 28);
}

test('a digit of MNIST, centred again, is nearly what it was', () => {
  const means = Array.from({ length: 1_000 }, (_, i) => {
    const image = digit(i);
    const again = seen(
      rendered(
        [28, 28],
        [
          [255, 255, 255],
          [0, 0, 0],
        ],
        (x, y) => (image[28 * y + x] ?? 0) / 255,
      ),
    );
    return image.reduce((sum, value, at) => sum + Math.abs(value - (again[at] ?? 0)), 0) / 784;
  });
  // Mean 0.35 of 255: the faintest pixels are taken for paper. Few are moved by a pixel for that, which costs about 20.
  expect(means.reduce((a, b) => a + b, 0) / 1_000).toBeLessThan(0.5);
  expect(means.filter((mean) => mean > 2).length).toBeLessThan(20);
});

test('a frame at the border changes nothing', () => {
  const generator = new Generator(4);
  const between = (low: number, high: number): number => low + (high - low) * generator.random();
  for (let i = 0; i < 60; i++) {
    const [paper, pen] = colours(between);
    const drawn = (wide: number): Uint8Array =>
      rendered([100, 100], [paper, pen], (x, y) =>
        Math.min(x, y, 99 - x, 99 - y) < wide ? 1 : inkAt(digit(i), (x - 8) / 3, (y - 8) / 3),
      );
    expect(seen(drawn(1 + (i % 6)))).toEqual(seen(drawn(0)));
  }
});

describe('read from pictures of random size, place and colours', () => {
  let model: Module;
  beforeAll(async () => {
    setDeterministic(true); // the same model on every machine
    const all = await loadMnist({ split: 'train' });
    const few = {
      ...all,
      images: all.images.subarray(0, 12_000 * 784),
      labels: all.labels.subarray(0, 12_000),
      count: 12_000,
    };
    model = makeModel('mlp', { rows: 28, cols: 28, classes: 10 }, new Generator(1));
    const optimizer = new Adam(model.parameters(), { lr: 2e-3 });
    for (let epoch = 1; epoch <= 5; epoch++) {
      for (const { images, labels } of batches(few, { batchSize: 64, random: new Generator(1), epoch })) {
        const loss = crossEntropy(model.forward(pixels(images, [784])), tensor(labels));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
      }
    }
  });

  const taken = (images: Uint8Array): (number | undefined)[] =>
    predict(model, [784], images).map((probabilities) => ranked(probabilities)[0]?.label);

  test('as well as the images themselves, or within 1.5 points', () => {
    const generator = new Generator(9);
    const between = (low: number, high: number): number => low + (high - low) * generator.random();
    const count = 600;
    const pictures = Array.from({ length: count }, (_, i) => {
      const scale = Math.exp(between(Math.log(0.8), Math.log(4)));
      const [left, top] = [between(1, 60), between(1, 60)];
      const size = [
        Math.ceil(left + 28 * scale + between(1, 60)),
        Math.ceil(top + 28 * scale + between(1, 60)),
      ] as const;
      return seen(rendered(size, colours(between), (x, y) => inkAt(digit(i), (x - left) / scale, (y - top) / scale)));
    });
    const labels = data.labels.subarray(0, count);
    const right = (classes: (number | undefined)[]): number => classes.filter((c, i) => c === labels[i]).length / count;
    const themselves = right(taken(data.images.subarray(0, count * 784)));
    expect(themselves).toBeGreaterThan(0.9);
    expect(right(taken(Buffer.concat(pictures)))).toBeGreaterThanOrEqual(themselves - 0.015);
  });
});

/** Paper and pen, far enough from each other; a third of the papers are transparent. */
function colours(between: (low: number, high: number) => number): [paper: number[], pen: number[]] {
  const clear = between(0, 1) < 1 / 3;
  for (;;) {
    const [paper, pen] = [0, 0].map(() => [between(0, 255), between(0, 255), between(0, 255), 255]);
    if (paper === undefined || pen === undefined || Math.hypot(...paper.map((x, c) => x - (pen[c] ?? 0))) < 90)
      continue;
    return clear ? [pen.with(3, 0), pen] : [paper, pen];
  }
}

/** The ink of an image between its pixels, by straight lines; none outside. */
function inkAt(image: Uint8Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [right, below] = [x - 0.5 - left, y - 0.5 - top];
  const at = (col: number, row: number): number =>
    col < 0 || col > 27 || row < 0 || row > 27 ? 0 : (image[28 * row + col] ?? 0) / 255;
  return (
    (1 - below) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
    below * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1))
  );
}
