import { boundingBox, edges, type Layer, median } from './edges.ts';
import { distinctInk } from './ink.ts';
import { type Picture, PngError } from './png.ts';

/** How much ink each pixel holds, row by row: 0 on the paper, about 1 where the pen went. */
export interface Drawing {
  width: number;
  height: number;
  ink: Float32Array;
}

const white = [1, 1, 1];

/**
 * Finds the drawing on a picture, for any colours of pen and paper.
 *
 * On a transparent background the opacity is the drawing, so that black and white pens give the same. A sheet with a transparent
 * rim differs from that in its edges, most of which are opaque. An opaque picture is a sheet as a whole.
 *
 * @throws PngError when nothing is drawn; its message begins with `name`.
 */
export function drawingOn(picture: Picture, name: string): Drawing {
  const { width, height } = picture;
  const opacity = opacityOf(picture);
  const half = opacity.values.reduce((most, a) => Math.max(most, a), 0) / 2;
  const transparent = half === 0 || opacity.values.some((a) => a < half);

  const sheet = transparent ? sheetColour(picture, opacity, half) : white;
  const onSheet = sheet === undefined ? undefined : distinctInk(coloursOver(picture, opacity, sheet));
  const ink = onSheet ?? (transparent ? distinctInk(opacity) : undefined);
  if (ink !== undefined) return { width, height, ink };
  throw new PngError(
    `${name}: nothing stands out from the paper at its border. Use a picture of a digit with paper around it`,
  );
}

function opacityOf({ width, height, samples, max }: Picture): Layer {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = (samples[4 * i + 3] ?? 0) / max;
  return { width, height, channels: 1, values };
}

/** Red, green and blue over a ground of one colour: c · opacity + ground · (1 − opacity), in sRGB as stored, as browsers do. */
function coloursOver({ width, height, samples, max }: Picture, opacity: Layer, ground: readonly number[]): Layer {
  const values = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const a = opacity.values[i] ?? 0;
    for (let c = 0; c < 3; c++) {
      values[3 * i + c] = ((samples[4 * i + c] ?? 0) / max) * a + (ground[c] ?? 0) * (1 - a);
    }
  }
  return { width, height, channels: 3, values };
}

/** The colour along the edges of the opaque part; undefined if most of those edges are not opaque: strokes, not a sheet. */
function sheetColour({ samples, max }: Picture, { width, values }: Layer, half: number): number[] | undefined {
  const box = boundingBox(values, width, half);
  if (box === undefined) return undefined;
  const all = edges(box, width);
  const opaque = all.filter((i) => (values[i] ?? 0) > half);
  if (opaque.length <= all.length / 2) return undefined;
  return [0, 1, 2].map((c) => median(opaque.map((i) => (samples[4 * i + c] ?? 0) / max)));
}
