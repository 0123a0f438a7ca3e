import { Command, InvalidArgumentError, Option } from 'commander';
import { type ModelName, modelNames } from './model.ts';

/** What `pnpm mnist train` is asked for. What is left out has a default that depends on the model, or on the run that is gone on with. */
export interface TrainArguments {
  model?: ModelName;
  epochs?: number;
  batchSize?: number;
  lr?: number;
  seed?: number;
  data?: string;
  out?: string;
  resume?: true;
  full?: true;
  targetAccuracy?: number;
  json?: true;
}

/** What `pnpm mnist evaluate` is asked for. */
export interface EvaluateArguments {
  checkpoint: string;
  data?: string;
  json?: true;
}

/** What `pnpm mnist predict` is asked for: PNG files, or folders of them. */
export interface PredictArguments {
  files: string[];
  checkpoint: string;
  json?: true;
}

/** What carries the commands out. */
export interface Commands {
  train: (options: TrainArguments) => Promise<void>;
  evaluate: (options: EvaluateArguments) => Promise<void>;
  predict: (options: PredictArguments) => Promise<void>;
}

/**
 * The commands and their flags. `parseAsync` calls one of `commands`, or throws a CommanderError after it has written one
 * line to standard error, or the help to standard output (then with exit code 0).
 */
export function commandLine(commands: Commands): Command {
  const program = new Command('pnpm mnist')
    .description('Trains small neural networks to read handwritten digits, with MicroGrad+.')
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
    .description('train a model and test it (done when no command is given)')
    .addOption(
      new Option('--model <name>', 'mlp, of three linear layers, or cnn, with two convolutions (default: mlp)').choices(
        modelNames,
      ),
    )
    .option('--epochs <n>', 'how often to go through the training images (default: 10)', wholeNumber(1))
    .option('--batch-size <n>', 'images in a step (default: mlp 32, cnn 64)', wholeNumber(1))
    .option('--lr <x>', 'learning rate of Adam at the start (default: mlp 0.001, cnn 0.002)', positive)
    .option('--seed <n>', 'of the first weights, the order of the images and their shifts (default: 0)', wholeNumber(0))
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)', place)
    .option('--out <dir>', 'folder of the run (default: runs/mlp-1, and so on)', place)
    .option('--resume', 'go on with the run in --out, or with the last one in runs/')
    .option('--full', 'train on all training images, without validation')
    .option('--target-accuracy <x>', 'exit with 1 if the test accuracy, in percent, is below', percentage)
    .option('--json', 'print a line of JSON for each step and epoch, and nothing else')
    .allowExcessArguments()
    .action(() => {
      const [stranger] = train.args;
      if (stranger !== undefined) train.error(`error: unknown command '${stranger}'. With npm, flags follow --`);
      return commands.train(train.opts());
    });

  const evaluate = program
    .command('evaluate')
    .description('test a trained model')
    .addOption(checkpoint())
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)', place)
    .option('--json', 'print one line of JSON, and nothing else')
    .action(() => commands.evaluate(evaluate.opts()));

  const predict = program
    .command('predict')
    .description('read digits from PNG files')
    .argument('<files...>', 'PNG files, or folders of them')
    .addOption(checkpoint())
    .option('--json', 'print a line of JSON for each file, and nothing else')
    .action(() => commands.predict({ files: predict.args, ...predict.opts<{ checkpoint: string }>() }));

  return program.addHelpText('after', () =>
    [train, evaluate, predict].map((each) => `\n${each.helpInformation()}`).join(''),
  );
}

function checkpoint(): Option {
  return new Option('--checkpoint <file>', 'safetensors file of a model, or the folder of a run')
    .argParser(place)
    .makeOptionMandatory();
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

function place(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected a path.');
}

/** A decimal, as 0.001 or 1e-3; JavaScript would take 0x1 and blanks as well. */
function number(text: string): number {
  return /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
