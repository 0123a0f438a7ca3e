import { describe } from '../describe.ts';
import { expectText, expectToken } from './unicode.ts';

export interface CharTokenizerOptions {
  /** The character that stands for those that are not in the vocabulary; it is added if it is not in it. Default: they are errors. */
  unknown?: string | undefined;
}

/** What `JSON.stringify` makes of a tokenizer of characters, and `CharTokenizer.fromJSON` reads. */
export interface CharTokenizerJson {
  readonly type: 'char';
  readonly vocabulary: readonly string[];
  readonly unknown?: string;
}

/**
 * Makes tokens of characters (Unicode code points): token i is the i-th character of the vocabulary.
 *
 * ```ts
 * import { CharTokenizer } from '@mg/data';
 *
 * const tokenizer = CharTokenizer.train('hello');
 * console.log(tokenizer.size, tokenizer.encode('hole')); // => 4 [1, 3, 2, 0]
 * console.log(tokenizer.decode([1, 0, 2, 2, 3])); // => hello
 * tokenizer.encode('help'); // => throws RangeError: the character "p" at 3 is not in the vocabulary
 * ```
 */
export class CharTokenizer {
  /** The characters in the order of their tokens. */
  readonly vocabulary: readonly string[];
  readonly unknown: string | undefined;
  readonly #tokens: ReadonlyMap<string, number>;

  /** @param vocabulary - different characters, in the order of their tokens; throws a RangeError for anything else */
  constructor(vocabulary: Iterable<string>, { unknown }: CharTokenizerOptions = {}) {
    const characters = [...vocabulary];
    if (unknown !== undefined && !characters.includes(unknown)) characters.push(unknown);
    for (const character of characters) {
      if (typeof character === 'string' && Array.from(character).length === 1) continue;
      throw new RangeError(`CharTokenizer: ${describe(character)} is not one character`);
    }
    this.#tokens = new Map(characters.map((character, token) => [character, token]));
    if (this.#tokens.size < characters.length) {
      const repeated = characters.find((character, token) => this.#tokens.get(character) !== token);
      throw new RangeError(
        `CharTokenizer: ${describe(repeated)} is in the vocabulary twice. Pass different characters`,
      );
    }
    this.vocabulary = characters;
    this.unknown = unknown;
  }

  /** Makes a vocabulary of all characters of a text, or of several, in sorted order. */
  static train(texts: string | Iterable<string>, options: CharTokenizerOptions = {}): CharTokenizer {
    const characters = new Set<string>();
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      expectText('CharTokenizer.train', text);
      for (const character of text) characters.add(character);
    }
    return new CharTokenizer([...characters].sort(), options);
  }

  /** Reads what `JSON.stringify(tokenizer)` wrote, after `JSON.parse`. @throws TypeError for anything else */
  static fromJSON(json: CharTokenizerJson): CharTokenizer {
    const { type, vocabulary, unknown } = json as Partial<CharTokenizerJson>;
    if (type !== 'char' || !Array.isArray(vocabulary)) {
      throw new TypeError(
        "CharTokenizer.fromJSON: expected { type: 'char', vocabulary }. Pass what JSON.stringify(tokenizer) wrote",
      );
    }
    return new CharTokenizer(vocabulary as readonly string[], { unknown });
  }

  /** The number of tokens. */
  get size(): number {
    return this.vocabulary.length;
  }

  /** The tokens of a text. @throws RangeError for a character that is not in the vocabulary, unless `unknown` is given */
  encode(text: string): Int32Array {
    expectText('CharTokenizer.encode', text);
    const unknown = this.unknown === undefined ? undefined : this.#tokens.get(this.unknown);
    let at = 0;
    const tokens = Array.from(text, (character) => {
      const token = this.#tokens.get(character) ?? unknown;
      if (token === undefined) {
        throw new RangeError(
          `CharTokenizer.encode: the character ${describe(character)} at ${at} is not in the vocabulary. ` +
            'Train with a text that has it, or pass a character for unknown ones as option unknown',
        );
      }
      at += character.length;
      return token;
    });
    return Int32Array.from(tokens);
  }

  /** The text of tokens. @throws RangeError for a token out of range */
  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => {
      expectToken('CharTokenizer.decode', token, this.size);
      return this.vocabulary[token] ?? '';
    }).join('');
  }

  toJSON(): CharTokenizerJson {
    const { vocabulary, unknown } = this;
    return unknown === undefined ? { type: 'char', vocabulary } : { type: 'char', vocabulary, unknown };
  }
}
