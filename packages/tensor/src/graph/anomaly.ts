import { synchronous } from '../array/arguments.ts';
import { isFloat } from '../array/dtype.ts';
import { AnomalyError } from '../array/errors.ts';
import { showShape } from '../array/shape.ts';
import { endWithJob, leaveScopes, state } from '../array/state.ts';
import { hasNaN } from '../kernels/copy.ts';
import { type Strided } from '../kernels/operands.ts';

/** Runs the inside of an operation: nested operations are not searched one by one, because the result of the whole is. */
export function asOneOperation<Result>(fn: () => Result): Result {
  const current = state;
  const before = current.looksInside;
  state.looksInside = false;
  try {
    return fn();
  } finally {
    current.looksInside = before;
  }
}

/**
 * Runs `fn`, and throws an AnomalyError as soon as an operation or its gradient produces NaN from inputs without NaN. The error
 * names the operation and the line that called it. Use it for debugging only: it searches every result.
 *
 * Run the forward pass inside as well, so that the line is known. Throws a TypeError if `fn` is async. If `fn` is interrupted, the
 * search goes on until the current job ends, as with `noGrad`.
 *
 * ```ts
 * import { detectAnomaly, tensor } from '@mg/tensor';
 * detectAnomaly(() => tensor([1, -1]).log().sum()); // => throws AnomalyError: log produced NaN from inputs without NaN, in an output of shape [2]
 * ```
 */
export function detectAnomaly<Result>(fn: () => Result): Result {
  leaveScopes();
  endWithJob();
  const current = state;
  const { findsNaN, looksInside } = current;
  state.findsNaN = true;
  state.looksInside = true;
  try {
    return synchronous('detectAnomaly', fn);
  } finally {
    current.findsNaN = findsNaN;
    current.looksInside = looksInside;
  }
}

/** Where an operation was called. */
export interface Site {
  /** The line outside this package. */
  readonly line: string;
  /** The whole stack. */
  readonly error: Error;
}

/** Where the operation that is running was called. */
export function siteOf(name: string): Site {
  // Some engines limit the length of stacks. Where there is no such limit, the property is missing.
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  if (limit !== undefined) errors.stackTraceLimit = 100;
  const error = new Error(`${name} was called here`);
  if (limit !== undefined) errors.stackTraceLimit = limit;
  return { error, line: callingLine(error.stack ?? '') };
}

/** Throws an AnomalyError if the output of an operation holds NaN and no input does. */
export function throwIfForwardMadeNaN(name: string, inputs: readonly Strided[], output: Strided): void {
  if (!state.looksInside || !isNaNTensor(output) || inputs.some(isNaNTensor)) return;
  const { line } = siteOf(name);
  throw new AnomalyError(
    `${name} produced NaN from inputs without NaN, in an output of shape ${showShape(output.shape)}; it was called ${line}`,
  );
}

/** Throws an AnomalyError if a gradient holds NaN, and neither the incoming gradient nor a saved tensor does. */
export function throwIfBackwardMadeNaN(
  { name, site }: { readonly name: string; readonly site: Site | null },
  index: number,
  from: readonly Strided[],
  g: Strided,
): void {
  if (!isNaNTensor(g) || from.some(isNaNTensor)) return;
  const where =
    site === null ? 'outside detectAnomaly, so the line is unknown; run the forward pass inside as well' : site.line;
  throw new AnomalyError(
    `the gradient of ${name} with respect to input ${index}, of shape ${showShape(g.shape)}, produced NaN from inputs without NaN; ${name} was called ${where}`,
    site === null ? {} : { cause: site.error },
  );
}

/** Whether a tensor holds a NaN. */
export function isNaNTensor(x: Strided): boolean {
  return isFloat(x.storage.dtype) && hasNaN(x);
}

/** The first line of a stack outside this package: `at train (file:///app/train.ts:12:20)`. */
function callingLine(stack: string): string {
  const frames = stack.split('\n').filter((line) => /:\d+/.test(line));
  // The first frame is of this file. `import.meta.url` would say the same in modules only: bundlers make undefined of it in
  // CommonJS, or the path on the machine that they ran on.
  const ours = [ownFolder(frames[0] ?? ''), '/node_modules/@mg/'];
  const isTest = (line: string) => line.includes('.test.');
  const frame = frames.find((line) => isTest(line) || !ours.some((folder) => line.includes(folder))) ?? frames.at(-1);
  const line = frame?.trim().replace(/^at /, '') ?? 'at an unknown line';
  return line.startsWith('at ') ? line : `at ${line}`;
}

/** The folder of this package's code, sources or built, by a frame of this file: `at siteOf (file:///app/chunk.js:7:9)`. */
function ownFolder(frame: string): string {
  const file = /^\s*(?:at )?(?:.*?[(@])?(.*?)(?::\d+)+\)?$/.exec(frame)?.[1] ?? '';
  return file.replace(/[/\\](?:graph[/\\]anomaly\.ts|[^/\\]*)$/, '');
}
