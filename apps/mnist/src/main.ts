import { IdxError, SourceError } from '@mg/data-mnist/node';
import { setDeterministic } from '@mg/tensor';
import { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';
import { evaluateCheckpoint } from './commands/evaluate.ts';
import { predictPictures } from './commands/predict.ts';
import { JsonOutput, TextOutput } from './commands/train-output.ts';
import { trainAndTest, whatNext } from './commands/train.ts';
import { DataError } from './data.ts';
import { DivergedError } from './evaluate.ts';
import { percent, writeLine } from './format.ts';
import { InterruptedError, listenForInterrupts } from './interrupt.ts';
import { RunError } from './run/disk.ts';

const interrupt = listenForInterrupts();

// Arguments of an npm script follow "--"; pnpm passes that on.
const given = process.argv.slice(2);
if (given[0] === '--') given.shift();

const commands = commandLine({
  async train({ targetAccuracy = 0, ...options }) {
    const output = options.json ? new JsonOutput(process.stdout) : new TextOutput(process);
    const { accuracy, folder } = await trainAndTest(options, output, interrupt.signal);
    for (const line of whatNext(folder)) writeLine(process.stderr, line);
    if (accuracy >= targetAccuracy) return;
    writeLine(process.stderr, `test accuracy ${percent(accuracy)} is below the target of ${targetAccuracy} %`);
    process.exitCode = 1;
  },
  evaluate: (options) => evaluateCheckpoint(options, process, interrupt.signal),
  async predict(options) {
    if (!(await predictPictures(options, process, interrupt.signal))) process.exitCode = 2;
  },
});

setDeterministic(true); // the same figures on every machine

try {
  await commands.parseAsync(given, { from: 'user' });
} catch (error) {
  if (error instanceof InterruptedError) {
    writeLine(process.stderr, error.message);
    process.exitCode = interrupt.exitCode;
  } else if (error === interrupt.signal.reason) {
    writeLine(process.stderr, 'stopped; nothing was changed');
    process.exitCode = interrupt.exitCode;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof DivergedError) {
    writeLine(process.stderr, `error: ${error.message}`);
    process.exitCode = 1;
  } else if (
    error instanceof SourceError ||
    error instanceof IdxError ||
    error instanceof DataError ||
    error instanceof RunError
  ) {
    writeLine(process.stderr, `error: ${error.message}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
