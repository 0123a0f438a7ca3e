import { stripVTControlCharacters } from 'node:util';
import { plot } from 'simple-ascii-chart';
import { type Point, type ThinnedSeries } from './thinned-series.ts';

/** Seven rows: four numbers beside the axis, with a row between each two. */
const height = 7;

/** The width of the numbers beside the axis, the ends of two axes and a tick. */
const margin = 6 + 3;

/** The number of lines of a chart with its title and axes. */
export const chartRows: number = height + 4;

/**
 * A chart of the loss over epochs on a logarithmic scale, so that the last decade is as visible as the first. Empty without a point
 * to draw or without room.
 */
export function lossCurve(series: ThinnedSeries, { columns, colour }: { columns: number; colour: boolean }): string[] {
  const width = columns - margin;
  if (width < 8) return [];
  const points = logarithmic(series.points(width));
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];

  const lowest = Math.min(...points.map(([, y]) => y));
  const highest = Math.max(...points.map(([, y]) => y));
  const third = (highest - lowest) / 3;
  const chart = plot(points, {
    width,
    height,
    customYAxisTicks: [lowest, lowest + third, highest - third, highest],
    customXAxisTicks: epochTicks(first[0], last[0], width),
    formatter: (x, { axis }) => (axis === 'y' ? lossText(x).padStart(6) : Number(x.toFixed(2))),
    ...(colour ? { color: 'ansiCyan' } : {}),
  });
  return ['loss by epoch', ...flushRight(chart, columns)];
}

function logarithmic(points: readonly Point[]): Point[] {
  return points.filter(([, loss]) => loss > 0 && loss < Infinity).map(([x, loss]) => [x, Math.log10(loss)]);
}

/** A loss in at most six characters. */
function lossText(logarithm: number): string {
  const loss = 10 ** logarithm;
  const text = loss.toPrecision(2);
  return text.length <= 6 ? text : loss.toExponential(0);
}

/** The ends of whole epochs, so few that their numbers do not touch; with fewer than two, the ends of the curve. */
function epochTicks(start: number, end: number, width: number): number[] {
  const apart = Math.ceil((8 * (end - start)) / width);
  const ticks = [];
  for (let epoch = apart * Math.ceil(start / apart); epoch <= end; epoch += apart) ticks.push(epoch);
  return ticks.length < 2 ? [start, end] : ticks;
}

/** The chart's lines, aligned at the right: the library cuts off blank columns at the left. */
function flushRight(chart: string, columns: number): string[] {
  const lines = chart.split('\n').filter((line) => line.trim() !== '');
  const widest = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  return lines.map((line) => (' '.repeat(columns - widest) + line).trimEnd());
}
