import path from 'node:path';
import { Generator, setDeterministic } from '@mg/tensor';
import { CommanderError } from 'commander';
import { IdxError, SourceError } from '@mg/data-mnist/node';
import { breather } from './breather.ts';
import { commandLine, type TrainArguments } from './command-line.ts';
import { DataError, loadDataSet } from './data.ts';
import { accuracy } from './evaluate.ts';
import { mlp } from './model.ts';
import { EpochProgress } from './progress.ts';
import { epochRow, heading, percent } from './report.ts';
import { DivergedError, train } from './train.ts';

const interrupt = new AbortController();
process.once('SIGINT', () => {
  interrupt.abort();
});

async function trainAndTest({ data: folder, targetAccuracy = 0, ...options }: TrainArguments): Promise<void> {
  const data = await loadDataSet(folder === undefined ? undefined : path.resolve(folder), interrupt.signal);
  interrupt.signal.throwIfAborted();
  setDeterministic(true); // the figures of a seed are the same on every machine
  const model = mlp(new Generator(options.seed));
  const progress = new EpochProgress(options.epochs, data.train.count, process.stderr);
  const onStep = progress.step.bind(progress);

  console.log(heading(data, options));
  try {
    for await (const result of train(model, data, { ...options, signal: interrupt.signal, onStep })) {
      progress.stop();
      console.log(epochRow(result));
    }
  } finally {
    progress.stop();
  }

  const tested = await accuracy(model, data.test, breather(interrupt.signal));
  console.log(`test accuracy ${percent(tested)}`);
  if (tested < targetAccuracy) {
    console.error(`test accuracy ${percent(tested)} is below the target of ${targetAccuracy} %`);
    process.exitCode = 1;
  }
}

// Someone who reads with `head` has seen enough. Anything else, as a full disk, is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  console.error(`error: cannot write to standard output: ${error.message}`);
  process.exit(2);
});

// In an npm script arguments follow "--", which pnpm hands on as it is.
const given = process.argv.slice(2);
if (given[0] === '--') given.shift();

try {
  await commandLine({ train: trainAndTest }).parseAsync(given, { from: 'user' });
} catch (error) {
  if (interrupt.signal.aborted) {
    console.error('stopped by Ctrl-C');
    process.exitCode = 130;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof DivergedError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } else if (error instanceof SourceError || error instanceof IdxError || error instanceof DataError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
