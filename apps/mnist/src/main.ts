import { IdxError, SourceError } from '@mg/data-mnist/node';
import { setDeterministic } from '@mg/tensor';
import { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';
import { evaluateCheckpoint } from './commands/evaluate.ts';
import { predictPictures } from './commands/predict.ts';
import { InterruptedError, trainAndTest } from './commands/train.ts';
import { DataError } from './data.ts';
import { DivergedError } from './diverged-error.ts';
import { JsonOutput } from './output/json-output.ts';
import { percent } from './percent.ts';
import { RunError } from './run/run-error.ts';
import { TextOutput } from './output/text-output.ts';

// A first Ctrl-C lets a run be saved. One that comes much later is of someone who does not want to wait for that; npm may hand on
// a second one at once.
const interrupt = new AbortController();
let exitCodeOfStop = 0;
let stoppedAt = Infinity;
for (const [name, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(name, () => {
    if (performance.now() > stoppedAt + 1_000) process.exit(128 + number);
    stop(128 + number);
  });
}

function stop(exitCode: number): void {
  if (interrupt.signal.aborted) return;
  exitCodeOfStop = exitCode;
  stoppedAt = performance.now();
  interrupt.abort();
}

// Someone who reads with `head` has seen enough. Anything else, as a full disk, is an error. Either way a run is saved first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (interrupt.signal.aborted) return;
  if (error.code !== 'EPIPE') console.error(`error: cannot write to standard output: ${error.message}`);
  stop(error.code === 'EPIPE' ? 0 : 2);
});

// In an npm script arguments follow "--", which pnpm hands on as it is.
const given = process.argv.slice(2);
if (given[0] === '--') given.shift();

const commands = commandLine({
  async train({ targetAccuracy = 0, ...options }) {
    const output = options.json ? new JsonOutput(process.stdout) : new TextOutput(process);
    const accuracy = await trainAndTest(options, output, interrupt.signal);
    if (accuracy >= targetAccuracy) return;
    console.error(`test accuracy ${percent(accuracy)} is below the target of ${targetAccuracy} %`);
    process.exitCode = 1;
  },
  evaluate: (options) => evaluateCheckpoint(options, process.stdout, interrupt.signal),
  async predict(options) {
    if (!(await predictPictures(options, process, interrupt.signal))) process.exitCode = 2;
  },
});

setDeterministic(true); // the same figures on every machine

try {
  await commands.parseAsync(given, { from: 'user' });
} catch (error) {
  if (error instanceof InterruptedError) {
    console.error(error.message);
    process.exitCode = exitCodeOfStop;
  } else if (error === interrupt.signal.reason) {
    console.error('stopped; nothing was begun');
    process.exitCode = exitCodeOfStop;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof DivergedError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } else if (
    error instanceof SourceError ||
    error instanceof IdxError ||
    error instanceof DataError ||
    error instanceof RunError
  ) {
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
