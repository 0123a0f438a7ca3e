import { above, type Box, boxOf, cut } from './edges.ts';
import { type Drawing } from './ink.ts';
import { resampled } from './resample.ts';

/**
 * Places a drawing in an image of the model's size as MNIST's were made: scaled, with its proportions kept and an
 * anti-aliasing filter, to fit a box of 20/28 of the image, then moved by whole pixels so that its centre of mass is at the
 * centre of the image, (14, 14) of 28×28 counted from 0. The bytes go from 0 for paper to 255 for the most ink.
 *
 * The recipe is that of Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits"; the scaling is
 * older: L. Bottou et al., "Comparison of classifier methods: a case study in handwritten digit recognition", ICPR 1994. Neither says
 * how the centre is rounded; in the 10,000 test images the centre of mass lies from 13.5 to 14.5.
 */
export function centred(drawing: Pick<Drawing, 'width' | 'ink'>, rows: number, cols: number): Uint8Array {
  const box = boxOf(above(drawing.ink, 0), drawing.width);
  const image = new Uint8Array(rows * cols);
  const { values, height, width } = fitted(drawing, box, share(rows), share(cols));
  const top = offset(values, height, rows, (i) => Math.floor(i / width));
  const left = offset(values, width, cols, (i) => i % width);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      image[(top + y) * cols + left + x] = Math.round((255 * (values[y * width + x] ?? 0)) / most);
    }
  }
  return image;
}

/** MNIST's box is 20 of 28 pixels. */
function share(size: number): number {
  return Math.max(1, Math.round((size * 20) / 28));
}

function fitted(
  { ink, width }: Pick<Drawing, 'width' | 'ink'>,
  box: Box,
  mostRows: number,
  mostCols: number,
): { values: Float32Array; height: number; width: number } {
  const [inRows, inCols] = [box.bottom - box.top + 1, box.right - box.left + 1];
  const scale = Math.min(mostRows / inRows, mostCols / inCols);
  const outRows = Math.max(1, Math.round(inRows * scale));
  const outCols = Math.max(1, Math.round(inCols * scale));
  const values = resampled(cut(ink, width, box), inRows, inCols, outRows, outCols);
  return { values, height: outRows, width: outCols };
}

/** Where the box starts along one axis, so that its centre of mass is at the centre of the image; never beyond an edge. */
function offset(values: Float32Array, length: number, size: number, place: (i: number) => number): number {
  let [mass, moment] = [0, 0];
  values.forEach((value, i) => {
    mass += value;
    moment += value * place(i);
  });
  const start = Math.floor(size / 2) - Math.round(moment / mass);
  return Math.min(Math.max(start, 0), size - length);
}
