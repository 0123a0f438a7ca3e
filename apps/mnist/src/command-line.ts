import { Command, InvalidArgumentError } from 'commander';

/** What `pnpm mnist train` is asked for. */
export interface TrainArguments {
  epochs: number;
  batchSize: number;
  lr: number;
  seed: number;
  data?: string;
  targetAccuracy?: number;
}

/**
 * The commands and their flags. `parseAsync` calls one of `commands`, or throws a CommanderError after it has written one
 * line to standard error, or the help to standard output (then with exit code 0).
 */
export function commandLine(commands: { train: (options: TrainArguments) => Promise<void> | void }): Command {
  const program = new Command('pnpm mnist')
    .description('Trains a small neural network to read handwritten digits, with MicroGrad+.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      outputError: (text, write) => {
        write(
          `${text
            .trim()
            .replaceAll('\n', ' ')
            .replace(/[^.)]$/, '$&.')} Try --help.\n`,
        );
      },
    });

  const train = program
    .command('train', { isDefault: true })
    .description('train on MNIST and test the result (done when no command is given)')
    .option('--epochs <n>', 'how often to go through the training images', wholeNumber(1), 3)
    .option('--batch-size <n>', 'images in a step', wholeNumber(1), 32)
    .option('--lr <x>', 'learning rate of Adam', positive, 1e-3)
    .option('--seed <n>', 'of the first weights and the order of the images', wholeNumber(0), 0)
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)', folder)
    .option('--target-accuracy <x>', 'exit with 1 if the test accuracy, in percent, is below', percentage)
    .allowExcessArguments()
    .action(() => {
      const [stranger] = train.args;
      if (stranger !== undefined) train.error(`error: unknown command '${stranger}'. With npm, flags follow --`);
      return commands.train(train.opts());
    });

  return program.addHelpText('after', () => `\n${train.helpInformation()}`);
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(n) && n >= least) return n;
    throw new InvalidArgumentError(`Expected a whole number, ${least} or more.`);
  };
}

function positive(text: string): number {
  const x = number(text);
  if (x > 0 && x < Infinity) return x;
  throw new InvalidArgumentError('Expected a number above 0.');
}

function percentage(text: string): number {
  const x = number(text);
  if (x >= 0 && x <= 100) return x;
  throw new InvalidArgumentError('Expected percent, a number from 0 to 100.');
}

function folder(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected the path of a folder.');
}

/** A decimal, as 0.001 or 1e-3; JavaScript would take 0x1 and blanks as well. */
function number(text: string): number {
  return /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
