import { type Best, withEpoch } from '../best.ts';
import { type Evaluation } from '../evaluate.ts';
import { type EpochMetrics } from '../metrics.ts';
import { percent } from '../percent.ts';
import { type Html, html } from './html.ts';

/** What came out of a run, in a few figures. `epochs` are those that are over, `planned` how many there will be. */
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
