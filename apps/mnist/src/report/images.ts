import { type MnistData } from '@mg/data-mnist/node';
import { PNG } from 'pngjs';
import { type Mistake } from '../evaluate.ts';
import { percent } from '../format.ts';
import { type Html, html } from './html.ts';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A PNG as a data URI. `colourAt` returns the colour of a pixel, from the top left corner; undefined is transparent. */
export function pngUri(width: number, height: number, colourAt: (x: number, y: number) => Colour | undefined): string {
  const png = new PNG({ width, height }); // all zeros: transparent
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, y);
      if (colour) png.data.set([...colour, 255], 4 * (y * width + x));
    }
  }
  // No filter and zlib's default strategy: these images have few colours, and become a third as large as with pngjs's defaults.
  const bytes = PNG.sync.write(png, { deflateLevel: 9, deflateStrategy: 0, filterType: 0 });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

/** The most wrong images, ink on paper, each with its label and its prediction. */
export function mostWrongFigures(mistakes: readonly Mistake[], data: MnistData): Html {
  if (mistakes.length === 0) return html`<p>No image was taken for another class.</p>`;
  return html`<ol class="mistakes">
    ${mistakes.map((mistake) => html`<li>${mistakeFigure(mistake, data)}</li>`)}
  </ol>`;
}

function mistakeFigure(
  { index, label, predicted, predictedProbability, labelProbability }: Mistake,
  { images, rows, cols }: MnistData,
): Html {
  const uri = pngUri(cols, rows, (x, y) => {
    const paper = 255 - (images[(index * rows + y) * cols + x] ?? 0);
    return [paper, paper, paper];
  });
  return html`<figure>
    <img class="pixels" src="${uri}" width="${cols}" height="${rows}" alt="Test image ${index}, labelled ${label}" />
    <figcaption>
      <strong>${label}, taken for ${predicted}</strong><br />
      ${predicted}: ${percent(100 * predictedProbability)}<br />
      ${label}: ${percent(100 * labelProbability)}<br />
      <span class="soft">test image ${index}</span>
    </figcaption>
  </figure>`;
}
