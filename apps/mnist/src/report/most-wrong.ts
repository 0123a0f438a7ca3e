import { type MnistData } from '@mg/data-mnist/node';
import { type Mistake } from '../evaluate.ts';
import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';
import { pngUri } from './png.ts';

/** The images that were most wrong, ink on paper, each with its label and what it was taken for. */
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
