import { type Evaluation } from '../evaluate.ts';
import { percent } from '../format.ts';
import { type Best, type EpochMetrics, withEpoch } from '../metrics.ts';
import { type Html, html } from './html.ts';

/** The key figures of a run. `epochs` are those that are finished, `planned` is their final number. */
export function keyFigures(epochs: readonly EpochMetrics[], planned: number, test: Evaluation | undefined): Html {
  const figures = [...(test ? testFigures(test) : []), ...validationFigure(epochs), epochsFigure(epochs, planned)];
  return html`<dl class="figures">
    ${figures.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;
}

type Figure = readonly [name: string, value: string];

function testFigures({ accuracy, loss, confusion }: Evaluation): Figure[] {
  const all = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return [
    ['test accuracy', percent(accuracy)],
    ['test loss', `${loss.toFixed(4)} nats`],
    ['wrong', `${(all - right).toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`],
  ];
}

function validationFigure(epochs: readonly EpochMetrics[]): Figure[] {
  const best = epochs.reduce<Best | null>(withEpoch, null);
  return best === null ? [] : [['best validation accuracy', `${percent(best.accuracy)} (epoch ${best.epoch})`]];
}

function epochsFigure(epochs: readonly EpochMetrics[], planned: number): Figure {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const time = seconds < 60 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
  return ['epochs', `${epochs.length} of ${planned}${epochs.length === 0 ? '' : ` in ${time}`}`];
}

/** The epochs of a run, in a row each; without validation there are no columns for it. */
export function epochTable(epochs: readonly EpochMetrics[]): Html {
  const validates = epochs.some(({ validationLoss }) => validationLoss !== null);
  return html`<table>
    <caption>
      Epochs
    </caption>
    <thead>
      <tr>
        ${headings.filter((heading) => validates || !heading.startsWith('validation')).map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${epochs.map((epoch) => row(epoch, validates))}
    </tbody>
  </table>`;
}

const headings = ['epoch', 'training loss', 'training accuracy', 'validation loss', 'validation accuracy', 'seconds'];

function row(epoch: EpochMetrics, validates: boolean): Html {
  const validation = [epoch.validationLoss?.toFixed(4) ?? '–', percent(epoch.validationAccuracy)];
  const cells = [
    epoch.trainLoss.toFixed(4),
    percent(epoch.trainAccuracy),
    ...(validates ? validation : []),
    epoch.seconds.toFixed(1),
  ];
  return html`<tr>
    <th scope="row">${epoch.epoch}</th>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr> `;
}

/** The settings of a run; the names are those of config.json. */
export interface ReportConfig extends Record<string, string | number | boolean> {
  model: 'mlp' | 'cnn';
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  /** Trained on all training images, with no validation set. */
  full: boolean;
  /** The data set's folder, or `MNIST`. */
  data: string;
}

const words: ReadonlyMap<string, string> = new Map([
  ['batchSize', 'batch size'],
  ['lr', 'learning rate'],
  ['full', 'trained on all images'],
]);

/** The settings of a run, as a table of names and values. */
export function settingsTable(config: ReportConfig): Html {
  return html`<table class="settings">
    <tbody>
      ${Object.entries(config).map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${words.get(name) ?? name}</th>
            <td>${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}
