import { perClass } from '../per-class.ts';
import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';

/** Precision, recall, F1 and support of each class. */
export function scoreTable(confusion: readonly (readonly number[])[]): Html {
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
