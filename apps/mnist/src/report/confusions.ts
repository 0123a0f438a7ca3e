import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';

/** The pairs of classes that were confused most often, ten at most. */
export function commonestConfusions(confusion: readonly (readonly number[])[]): Html {
  const pairs = confusion.flatMap((row, label) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({ label, predicted, count, support }));
  });
  const wrong = pairs.filter(({ label, predicted, count }) => label !== predicted && count > 0);
  if (wrong.length === 0) return html`<p>No class was taken for another.</p>`;
  const commonest = wrong.sort((a, b) => b.count - a.count).slice(0, 10);
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
        ({ label, predicted, count, support }) =>
          html`<tr>
            <td>${label}</td>
            <td>${predicted}</td>
            <td>${count}</td>
            <td>${percent((100 * count) / support)}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}
