import { type MnistData } from '@mg/data-mnist/node';
import { type Mistake } from '../evaluate.ts';
import { plainTable } from './plain-table.ts';

/** An image to draw, and its caption. */
export interface Drawing {
  /** Row by row, from 0, paper, to 255, ink. */
  pixels: Uint8Array;
  rows: number;
  cols: number;
  caption: string;
}

/** Blanks between two images. */
const gap = 2;

/** The greatest width of an image in characters; larger ones are shrunk. */
const widest = 32;

/** The darkest and the lightest of the 24 greys among the 256 colours of a terminal. */
const black = 232;
const white = 255;

/**
 * Draws images side by side, as many as fit into `columns`, each with its caption. A character shows two pixels, one above the
 * other: in greys with `colour`, ink white on black; otherwise as ink or paper. Margins that are empty in all images are cut off.
 */
export function drawDigits(
  drawings: readonly Drawing[],
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const images = withoutMargins(drawings).map((image) => shrunk(image, Math.min(columns, widest)));
  const width = Math.min(
    columns,
    Math.max(0, ...images.map(({ cols }) => cols), ...drawings.map(({ caption }) => caption.length)),
  );
  const perRow = Math.max(1, Math.floor((columns + gap) / (width + gap)));

  const bands = [];
  for (let start = 0; start < images.length; start += perRow) {
    const band = images.slice(start, start + perRow);
    const drawn = band.map((image) => (colour ? inGreys(image) : inBlocks(image)));
    const height = Math.max(...drawn.map((lines) => lines.length));
    const rows = Array.from({ length: height }, (_, y) => drawn.map((lines) => lines[y] ?? ''));
    const captions = band.map(({ caption }) => ({ content: caption, wordWrap: true }));
    bands.push(plainTable([...rows, captions], { gap, colWidths: band.map(() => width) }));
  }
  return bands.join('\n\n');
}

/** The images without the margins that are empty in all of them. */
function withoutMargins(drawings: readonly Drawing[]): readonly Drawing[] {
  const inks = drawings.map(inkBounds);
  const top = Math.min(...inks.map((ink) => ink.top));
  const left = Math.min(...inks.map((ink) => ink.left));
  const below = Math.min(...inks.map((ink, i) => (drawings[i]?.rows ?? 0) - ink.bottom));
  const right = Math.min(...inks.map((ink, i) => (drawings[i]?.cols ?? 0) - ink.right));
  if (top === Infinity) return drawings; // no image has ink
  return drawings.map((drawing) => {
    const rows = drawing.rows - top - below;
    const cols = drawing.cols - left - right;
    const pixels = Uint8Array.from(
      { length: rows * cols },
      (_, i) => drawing.pixels[(top + Math.floor(i / cols)) * drawing.cols + left + (i % cols)] ?? 0,
    );
    return { ...drawing, rows, cols, pixels };
  });
}

/** The smallest box around all ink, from `top` and `left` inclusive to `bottom` and `right` exclusive. */
function inkBounds({ pixels, cols }: Drawing): { top: number; left: number; bottom: number; right: number } {
  const bounds = { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity };
  for (const [i, pixel] of pixels.entries()) {
    if (pixel === 0) continue;
    const [row, col] = [Math.floor(i / cols), i % cols];
    bounds.top = Math.min(bounds.top, row);
    bounds.left = Math.min(bounds.left, col);
    bounds.bottom = Math.max(bounds.bottom, row + 1);
    bounds.right = Math.max(bounds.right, col + 1);
  }
  return bounds;
}

/** The image in at most so many columns; each pixel is the mean of a square. */
function shrunk(drawing: Drawing, columns: number): Drawing {
  const side = Math.ceil(drawing.cols / columns);
  if (side <= 1) return drawing;
  const rows = Math.ceil(drawing.rows / side);
  const cols = Math.ceil(drawing.cols / side);
  const pixels = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) pixels[row * cols + col] = meanOfSquare(drawing, row * side, col * side, side);
  }
  return { ...drawing, pixels, rows, cols };
}

function meanOfSquare({ pixels, rows, cols }: Drawing, top: number, left: number, side: number): number {
  const [bottom, right] = [Math.min(top + side, rows), Math.min(left + side, cols)];
  let sum = 0;
  for (let row = top; row < bottom; row++) {
    for (let col = left; col < right; col++) sum += pixels[row * cols + col] ?? 0;
  }
  return sum / ((bottom - top) * (right - left));
}

/** A line for every two rows of pixels; an odd last row has paper below it. */
function lines({ pixels, rows, cols }: Drawing, line: (pairs: [upper: number, lower: number][]) => string): string[] {
  return Array.from({ length: Math.ceil(rows / 2) }, (_, y) =>
    line(Array.from({ length: cols }, (_, x) => [pixels[2 * y * cols + x] ?? 0, pixels[(2 * y + 1) * cols + x] ?? 0])),
  );
}

/** Pixels beyond the middle between the image's extremes are ink. */
function inBlocks(image: Drawing): string[] {
  const lightest = image.pixels.reduce((least, pixel) => Math.min(least, pixel), 255);
  const darkest = image.pixels.reduce((most, pixel) => Math.max(most, pixel), 0);
  const isInk = (pixel: number): boolean => pixel > (lightest + darkest) / 2;
  return lines(image, (pairs) =>
    pairs.map(([upper, lower]) => (isInk(upper) ? (isInk(lower) ? '█' : '▀') : isInk(lower) ? '▄' : ' ')).join(''),
  );
}

/** Upper half blocks: the upper pixel is the foreground colour, the lower one the background. Only changes of colour are written. */
function inGreys(image: Drawing): string[] {
  return lines(image, (pairs) => {
    let last = '';
    const blocks = pairs.map(([upper, lower]) => {
      const colours = `\u001b[38;5;${grey(upper)}m\u001b[48;5;${grey(lower)}m`;
      const change = colours === last ? '' : colours;
      last = colours;
      return `${change}▀`;
    });
    return `${blocks.join('')}\u001b[39m\u001b[49m`;
  });
}

function grey(pixel: number): number {
  return black + Math.round(((white - black) * pixel) / 255);
}

/** Draws misclassified images, each with its label and its prediction. */
export function drawMistakes(
  mistakes: readonly Mistake[],
  { images, rows, cols }: MnistData,
  look: { columns: number; colour: boolean },
): string {
  const drawings = mistakes.map(({ index, label, predicted, predictedProbability }) => ({
    pixels: images.subarray(index * rows * cols, (index + 1) * rows * cols),
    rows,
    cols,
    caption: `${label}, taken for ${predicted} (${Math.floor(100 * predictedProbability)} %)`,
  }));
  return drawDigits(drawings, look);
}
