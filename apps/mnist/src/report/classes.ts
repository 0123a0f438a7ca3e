import { type Confusion, mostConfused, perClass } from '../confusion.ts';
import { percent } from '../format.ts';
import { type Html, html } from './html.ts';

/** How many shades the style sheet has for a cell: `wrong1` to `wrong8` off the diagonal, `right1` to `right8` on it. */
const shades = 8;

/**
 * A confusion matrix as a table: rows are labels, columns predictions, an empty cell is 0.
 *
 * Cells are shaded by their share of the row. Errors use a separate scale, up to the largest error, so that they are visible
 * beside a diagonal that is a hundred times as large.
 */
export function confusionMatrix(confusion: Confusion): Html {
  const supports = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const largest = largestError(confusion);

  const cell = (label: number, predicted: number, count: number): Html => {
    if (count === 0) return html`<td></td>`;
    const share = count / (supports[label] ?? 0);
    const shade = label === predicted ? `right${step(share)}` : `wrong${step(share / largest)}`;
    return html`<td class="${shade}">${count}</td>`;
  };

  return html`<table class="matrix">
    <caption>
      Confusion matrix
    </caption>
    <thead>
      <tr>
        <th scope="col"><span class="soft">label</span></th>
        ${confusion.map((_, label) => html`<th scope="col">${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${confusion.map(
        (row, label) =>
          html`<tr>
            <th scope="row">${label}</th>
            ${row.map((count, predicted) => cell(label, predicted, count))}
          </tr> `,
      )}
    </tbody>
  </table>`;
}

/** The largest error: the share of a label's images that were taken for one other class, from 0 to 1. */
export function largestError(confusion: Confusion): number {
  const largestOf = (row: readonly number[], label: number): number => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return support === 0 ? 0 : Math.max(0, ...row.filter((_, predicted) => predicted !== label)) / support;
  };
  return Math.max(0, ...confusion.map(largestOf));
}

/** From 1 to 8. */
function step(share: number): number {
  return Math.max(1, Math.ceil(shades * share));
}

/** Precision, recall, F1 and support of each class. */
export function scoreTable(confusion: Confusion): Html {
  return html`<table class="scores">
    <caption>
      Scores of each class
    </caption>
    <thead>
      <tr>
        <th scope="col">class</th>
        <th scope="col">precision</th>
        <th scope="col">recall</th>
        <th scope="col">F1</th>
        <th scope="col">support</th>
      </tr>
    </thead>
    <tbody>
      ${perClass(confusion).map(
        ({ label, precision, recall, f1, support }) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td>${percent(precision)}</td>
            <td>${percent(recall)}</td>
            <td>${percent(f1)}</td>
            <td>${support}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

/** The most frequent confusions, at most ten. */
export function commonestConfusions(confusion: Confusion): Html {
  const commonest = mostConfused(confusion).slice(0, 10);
  if (commonest.length === 0) return html`<p>No class was taken for another.</p>`;
  const supports = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  return html`<table>
    <caption>
      Confused most often
    </caption>
    <thead>
      <tr>
        <th scope="col">label</th>
        <th scope="col">taken for</th>
        <th scope="col">images</th>
        <th scope="col">of label</th>
      </tr>
    </thead>
    <tbody>
      ${commonest.map(
        ({ label, predicted, count }) =>
          html`<tr>
            <td>${label}</td>
            <td>${predicted}</td>
            <td>${count}</td>
            <td>${percent((100 * count) / (supports[label] ?? NaN))}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}
