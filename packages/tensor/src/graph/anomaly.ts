import { isFloat } from '../array/dtype.ts';
import { AnomalyError } from '../array/errors.ts';
import { showShape } from '../array/shape.ts';
import { shared } from '../array/shared.ts';
import { hasNaN } from '../kernels/copy.ts';
import { type Strided } from '../kernels/operands.ts';
import { synchronous } from './grad-mode.ts';

const mode = shared('anomaly', () => ({ isOn: false, looksInside: true }));

/** Whether operations look for NaN in what they make. */
export function detectsAnomalies(): boolean {
  return mode.isOn;
}

/** Runs the inside of an operation: what it calls is not looked at one by one, for its result is looked at as a whole. */
export function asOneOperation<Result>(fn: () => Result): Result {
  const before = mode.looksInside;
  mode.looksInside = false;
  try {
    return fn();
  } finally {
    mode.looksInside = before;
  }
}

/**
 * Runs `fn`, and throws an AnomalyError as soon as an operation, or its gradient, makes a NaN of numbers that are none: it
 * names the operation and the line that called it. For finding a mistake, not for every day: each result is searched.
 *
 * The forward pass has to run inside for the line to be known. Throws a TypeError when `fn` is async.
 *
 * ```ts
 * import { detectAnomaly, tensor } from '@mg/tensor';
 * detectAnomaly(() => tensor([1, -1]).log().sum()); // => throws AnomalyError: log made a NaN of numbers, in an output of shape [2]
 * ```
 */
export function detectAnomaly<Result>(fn: () => Result): Result {
  const before = mode.isOn;
  mode.isOn = true;
  try {
    return synchronous('detectAnomaly', fn);
  } finally {
    mode.isOn = before;
  }
}

/** Where an operation was called. */
export interface Site {
  /** The line outside of this package. */
  readonly line: string;
  /** The whole stack. */
  readonly error: Error;
}

/** Where the operation that is running was called. */
export function siteOf(name: string): Site {
  // In engines that cut stacks short this says where; in others it says nothing.
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  if (limit !== undefined) errors.stackTraceLimit = 100;
  const error = new Error(`${name} was called here`);
  if (limit !== undefined) errors.stackTraceLimit = limit;
  return { error, line: callingLine(error.stack ?? '') };
}

/** Throws an AnomalyError when the output of an operation holds a NaN and no input does. */
export function throwIfForwardMadeNaN(name: string, inputs: readonly Strided[], output: Strided): void {
  if (!mode.looksInside || !isNaNTensor(output) || inputs.some(isNaNTensor)) return;
  const { line } = siteOf(name);
  throw new AnomalyError(
    `${name} made a NaN of numbers, in an output of shape ${showShape(output.shape)}; it was called ${line}`,
  );
}

/** Throws an AnomalyError when a gradient holds a NaN, and neither what came from above nor what was saved does. */
export function throwIfBackwardMadeNaN(
  { name, site }: { readonly name: string; readonly site: Site | null },
  index: number,
  from: readonly Strided[],
  g: Strided,
): void {
  if (!isNaNTensor(g) || from.some(isNaNTensor)) return;
  const where =
    site === null
      ? 'outside of detectAnomaly, so that the line is not known; run the forward pass inside as well'
      : site.line;
  throw new AnomalyError(
    `the gradient of ${name} with respect to input ${index}, of shape ${showShape(g.shape)}, made a NaN of numbers; ${name} was called ${where}`,
    site === null ? {} : { cause: site.error },
  );
}

/** Whether a tensor holds a NaN. */
export function isNaNTensor(x: Strided): boolean {
  return isFloat(x.storage.dtype) && hasNaN(x);
}

/** The folder of this package's code, sources or built: frames from there are ours. */
const ownFolder = import.meta.url.replace(/\/(?:graph\/anomaly\.ts|[^/]*)$/, '');

/** The first line of a stack that is no line of ours: `at train (file:///app/train.ts:12:20)`. */
function callingLine(stack: string): string {
  const frames = stack.split('\n').filter((line) => /:\d+/.test(line));
  const ours = [ownFolder, ownFolder.replace(/^file:\/\//, ''), '/node_modules/@mg/'];
  const isTest = (line: string) => line.includes('.test.');
  const frame = frames.find((line) => isTest(line) || !ours.some((folder) => line.includes(folder))) ?? frames.at(-1);
  const line = frame?.trim().replace(/^at /, '') ?? 'at a place that this engine does not tell';
  return line.startsWith('at ') ? line : `at ${line}`;
}
