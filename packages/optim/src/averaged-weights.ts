import { type Tensor } from '@mg/tensor';
import { elements, read, synchronous } from '@mg/tensor/internal';
import { belowOne, checkSettings, complete, listOf, must, type OptionRules, type Settings, whole } from './options.ts';
import { checkedParams } from './params.ts';
import { copyOf, isLike, refuse } from './state-dict.ts';

/** The options of AveragedWeights. */
export interface AveragedWeightsOptions {
  /** The share of the average that each update keeps, such as 0.999; null, the default, for the mean of all updates. */
  readonly decay?: number | null | undefined;
}

/** The state of AveragedWeights. */
export interface AveragedWeightsState {
  readonly decay: number | null;
  readonly count: number;
  readonly averages: readonly Tensor[];
}

const rules: OptionRules<AveragedWeightsOptions> = {
  owner: 'AveragedWeights',
  table: { decay: [null, (name, value) => (value === null ? [] : belowOne(name, value))] },
};

/**
 * Averages of the parameters of a model, which often do better on new data than the last ones. The first update copies them; then, with `decay`, the averages
 * follow exponentially: a = decay · a + (1 − decay) · p, and otherwise they are the mean over all updates, as in stochastic weight averaging.
 *
 * Running statistics, such as those of a batch norm, are averaged if they are passed along: `[...model.parameters(), ...statistics]`.
 *
 * Throws a RangeError for a decay outside [0, 1), and a TypeError for tensors that are not leaves of floats.
 *
 * ```ts
 * import { AveragedWeights } from '@mg/optim';
 * import { tensor } from '@mg/tensor';
 * const weight = tensor([8], { requiresGrad: true });
 * const average = new AveragedWeights([weight], { decay: 0.75 });
 * average.update(); // after each step of the optimizer
 * weight.detach().fill_(4);
 * average.update();
 * average.averages[0]; // => tensor([7])
 * average.run(() => weight.item()); // => 7
 * weight.item(); // => 4
 * ```
 *
 * @see P. Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization (2018), https://arxiv.org/abs/1803.05407
 */
export class AveragedWeights {
  readonly #params: readonly Tensor[];
  readonly #settings: Settings<AveragedWeightsOptions>;
  readonly #averages: readonly Tensor[];
  #count = 0;

  constructor(params: Tensor | Iterable<Tensor>, options: AveragedWeightsOptions = {}) {
    this.#settings = complete(rules, options);
    checkSettings(rules, this.#settings);
    this.#params = checkedParams('AveragedWeights', params, []);
    this.#averages = this.#params.map(copyOf);
  }

  /** The number of updates. */
  get count(): number {
    return this.#count;
  }

  /** The averages, in the order of the parameters. */
  get averages(): readonly Tensor[] {
    return this.#averages;
  }

  /** Lets the averages follow the parameters as they are now. */
  update(): void {
    const { decay } = this.#settings;
    const share = decay === null ? 1 / (this.#count + 1) : 1 - decay;
    for (const [average, param] of this.#pairs()) {
      const numbers = read(param).slice();
      const into = elements(average);
      if (this.#count === 0) into.set(numbers);
      else for (let i = 0; i < into.length; i++) into[i]! += share * (numbers[i]! - into[i]!);
    }
    this.#count++;
  }

  /** Writes the averages into the parameters, for good. */
  copyToParameters(): void {
    for (const [average, param] of this.#pairs()) elements(param).set(read(average).slice());
  }

  /**
   * Runs `fn` with the averages in the parameters, such as a validation, and puts the parameters back. Returns its result.
   *
   * Throws a TypeError if `fn` is async: it would continue after the parameters are back.
   */
  run<Result>(fn: () => Result): Result {
    const before = this.#params.map((param) => read(param).slice());
    this.copyToParameters();
    try {
      return synchronous('AveragedWeights.run', fn);
    } finally {
      for (const [index, param] of this.#params.entries()) elements(param).set(before[index] ?? []);
    }
  }

  /** A copy of the averages, the number of updates and the decay. */
  stateDict(): AveragedWeightsState {
    return { ...this.#settings, count: this.#count, averages: this.#averages.map(copyOf) };
  }

  /** Resumes from a state. Throws a RangeError that lists every problem; then nothing is changed. */
  loadStateDict(state: AveragedWeightsState): void {
    const { decay, count, averages } = Object(state) as AveragedWeightsState;
    const wrong = listOf(() => [], this.#averages.length)('averages', averages);
    refuse('AveragedWeights', [
      ...must(`${this.#settings.decay}, as in the options`, (value) => value === this.#settings.decay)('decay', decay),
      ...whole(0)('count', count),
      ...wrong,
      ...(wrong.length > 0 ? [] : this.#averages.flatMap((each, at) => isLike(each)(`averages[${at}]`, averages[at]))),
    ]);
    for (const [index, average] of this.#averages.entries())
      elements(average).set(read(averages[index] as Tensor).slice());
    this.#count = count;
  }

  *#pairs(): Generator<readonly [average: Tensor, param: Tensor]> {
    for (const [index, average] of this.#averages.entries()) yield [average, this.#params[index] as Tensor];
  }
}
