import { IdxError, SourceError } from '@mg/data-mnist/node';
import { setDeterministic } from '@mg/tensor';
import { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';
import { evaluateCheckpoint } from './commands/evaluate.ts';
import { predictPictures } from './commands/predict.ts';
import { JsonOutput, TextOutput } from './commands/train-output.ts';
import { trainAndTest } from './commands/train.ts';
import { DataError } from './data.ts';
import { DivergedError } from './evaluate.ts';
import { percent } from './format.ts';
import { InterruptedError, listenForInterrupts } from './interrupt.ts';
import { RunError } from './run/disk.ts';

const interrupt = listenForInterrupts();

// Arguments of an npm script follow "--"; pnpm passes that on.
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
    process.exitCode = interrupt.exitCode;
  } else if (error === interrupt.signal.reason) {
    console.error('stopped; nothing was changed');
    process.exitCode = interrupt.exitCode;
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
