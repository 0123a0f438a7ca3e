import * as Plot from '@observablehq/plot';
import { type Html, html } from './html.ts';
import { type Colour, pngUri } from './images.ts';

/** The weights of a model's first layer, in the order of its state dict. */
export type FirstLayer =
  /** units × (rows · cols): what each unit multiplies the pixels by. */
  | { kind: 'linear'; weight: Float32Array; units: number; rows: number; cols: number }
  /** filters × channels × height × width. */
  | { kind: 'conv'; weight: Float32Array; filters: number; channels: number; kernel: readonly [number, number] };

/** The greatest number of weights that are drawn: about 120 kB of PNG. */
const mostWeights = 2 ** 17;

/** The first layer as an image with a legend: a tile for each unit, or for each filter and channel. */
export function firstLayerFigure(layer: FirstLayer): Html {
  const [rows, cols] = layer.kind === 'linear' ? [layer.rows, layer.cols] : layer.kernel;
  const tiles = layer.kind === 'linear' ? layer.units : layer.filters * layer.channels;
  const limit = weightLimit(layer.weight);
  const shown = Math.min(tiles, Math.max(1, Math.floor(mostWeights / (rows * cols))));
  const { uri, width, height } = weightSheet(layer.weight, { tiles: shown, rows, cols }, limit);
  const zoom = Math.max(1, Math.min(12, Math.floor(960 / width)));

  const what = `${subject(layer)}: ${shown < tiles ? `the first ${shown} of ${tiles}` : `all ${tiles}`}`;
  return html`<figure>
    <img class="pixels" src="${uri}" width="${width * zoom}" height="${height * zoom}" alt="${what}" />
    <figcaption>${what}. ${legend(limit)}</figcaption>
  </figure>`;
}

function subject(layer: FirstLayer): string {
  if (layer.kind === 'linear') {
    return `The weights of the first layer’s units, laid out as the ${layer.rows}×${layer.cols} pixels that they multiply`;
  }
  const [rows, cols] = layer.kernel;
  const channels = layer.channels > 1 ? `, ${layer.channels} channels of one after another` : '';
  return `The filters of the first layer, ${rows}×${cols} weights each${channels}`;
}

/** Tiles of weights side by side, row after row, with a transparent line of one weight's width between them. */
export function weightSheet(
  weight: Float32Array,
  { tiles, rows, cols }: { tiles: number; rows: number; cols: number },
  limit: number,
): { uri: string; width: number; height: number } {
  const columns = tilesAcross(tiles, cols);
  const width = columns * (cols + 1) - 1;
  const height = Math.ceil(tiles / columns) * (rows + 1) - 1;
  const uri = pngUri(width, height, (x, y) => {
    const [column, row] = [x % (cols + 1), y % (rows + 1)];
    const tile = Math.floor(y / (rows + 1)) * columns + Math.floor(x / (cols + 1));
    if (tile >= tiles || column === cols || row === rows) return undefined;
    return colourOfWeight(weight[(tile * rows + row) * cols + column] ?? NaN, limit);
  });
  return { uri, width, height };
}

/** About twice as many across as down; a power of two, so that common layers fill their rows; fewer if tiles are wide. */
function tilesAcross(tiles: number, cols: number): number {
  const fitting = Math.max(1, Math.floor(480 / (cols + 1)));
  return Math.min(tiles, fitting, 2 ** Math.ceil(Math.log2(Math.sqrt(2 * tiles))));
}

function legend(limit: number): Html {
  const [width, end] = [127, limit.toPrecision(2)];
  const ramp = pngUri(width, 1, (x) => colourOfWeight((2 * x) / (width - 1) - 1, 1));
  return html`<span class="ramp"
    >−${end} and below <img src="${ramp}" width="${width}" height="12" alt="from red over white at 0 to blue" /> ${end}
    and above</span
  >`;
}

/** The number of colours on each side of 0. */
const shades = 63;

/** From red (-1) over a near white (0) to blue (1). */
const palette: readonly Colour[] = paint();

function paint(): Colour[] {
  const scale = Plot.scale({ color: { type: 'diverging', scheme: 'rdbu', domain: [-1, 1] } });
  return Array.from({ length: 2 * shades + 1 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] =
      String(scale.apply(i / shades - 1))
        .match(/\d+/g)
        ?.map(Number) ?? [];
    return [red, green, blue];
  });
}

/** The colour of a weight, saturated from `limit` on; undefined for NaN. */
export function colourOfWeight(weight: number, limit: number): Colour | undefined {
  return palette[Math.round(shades * (1 + Math.max(-1, Math.min(1, weight / limit))))];
}

/** Where colours saturate: the 99th percentile of the weights' magnitudes, so that a few strong ones do not fade the rest. */
export function weightLimit(weights: Float32Array): number {
  const sizes = weights.map(Math.abs).sort();
  const limit = sizes[Math.ceil(0.99 * sizes.length) - 1] ?? 0;
  return limit > 0 ? limit : 1;
}
