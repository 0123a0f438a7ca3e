import { type TopicName } from './command-line.ts';

/** A figure of a topic, as a column shows it. */
export interface Column {
  /** Its name among the figures of a run. */
  readonly figure: string;
  readonly title: string;
  /** The figure, which is a time unless said otherwise, in the unit of the title. */
  readonly show: (value: number) => string;
  /** Not a time: a ratio would say nothing. */
  readonly isPlain?: boolean;
}

/** What one call of an operation moves, in bytes, or computes, in floating-point operations. */
export const amounts: Readonly<Record<string, number>> = {
  '64': 2 * 64 ** 3,
  '256': 2 * 256 ** 3,
  '1024': 2 * 1024 ** 3,
  multiplyAndAdd: 1e7,
  copy: 8e6,
  add: 12e6,
  addInPlace: 12e6,
  mul: 12e6,
  relu: 8e6,
  exp: 8e6,
  tanh: 8e6,
  addRow: 4 * (2 * 256 * 512 + 512),
  sum: 4e6,
  sumAxis0: 4e6 + 4e3,
  sumAxis1: 4e6 + 4e3,
  maxAxis1: 4e6 + 4e3,
  softmax: 8 * 256_000,
};

/** Amount per microsecond, in thousands: GB/s, or GFLOP/s. */
function rate(figure: string, title: string): Column {
  const amount = amounts[figure] ?? NaN;
  return { figure, title, show: (microseconds) => significant(amount / microseconds / 1000) };
}

const loss: Column = { figure: 'loss', title: 'mean loss', show: (value) => value.toFixed(3), isPlain: true };
const milliseconds = (figure: string, title: string): Column => ({ figure, title, show: significant });
const epochs = (steps: number, figure: string, title: string): Column => ({
  figure,
  title,
  show: (value) => significant((value * steps) / 1000),
});
const fastest = milliseconds('p05', 'p05, ms a step');
const megabytes = (figure: string, title: string): Column => ({
  figure,
  title,
  show: (value) => value.toFixed(1),
  isPlain: true,
});

export const columns: Readonly<Record<Exclude<TopicName, 'sizes'>, readonly Column[]>> = {
  W1: [epochs(1875, 'cpu', 'CPU, s an epoch'), epochs(1875, 'ms', 'wall, s an epoch'), fastest, loss],
  W2: [epochs(234, 'cpu', 'CPU, s an epoch'), epochs(234, 'ms', 'wall, s an epoch'), fastest, loss],
  W3: [milliseconds('cpu', 'CPU, ms a step'), milliseconds('ms', 'wall, ms a step'), fastest, loss],
  W4: [milliseconds('cpu', 'CPU, ms a step'), milliseconds('ms', 'wall, ms a step'), fastest, loss],
  W5: [milliseconds('moons', 'moons, ms a step'), milliseconds('tree', 'tree, ms')],
  breakdown: [
    milliseconds('ms', 'ms a step'),
    { figure: 'calls', title: 'kernel calls', show: (value) => value.toFixed(0), isPlain: true },
  ],
  matmul: [
    rate('64', 'n = 64'),
    rate('256', 'n = 256'),
    rate('1024', 'n = 1024'),
    rate('multiplyAndAdd', 'multiply and add in registers'),
  ],
  elementwise: [
    rate('add', 'x + y'),
    rate('addInPlace', 'x += y'),
    rate('mul', 'x · y'),
    rate('relu', 'relu'),
    rate('exp', 'exp'),
    rate('tanh', 'tanh'),
    rate('addRow', '[256, 512] + [512]'),
    rate('copy', 'copy'),
  ],
  reductions: [
    rate('sum', 'sum'),
    rate('sumAxis0', 'sum, axis 0'),
    rate('sumAxis1', 'sum, axis 1'),
    rate('maxAxis1', 'max, axis 1'),
    rate('softmax', 'softmax, 256 × 1000'),
    rate('copy', 'copy'),
  ],
  cold: [{ figure: 'ms', title: 's', show: (value) => (value / 1000).toFixed(3) }],
  memory: [megabytes('before', 'MB after a tenth of the steps'), megabytes('growth', 'MB more at most from there on')],
};

/** Three significant digits, and no fewer than the whole part has. */
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A ratio: `0.50 ×`, `0.012 ×`, `81.7 ×`. */
export function times(ratio: number): string {
  return `${ratio < 0.1 ? ratio.toPrecision(2) : ratio < 10 ? ratio.toFixed(2) : significant(ratio)} ×`;
}
