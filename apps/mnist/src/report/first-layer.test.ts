import { describe, expect, test } from 'vitest';
import { all, decodePng, pixel, readPage } from '../../test/read-page.ts';
import { colourOfWeight, type FirstLayer, firstLayerFigure, weightLimit, weightSheet } from './first-layer.ts';

const strongNegative = [103, 0, 31];
const strongPositive = [5, 48, 97];
const transparent = [0, 0, 0, 0];

describe('the colour of a weight', () => {
  test('is red below 0, nearly white at 0, blue above, and full from the limit on', () => {
    expect(colourOfWeight(-2, 2)).toEqual(strongNegative);
    expect(colourOfWeight(-9, 2)).toEqual(strongNegative);
    expect(colourOfWeight(2, 2)).toEqual(strongPositive);
    expect(colourOfWeight(9, 2)).toEqual(strongPositive);
    expect(Math.min(...(colourOfWeight(0, 2) ?? []))).toBeGreaterThan(230);
    const [red = 0, , blue = 0] = colourOfWeight(-1, 2) ?? [];
    expect(red).toBeGreaterThan(blue + 50);
  });

  test('is undefined for NaN', () => {
    expect(colourOfWeight(NaN, 1)).toBeUndefined();
  });
});

test('the limit is the 99th percentile of the sizes', () => {
  expect(weightLimit(Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i : -i)))).toBe(197);
  expect(weightLimit(Float32Array.of(-3, 1))).toBe(3);
  expect(weightLimit(new Float32Array(5))).toBe(1);
});

test('a sheet has each weight in its place, and transparent lines between tiles', () => {
  const [tiles, rows, cols] = [3, 2, 3];
  const weight = Float32Array.from({ length: tiles * rows * cols }, (_, i) => i - 8);
  const { uri, width, height } = weightSheet(weight, { tiles, rows, cols }, 9);
  const png = decodePng(uri);
  expect([png.width, png.height, width, height]).toEqual([11, 2, 11, 2]);
  for (const [i, x] of weight.entries()) {
    const [tile, row, col] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
    expect(pixel(png, tile * 4 + col, row), `weight ${i}`).toEqual([...(colourOfWeight(x, 9) ?? []), 255]);
  }
  for (const x of [3, 7]) expect([pixel(png, x, 0), pixel(png, x, 1)]).toEqual([transparent, transparent]);
});

test('a last row that is not full is transparent after its tiles', () => {
  const weight = new Float32Array(6).fill(1); // 4 tiles a row, and a weight that is not asked for
  const { uri } = weightSheet(weight, { tiles: 5, rows: 1, cols: 1 }, 1);
  const png = decodePng(uri);
  expect([png.width, png.height]).toEqual([7, 3]);
  expect(pixel(png, 0, 2)).toEqual([...strongPositive, 255]);
  expect([pixel(png, 0, 1), pixel(png, 2, 2)]).toEqual([transparent, transparent]);
});

describe('the figure', () => {
  const figure = (layer: FirstLayer) => {
    const page = readPage(firstLayerFigure(layer).markup);
    const [sheet, ramp] = all(page, 'img');
    const caption = (page.querySelector('figcaption')?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
    return { alt: sheet?.getAttribute('alt'), sheet: decodePng(sheet?.getAttribute('src')), ramp, caption };
  };

  test('of a linear layer: units as images, and the end of the scale', () => {
    const weight = Float32Array.from({ length: 128 * 784 }, (_, i) => (i % 2 === 0 ? -0.123 : 0.05));
    const { alt, sheet, ramp, caption } = figure({ kind: 'linear', weight, units: 128, rows: 28, cols: 28 });
    expect([sheet.width, sheet.height]).toEqual([16 * 29 - 1, 8 * 29 - 1]);
    expect(alt).toMatch(/units, laid out as the 28×28 pixels .*: all 128$/);
    expect(caption).toMatch(/all 128\. −0\.12 and below 0\.12 and above$/);
    const colours = decodePng(ramp?.getAttribute('src'));
    expect(pixel(colours, 0, 0)).toEqual([...strongNegative, 255]);
    expect(pixel(colours, colours.width - 1, 0)).toEqual([...strongPositive, 255]);
  });

  test('of a convolution: a tile for each filter and channel', () => {
    const conv = { kind: 'conv', filters: 16, kernel: [3, 3] } as const;
    const one = figure({ ...conv, weight: new Float32Array(16 * 9), channels: 1 });
    expect([one.sheet.width, one.sheet.height]).toEqual([31, 7]);
    expect(one.alt).toBe('The filters of the first layer, 3×3 weights each: all 16');
    const three = figure({ ...conv, weight: new Float32Array(16 * 27), channels: 3 });
    expect(three.alt).toBe('The filters of the first layer, 3×3 weights each, 3 channels of one after another: all 48');
  });

  test('of a layer too large to draw whole says so', () => {
    const layer = { kind: 'linear', weight: new Float32Array(40 * 64 * 64), units: 40, rows: 64, cols: 64 } as const;
    expect(figure(layer).alt).toContain('the first 32 of 40');
  });
});
