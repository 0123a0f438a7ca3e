import * as Plot from '@observablehq/plot';
import { type Colour } from './png.ts';

/** How many colours there are to a side of 0. */
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

/** The colour of a weight where `limit` and all above it are the full colour. A weight that is no number has none. */
export function colourOfWeight(weight: number, limit: number): Colour | undefined {
  return palette[Math.round(shades * (1 + Math.max(-1, Math.min(1, weight / limit))))];
}

/** Where the colours end: the 99th percentile of the weights' sizes, so that a few strong ones leave the others their shades. */
export function weightLimit(weights: Float32Array): number {
  const sizes = weights.map(Math.abs).sort();
  const limit = sizes[Math.ceil(0.99 * sizes.length) - 1] ?? 0;
  return limit > 0 ? limit : 1;
}
