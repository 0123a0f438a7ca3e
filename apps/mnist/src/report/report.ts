import { type MnistData } from '@mg/data-mnist/node';
import { type Evaluation } from '../evaluate.ts';
import { percent } from '../format.ts';
import { type Metrics } from '../metrics.ts';
import { commonestConfusions, confusionMatrix, largestError, scoreTable } from './classes.ts';
import { curves } from './curves.ts';
import { type FirstLayer, firstLayerFigure } from './first-layer.ts';
import { type Html, html } from './html.ts';
import { mostWrongFigures } from './images.ts';
import { epochTable, keyFigures, type ReportConfig, settingsTable } from './run-tables.ts';
import { styleSheet } from './style-sheet.ts';

/** The contents of a report. */
export interface ReportInput {
  config: ReportConfig;
  /** All lines of metrics.jsonl, in order. */
  metrics: readonly Metrics[];
  /** The results on the test images, and those images; absent while the run is unfinished. */
  test?: (Evaluation & { data: MnistData }) | undefined;
  firstLayer: FirstLayer;
}

/** A self-contained page about a run: no network, no script. It follows the reader's light or dark scheme, and can be printed. */
export function reportHtml({ config, metrics, test, firstLayer }: ReportInput): string {
  const epochs = metrics.filter((line) => line.type === 'epoch');
  const title = `${config.model} on ${config.data}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <link rel="icon" href="data:," />
        <title>${title}: a training run</title>
        <style>
          ${styleSheet}
        </style>
      </head>
      <body>
        <header>
          <p class="soft">MicroGrad+, a training run</p>
          <h1>${title}</h1>
          ${keyFigures(epochs, config.epochs, test)}
        </header>
        <main>
          <section aria-labelledby="curves">
            <h2 id="curves">Curves</h2>
            ${curves(metrics)} ${epochs.length > 0 ? scrolling('Epochs', epochTable(epochs)) : ''}
          </section>
          ${test ? testSections(test) : unfinished}
          <section aria-labelledby="first-layer">
            <h2 id="first-layer">First layer</h2>
            ${firstLayerFigure(firstLayer)}
          </section>
          <section aria-labelledby="settings">
            <h2 id="settings">Settings</h2>
            ${settingsTable(config)}
          </section>
        </main>
      </body>
    </html> `.markup;
}

const unfinished = html`<section aria-labelledby="test">
  <h2 id="test">Test images</h2>
  <p class="note">The run is not finished: the model is tested once, at the end.</p>
</section>`;

function testSections({ confusion, mostWrong, data }: Evaluation & { data: MnistData }): Html {
  const largest = largestError(confusion);
  return html`<section aria-labelledby="classes">
      <h2 id="classes">Classes</h2>
      <p>
        Each row of the confusion matrix has the images of a label, each column those taken for a class; an empty cell
        is a 0. ${largest === 0 ? '' : `The strongest shade of an error is ${percent(100 * largest)} of its row.`}
      </p>
      <div class="classes">
        ${scrolling('Confusion matrix', confusionMatrix(confusion))}
        ${scrolling('Scores of each class', scoreTable(confusion))}
        ${scrolling('What was confused most often', commonestConfusions(confusion))}
      </div>
    </section>
    <section aria-labelledby="most-wrong">
      <h2 id="most-wrong">Most wrong</h2>
      <p>The images that were taken for another class with the least probability for their own.</p>
      ${mostWrongFigures(mostWrong, data)}
    </section>`;
}

/** A scrolling box for a table that may be larger than the window; it can be reached with the tab key. */
function scrolling(name: string, table: Html): Html {
  return html`<div class="scrolling" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}
