import { type Tensor } from '@mg/tensor';
import { checkOptions } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';

/** How the losses of the samples are reduced: to their mean, to their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The options of every loss. */
export interface LossOptions {
  /** How the losses are reduced: to their mean by default. */
  readonly reduction?: Reduction | undefined;
}

type AnyOptions = { readonly reduction?: string | undefined };

/** Definition of a loss, which has the form of a function and of a class. Most take an input and a target; `Others` follow them. */
export interface LossDefinition<Options extends AnyOptions, Others extends readonly Tensor[] = []> {
  /** The names of both, for error messages. */
  readonly function: string;
  readonly class: string;
  /** The names of the options. */
  readonly options: readonly (keyof Options & string)[];
  /** The reductions: those of `Reduction` by default. */
  readonly reductions?: readonly string[];
  /** Throws a RangeError, which begins with `name`, if the options have a wrong value. */
  readonly check?: (name: string, options: Options) => void;
  /** Computes the loss, from options that are checked. Temporaries are freed. */
  readonly compute: (input: Tensor, target: Tensor, options: Options, ...others: Others) => Tensor;
}

/** Checks the options and computes the loss: what the function does. */
export function computeLoss<Options extends AnyOptions, Others extends readonly Tensor[]>(
  loss: LossDefinition<Options, Others>,
  input: Tensor,
  target: Tensor,
  options: Options,
  ...others: Others
): Tensor {
  checkLossOptions(loss.function, loss, options);
  // Read here, for an option may be a getter, which is a user's code.
  const given = Object.fromEntries(loss.options.map((name) => [name, options[name]])) as object as Options;
  return runOwn(() => loss.compute(input, target, given, ...others));
}

/** A loss with its options fixed. */
export abstract class Loss<Options extends AnyOptions, Others extends readonly Tensor[] = []> {
  readonly options: Options;
  readonly #definition: LossDefinition<Options, Others>;

  constructor(definition: LossDefinition<Options, Others>, options: Options) {
    checkLossOptions(definition.class, definition, options);
    this.#definition = definition;
    this.options = options;
  }

  /** Computes the loss. */
  forward(input: Tensor, target: Tensor, ...others: Others): Tensor {
    return computeLoss(this.#definition, input, target, this.options, ...others);
  }
}

/** Throws a TypeError for an unknown option, and a RangeError for a value that it cannot have. */
function checkLossOptions<Options extends AnyOptions, Others extends readonly Tensor[]>(
  name: string,
  { options: known, reductions = ['mean', 'sum', 'none'], check }: LossDefinition<Options, Others>,
  options: Options,
): void {
  checkOptions(name, options, known);
  const { reduction } = options;
  if (reduction !== undefined && !reductions.includes(reduction)) {
    const names = reductions.map((each) => `'${each}'`).join(', ');
    throw new RangeError(`${name}: the reduction must be one of ${names}, got ${reduction}`);
  }
  check?.(name, options);
}

/** The mean of the losses, their sum, or the losses themselves. The mean is their sum over `divisor`, if one is given. */
export function reduceLoss(losses: Tensor, reduction: Reduction = 'mean', divisor?: Tensor | number): Tensor {
  switch (reduction) {
    case 'mean':
      return divisor === undefined ? losses.mean() : losses.sum().div(divisor);
    case 'sum':
      return losses.sum();
    case 'none':
      return losses;
  }
}
