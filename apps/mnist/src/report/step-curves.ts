import * as Plot from '@observablehq/plot';
import { type StepMetrics } from '../metrics.ts';
import { figure } from './figure.ts';
import { type Html } from './html.ts';
import { plot } from './plot.ts';
import { type SmoothStep, smoothSteps } from './smooth-steps.ts';

/** The most points of a curve: one every two pixels. */
const points = 200;

/** The loss of the steps, smoothed, and their learning rate when it is not always the same. */
export function stepCurves(steps: readonly StepMetrics[]): Html[] {
  const smooth = smoothSteps(steps, points);
  const drawn = smooth.filter(({ loss }) => loss > 0); // a logarithmic axis has no 0
  const figures = [];
  if (drawn.length > 0)
    figures.push(figure('Loss of each step', lossCurve(drawn), caption(steps.length / smooth.length)));
  if (new Set(steps.map(({ lr }) => lr)).size > 1)
    figures.push(figure('Learning rate of each step', rateCurve(smooth)));
  return figures;
}

function caption(stepsInPoint: number): string {
  if (stepsInPoint === 1) return 'The cross-entropy of a batch.';
  const about = Number.isInteger(stepsInPoint) ? stepsInPoint : `about ${Math.round(stepsInPoint)}`;
  return `The cross-entropy of a batch. A point of the line is the mean of ${about} steps; eight in ten steps lie in the band.`;
}

/** On a logarithmic axis: the last epochs would all lie on the floor of a linear one. */
function lossCurve(smooth: readonly SmoothStep[]): Html {
  const floor = Math.min(...smooth.map(({ loss }) => loss)) / 2; // the band may reach far below the line
  return plot(`Loss of the steps: ${ends(smooth, 'loss')}`, {
    x: { label: 'step', ticks: 5 },
    y: { label: 'loss, nats (logarithmic)', type: 'log', tickFormat: '~r', ticks: 5 },
    marks: [
      Plot.areaY(smooth, {
        x: 'step',
        y1: ({ low }: SmoothStep) => Math.max(low, floor),
        y2: 'high',
        fill: 'var(--training)',
        fillOpacity: 0.2,
      }),
      Plot.lineY(smooth, { x: 'step', y: 'loss', stroke: 'var(--training)' }),
    ],
  });
}

function rateCurve(smooth: readonly SmoothStep[]): Html {
  return plot(`Learning rate of the steps: ${ends(smooth, 'lr')}`, {
    x: { label: 'step', ticks: 5 },
    y: { label: 'learning rate', tickFormat: '~r', ticks: 5, zero: true },
    marks: [Plot.lineY(smooth, { x: 'step', y: 'lr', stroke: 'currentColor' })],
  });
}

function ends(smooth: readonly SmoothStep[], of: 'loss' | 'lr'): string {
  const text = (point: SmoothStep | undefined): string =>
    `${point?.[of].toPrecision(2) ?? ''} at step ${point?.step ?? ''}`;
  return `${text(smooth[0])}, ${text(smooth.at(-1))}`;
}
