import { samePrint } from './compare.ts';
import { print } from './print.ts';

/** One `// =>`: where it stands and what it says. */
export interface Expectation {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/**
 * The `// =>` of one snippet while it runs: a rewritten snippet hands each value to the check that was written for it.
 * Runs in Node and in browsers.
 *
 * A check that fails throws at once, and again from `finish`, in case the snippet caught it.
 */
export class Checks {
  readonly #expectations: readonly Expectation[];
  readonly #reached: Set<number> = new Set();
  readonly #failures: Error[] = [];

  constructor(expectations: readonly Expectation[]) {
    this.#expectations = expectations;
  }

  /** `expression; // => text`. Hands the value on. */
  value<T>(index: number, value: T): T {
    this.#compare(this.#reach(index), value instanceof Promise ? 'a promise (await it)' : print(value));
    return value;
  }

  /** `console.log(a, b); // => text`. */
  logged(index: number, ...values: readonly unknown[]): void {
    this.#compare(this.#reach(index), values.map((value) => print(value)).join(' '));
  }

  /** `expression; // => throws GraphError: part of the message`. */
  throws(index: number, run: () => unknown): void {
    const expectation = this.#reach(index);
    let value: unknown;
    try {
      value = run();
    } catch (error) {
      this.#compareError(expectation, error);
      return;
    }
    this.#fail(expectation, `nothing is thrown: the value is ${print(value)}`);
  }

  /** The same for an expression that awaits. */
  async rejects(index: number, run: () => Promise<unknown>): Promise<void> {
    const expectation = this.#reach(index);
    let value: unknown;
    try {
      value = await run();
    } catch (error) {
      this.#compareError(expectation, error);
      return;
    }
    this.#fail(expectation, `nothing is thrown: the value is ${print(value)}`);
  }

  /** How many checks there were. Throws if one of them failed or was never reached. */
  finish(): number {
    const [failure] = this.#failures;
    if (failure) throw failure;
    for (const [index, expectation] of this.#expectations.entries()) {
      if (!this.#reached.has(index)) this.#fail(expectation, 'the snippet ends without reaching it');
    }
    return this.#expectations.length;
  }

  #reach(index: number): Expectation {
    const expectation = this.#expectations[index];
    if (!expectation) throw new RangeError(`check ${index} of ${this.#expectations.length}: rewrite the snippet anew`);
    this.#reached.add(index);
    return expectation;
  }

  #compare(expectation: Expectation, printed: string): void {
    if (!samePrint(printed, expectation.text)) this.#fail(expectation, `it is ${printed}`);
  }

  #compareError(expectation: Expectation, error: unknown): void {
    const [, name = '', message = ''] = /^throws (\w+)(?:: (.*))?$/.exec(expectation.text) ?? [];
    const same = error instanceof Error && error.name === name && oneLine(error.message).includes(message);
    if (!same) this.#fail(expectation, `what is thrown is ${print(error)}`);
  }

  #fail({ file, line, text }: Expectation, found: string): never {
    const failure = new Error(`${file}:${line}: the snippet says => ${text}\nbut ${found}`);
    this.#failures.push(failure);
    throw failure;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
