import { type Html, html } from './html.ts';

/** How many shades the style sheet has for a cell: `wrong1` to `wrong8` off the diagonal, `right1` to `right8` on it. */
const shades = 8;

/**
 * A confusion matrix as a table: rows are labels, columns what their images were taken for, an empty cell is a 0.
 *
 * Cells are shaded by their share of the row. Errors have a scale of their own, up to the largest share of one, so that they
 * are seen beside a diagonal a hundred times as large.
 */
export function confusionMatrix(confusion: readonly (readonly number[])[]): Html {
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

/** The largest share of a label's images that were taken for one other class, from 0 to 1. */
export function largestError(confusion: readonly (readonly number[])[]): number {
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
