import { above, boxOf, edges, median } from './edges.ts';
import { distinctInk, type Drawing } from './ink.ts';
import { type Picture, PictureError } from './picture.ts';

const white = [1, 1, 1];

/**
 * Finds the drawing on a picture, for any colours of pen and paper.
 *
 * On a transparent background the opacity is the drawing, so that black and white pens give the same. A sheet with a transparent
 * rim differs from that in its edges, most of which are opaque. An opaque picture is a sheet as a whole.
 *
 * @throws PictureError when nothing is drawn; its message begins with `name`.
 */
export function drawingOn(picture: Picture, name: string): Drawing {
  const { width, height } = picture;
  const opacity = channelOf(picture, 3);
  const half = opacity.reduce((most, a) => Math.max(most, a), 0) / 2;
  const transparent = half === 0 || opacity.some((a) => a < half);

  const sheet = transparent ? sheetColour(picture, opacity, half) : white;
  const onSheet = sheet && distinctInk({ width, height, channels: coloursOver(picture, opacity, sheet) });
  const drawing = onSheet ?? (transparent ? distinctInk({ width, height, channels: [opacity] }) : undefined);
  if (drawing !== undefined) return drawing;
  throw new PictureError(
    `${name}: nothing stands out from the paper at its border. Use a picture of a digit with paper around it`,
  );
}

/** A channel of a picture, from 0 to 1: red, green, blue or opacity. */
function channelOf({ width, height, samples, max }: Picture, channel: number): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => (samples[4 * i + channel] ?? 0) / max);
}

/** Red, green and blue over a ground of one colour: c · opacity + ground · (1 − opacity), in sRGB as stored, as browsers do. */
function coloursOver(picture: Picture, opacity: Float32Array, ground: readonly number[]): Float32Array[] {
  return ground.map((shade, c) =>
    channelOf(picture, c).map((x, i) => x * (opacity[i] ?? 0) + shade * (1 - (opacity[i] ?? 0))),
  );
}

/** The colour along the edges of the opaque part; undefined if most of those edges are not opaque: strokes, not a sheet. */
function sheetColour({ width, samples, max }: Picture, opacity: Float32Array, half: number): number[] | undefined {
  const all = edges(boxOf(above(opacity, half), width), width);
  const opaque = all.filter((i) => (opacity[i] ?? 0) > half);
  if (opaque.length <= all.length / 2) return undefined;
  return [0, 1, 2].map((c) => median(opaque.map((i) => (samples[4 * i + c] ?? 0) / max)));
}
