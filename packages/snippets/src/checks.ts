import { samePrint } from './compare.ts';
import { print } from './print.ts';

/** One `// =>`: its position and its text. */
export interface Expectation {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/**
 * Checks the `// =>` results of one snippet while it runs. The rewritten snippet passes each value to its check.
 * Runs in Node and in browsers.
 *
 * A failed check throws immediately, and again from `finish`, in case the snippet catches the error.
 */
export class Checks {
  readonly #expectations: readonly Expectation[];
  readonly #reached: Set<number> = new Set();
  readonly #failures: Error[] = [];

  constructor(expectations: readonly Expectation[]) {
    this.#expectations = expectations;
  }

  /** `expression; // => text`. Returns the value. */
  value<T>(index: number, value: T): T {
    this.#compare(this.#reach(index), value instanceof Promise ? 'a promise; await it' : print(value));
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
    this.#fail(expectation, `it does not throw, its value is ${print(value)}`);
  }

  /** The same for an expression with `await`. */
  async rejects(index: number, run: () => Promise<unknown>): Promise<void> {
    const expectation = this.#reach(index);
    let value: unknown;
    try {
      value = await run();
    } catch (error) {
      this.#compareError(expectation, error);
      return;
    }
    this.#fail(expectation, `it does not throw, its value is ${print(value)}`);
  }

  /** Returns the number of checks. Throws if one of them failed or was never reached. */
  finish(): number {
    const [failure] = this.#failures;
    if (failure) throw failure;
    for (const [index, expectation] of this.#expectations.entries()) {
      if (!this.#reached.has(index)) this.#fail(expectation, 'the snippet ends before this line runs');
    }
    return this.#expectations.length;
  }

  #reach(index: number): Expectation {
    const expectation = this.#expectations[index];
    if (!expectation)
      throw new RangeError(
        `Checks: check ${index} does not exist, there are ${this.#expectations.length}; rewrite the snippet again`,
      );
    this.#reached.add(index);
    return expectation;
  }

  #compare(expectation: Expectation, printed: string): void {
    if (!samePrint(printed, expectation.text)) this.#fail(expectation, `it is ${printed}`);
  }

  #compareError(expectation: Expectation, error: unknown): void {
    const [, name = '', message = ''] = /^throws (\w+)(?:: (.*))?$/.exec(expectation.text) ?? [];
    const same = error instanceof Error && error.name === name && oneLine(error.message).includes(message);
    if (!same) this.#fail(expectation, `it throws ${print(error)}`);
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
