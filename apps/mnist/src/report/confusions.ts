import { mostConfused } from '../confusions.ts';
import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';

/** The pairs of classes that were confused most often, ten at most. */
export function commonestConfusions(confusion: readonly (readonly number[])[]): Html {
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
