import * as Plot from '@observablehq/plot';
import { type EpochMetrics, type Metrics, type StepMetrics } from '../metrics.ts';
import { type Html, html } from './html.ts';
import { figure, plot } from './plot.ts';
import { type SmoothStep, smoothSteps } from './smooth-steps.ts';

/** The curves of a run: loss and learning rate of its steps, loss and accuracy of its epochs. A note says what is missing. */
export function curves(metrics: readonly Metrics[]): Html {
  const ofSteps = stepCurves(metrics.filter((line) => line.type === 'step'));
  const ofEpochs = epochCurves(metrics.filter((line) => line.type === 'epoch'));
  const missing = ofSteps.length === 0 ? 'No steps yet.' : 'No epochs yet.';
  return html`<div class="curves">${ofSteps}${ofEpochs}</div>
    ${ofEpochs.length === 0 ? html`<p class="note">${missing}</p>` : ''}`;
}

/** The greatest number of points of a curve: one every two pixels. */
const mostPoints = 200;

/** The smoothed loss of the steps, and their learning rate if it changes. */
function stepCurves(steps: readonly StepMetrics[]): Html[] {
  const smooth = smoothSteps(steps, mostPoints);
  const drawn = smooth.filter(({ loss }) => loss > 0); // a logarithmic axis has no 0
  const figures = [];
  if (drawn.length > 0)
    figures.push(figure('Loss of each step', lossCurve(drawn), lossCaption(steps.length / smooth.length)));
  if (new Set(steps.map(({ lr }) => lr)).size > 1)
    figures.push(figure('Learning rate of each step', learningRateCurve(smooth)));
  return figures;
}

function lossCaption(stepsInPoint: number): string {
  if (stepsInPoint === 1) return 'The cross-entropy of a batch.';
  const about = Number.isInteger(stepsInPoint) ? stepsInPoint : `about ${Math.round(stepsInPoint)}`;
  return `The cross-entropy of a batch. A point of the line is the mean of ${about} steps; eight in ten steps lie in the band.`;
}

/** On a logarithmic axis: on a linear one, the last epochs would all lie at 0. */
function lossCurve(smooth: readonly SmoothStep[]): Html {
  const floor = Math.min(...smooth.map(({ loss }) => loss)) / 2; // the band may reach far below the line
  return plot(`Loss of the steps: ${stepEnds(smooth, 'loss')}`, {
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

function learningRateCurve(smooth: readonly SmoothStep[]): Html {
  return plot(`Learning rate of the steps: ${stepEnds(smooth, 'lr')}`, {
    x: { label: 'step', ticks: 5 },
    y: { label: 'learning rate', tickFormat: '~r', ticks: 5, zero: true },
    marks: [Plot.lineY(smooth, { x: 'step', y: 'lr', stroke: 'currentColor' })],
  });
}

function stepEnds(smooth: readonly SmoothStep[], of: 'loss' | 'lr'): string {
  const text = (point: SmoothStep | undefined): string =>
    `${point?.[of].toPrecision(2) ?? ''} at step ${point?.step ?? ''}`;
  return `${text(smooth[0])}, ${text(smooth.at(-1))}`;
}

type Series = 'training' | 'validation';

/** The value of a series in an epoch. */
interface EpochPoint {
  epoch: number;
  series: Series;
  value: number;
}

/** With this many epochs or more, the line has no dots: they would touch. */
const crowded = 40;

/** The loss and the accuracy of each epoch in training and, if there is any, in validation. */
function epochCurves(epochs: readonly EpochMetrics[]): Html[] {
  const losses = epochs.flatMap((line) => [
    ...epochPoint(line, 'training', line.trainLoss),
    ...epochPoint(line, 'validation', line.validationLoss),
  ]);
  const accuracies = epochs.flatMap((line) => [
    ...epochPoint(line, 'training', line.trainAccuracy),
    ...epochPoint(line, 'validation', line.validationAccuracy),
  ]);
  const drawn = losses.filter(({ value }) => value > 0); // a logarithmic axis has no 0
  const figures = [];
  if (drawn.length > 0) {
    figures.push(figure('Loss of each epoch', epochCurve('loss, nats (logarithmic)', 'log', drawn), legend(drawn)));
  }
  if (accuracies.length > 0) {
    figures.push(figure('Accuracy of each epoch', epochCurve('accuracy, %', 'linear', accuracies), legend(accuracies)));
  }
  return figures;
}

function epochPoint({ epoch }: EpochMetrics, series: Series, value: number | null): EpochPoint[] {
  return value === null || !Number.isFinite(value) ? [] : [{ epoch, series, value }];
}

function epochCurve(label: string, type: 'log' | 'linear', points: readonly EpochPoint[]): Html {
  const last = Math.max(...points.map(({ epoch }) => epoch));
  const domain = ['training', 'validation'];
  return plot(`${label}: ${epochEnds(points)}`, {
    x: { label: 'epoch', domain: [0.5, last + 0.5], ticks: wholeTicks(last), tickFormat: 'd' },
    y: { label, type, tickFormat: '~r', ticks: 5, nice: true },
    color: { domain, range: ['var(--training)', 'var(--validation)'] },
    symbol: { domain, range: ['circle', 'square'] },
    marks: [
      Plot.lineY(points, { x: 'epoch', y: 'value', z: 'series', stroke: 'series' }),
      Plot.dot(last < crowded ? points : [], {
        x: 'epoch',
        y: 'value',
        fill: 'series',
        symbol: 'series',
        title: ({ epoch, series, value }: EpochPoint) => `epoch ${epoch}, ${series}: ${value.toPrecision(4)}`,
      }),
    ],
  });
}

/** At most ten whole numbers from 1 to `last`. */
function wholeTicks(last: number): number[] {
  const apart = Math.ceil(last / 10);
  return Array.from({ length: Math.floor(last / apart) }, (_, i) => (i + 1) * apart);
}

function seriesOf(points: readonly EpochPoint[]): Series[] {
  return [...new Set(points.map(({ series }) => series))];
}

/** The first and the last value of each series, in words. */
function epochEnds(points: readonly EpochPoint[]): string {
  const lines = seriesOf(points).map((series) => {
    const own = points.filter((point) => point.series === series);
    const texts = own.map(({ epoch, value }) => `${value.toPrecision(3)} in epoch ${epoch}`);
    return `${series} ${[...texts.slice(0, 1), ...texts.slice(1).slice(-1)].join(', ')}`;
  });
  return lines.join('; ');
}

function legend(points: readonly EpochPoint[]): Html[] {
  return seriesOf(points).map((series) => html`<span class="key ${series}">${series}</span> `);
}
