import { Command, InvalidArgumentError, Option } from 'commander';
import { garbled, isGarbled, writeLine } from './format.ts';
import { type ModelName, modelNames } from './model.ts';

/** The arguments of `pnpm mnist train`. Defaults depend on the model, or on the run that is resumed. */
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

/** The arguments of `pnpm mnist evaluate`. The default of `checkpoint` is the latest run. */
export interface EvaluateArguments {
  checkpoint?: string;
  data?: string;
  json?: true;
}

/** The arguments of `pnpm mnist predict`; `files` are pictures or folders of them. The default of `checkpoint` is the latest run. */
export interface PredictArguments {
  files: string[];
  checkpoint?: string;
  json?: true;
}

/** A function for each command. */
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
        writeLine({ write }, `${sentence(text)} Try --help.`);
      },
    });

  const train = program
    .command('train', { isDefault: true })
    .description('train a model and test it (the default command)')
    .addOption(
      new Option('--model <name>', 'mlp, of three linear layers, or cnn, with two convolutions (default: mlp)').choices(
        modelNames,
      ),
    )
    .option(
      '--epochs <n>',
      'passes over the training images (default: 10); with --resume, more train a finished run further',
      wholeNumber(1),
    )
    .option('--batch-size <n>', 'images per step (default: mlp 32, cnn 64)', wholeNumber(1))
    .option('--lr <x>', 'initial learning rate of Adam (default: mlp 0.001, cnn 0.002)', positive)
    .option('--seed <n>', 'seed of the initial weights, the image order and the shifts (default: 0)', wholeNumber(0))
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)', place)
    .option('--out <dir>', 'folder of the run (default: runs/mlp-1, runs/mlp-2 and so on)', place)
    .option('--resume', 'resume the run in --out, or the latest one in runs/')
    .option('--full', 'train on all training images, without validation')
    .option('--target-accuracy <x>', 'exit with 1 if the test accuracy is below this percentage', percentage)
    .option('--json', 'print only JSON: a line for each step and epoch, and for the test')
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
    .option('--json', 'print only JSON: one line')
    .action(() => commands.evaluate(evaluate.opts()));

  const predict = program
    .command('predict')
    .description('read digits from PNG and JPEG files')
    .argument('<files...>', 'PNG and JPEG files, or folders of them')
    .addOption(checkpoint())
    .option('--json', 'print only JSON: a line for each file')
    .action(() => commands.predict({ files: predict.args, ...predict.opts<Omit<PredictArguments, 'files'>>() }));

  return program.addHelpText('after', () =>
    [train, evaluate, predict].map((each) => `\n${each.helpInformation()}`).join(''),
  );
}

/** Commander's error as one sentence: for a misspelt flag, commander appends a line with a suggestion. */
function sentence(text: string): string {
  return text
    .trim()
    .replace(/\n(?=\(Did you mean)/, ' ')
    .replace(/[^.)]$/, '$&.');
}

function checkpoint(): Option {
  const what = 'safetensors file of a model, or the folder of a run (default: the latest run in runs/)';
  return new Option('--checkpoint <file>', what).argParser(place);
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    const isWhole = /^\d+$/.test(text);
    if (isWhole && n > Number.MAX_SAFE_INTEGER) {
      throw new InvalidArgumentError(
        `It is too large to be exact. Expected a whole number up to ${Number.MAX_SAFE_INTEGER}.`,
      );
    }
    if (isWhole && n >= least) return n;
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
  throw new InvalidArgumentError('Expected a percentage from 0 to 100.');
}

function place(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a path.');
  if (isGarbled(text)) throw new InvalidArgumentError(`${garbled}.`);
  return text;
}

/** Parses a decimal such as 0.001 or 1e-3. (`Number` also accepts 0x1 and blanks.) */
function number(text: string): number {
  return /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
