import * as Plot from '@observablehq/plot';
import { type EpochMetrics } from '../metrics.ts';
import { figure } from './figure.ts';
import { type Html, html } from './html.ts';
import { plot } from './plot.ts';

type Series = 'training' | 'validation';

/** What one of the series has in an epoch. */
interface Point {
  epoch: number;
  series: Series;
  value: number;
}

/** From this many epochs on, a line without dots: they would touch. */
const crowded = 40;

/** The loss and the accuracy of each epoch, in training and, where images are set aside for it, in validation. */
export function epochCurves(epochs: readonly EpochMetrics[]): Html[] {
  const losses = epochs.flatMap((line) => [
    ...point(line, 'training', line.trainLoss),
    ...point(line, 'validation', line.validationLoss),
  ]);
  const accuracies = epochs.flatMap((line) => [
    ...point(line, 'training', line.trainAccuracy),
    ...point(line, 'validation', line.validationAccuracy),
  ]);
  const drawn = losses.filter(({ value }) => value > 0); // a logarithmic axis has no 0
  const figures = [];
  if (drawn.length > 0) {
    figures.push(figure('Loss of each epoch', curve('loss, nats (logarithmic)', 'log', drawn), legend(drawn)));
  }
  if (accuracies.length > 0) {
    figures.push(figure('Accuracy of each epoch', curve('accuracy, %', 'linear', accuracies), legend(accuracies)));
  }
  return figures;
}

function point({ epoch }: EpochMetrics, series: Series, value: number | null): Point[] {
  return value === null || !Number.isFinite(value) ? [] : [{ epoch, series, value }];
}

function curve(label: string, type: 'log' | 'linear', points: readonly Point[]): Html {
  const last = Math.max(...points.map(({ epoch }) => epoch));
  const domain = ['training', 'validation'];
  return plot(`${label}: ${ends(points)}`, {
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
        title: ({ epoch, series, value }: Point) => `epoch ${epoch}, ${series}: ${value.toPrecision(4)}`,
      }),
    ],
  });
}

/** Whole numbers from 1 to `last`, ten or fewer. */
function wholeTicks(last: number): number[] {
  const apart = Math.ceil(last / 10);
  return Array.from({ length: Math.floor(last / apart) }, (_, i) => (i + 1) * apart);
}

function seriesOf(points: readonly Point[]): Series[] {
  return [...new Set(points.map(({ series }) => series))];
}

/** The first and the last value of each series, in words. */
function ends(points: readonly Point[]): string {
  const lines = seriesOf(points).map((series) => {
    const own = points.filter((point) => point.series === series);
    const texts = own.map(({ epoch, value }) => `${value.toPrecision(3)} in epoch ${epoch}`);
    return `${series} ${[...texts.slice(0, 1), ...texts.slice(1).slice(-1)].join(', ')}`;
  });
  return lines.join('; ');
}

function legend(points: readonly Point[]): Html[] {
  return seriesOf(points).map((series) => html`<span class="key ${series}">${series}</span> `);
}
