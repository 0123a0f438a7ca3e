import { type EpochMetrics } from '../metrics.ts';
import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';

/** The epochs of a run, a row each; without the columns of validation when no image is set aside for it. */
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
