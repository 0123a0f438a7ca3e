import { type Metrics } from '../metrics.ts';
import { epochCurves } from './epoch-curves.ts';
import { type Html, html } from './html.ts';
import { stepCurves } from './step-curves.ts';

/** The curves of a run: loss and learning rate over its steps, loss and accuracy over its epochs. It says what there is none of yet. */
export function curves(metrics: readonly Metrics[]): Html {
  const ofSteps = stepCurves(metrics.filter((line) => line.type === 'step'));
  const ofEpochs = epochCurves(metrics.filter((line) => line.type === 'epoch'));
  const missing = ofSteps.length === 0 ? 'No step is done yet.' : 'No epoch is over yet.';
  return html`<div class="curves">${ofSteps}${ofEpochs}</div>
    ${ofEpochs.length === 0 ? html`<p class="note">${missing}</p>` : ''}`;
}
