import { PNG } from 'pngjs';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A PNG as a data URI. `colourAt` gives each pixel's colour, from the top left corner; where it gives none the image is transparent. */
export function pngUri(width: number, height: number, colourAt: (x: number, y: number) => Colour | undefined): string {
  const png = new PNG({ width, height }); // all zeros: transparent
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, y);
      if (colour) png.data.set([...colour, 255], 4 * (y * width + x));
    }
  }
  // No filter and zlib's usual strategy: what is drawn here has few colours, and packs three times as well as with pngjs's own.
  const bytes = PNG.sync.write(png, { deflateLevel: 9, deflateStrategy: 0, filterType: 0 });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
