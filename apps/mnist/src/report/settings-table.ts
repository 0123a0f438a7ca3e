import { type Html, html } from './html.ts';

/** What a run was asked for, and where it ran; the first names are those of config.json. */
export interface ReportConfig extends Record<string, string | number | boolean> {
  model: 'mlp' | 'cnn';
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  /** Whether all training images were trained on, and none set aside for validation. */
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
