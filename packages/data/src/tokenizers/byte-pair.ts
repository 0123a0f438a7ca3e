import { describe, expectInteger } from '../describe.ts';
import { expectToken, utf8Bytes, utf8Text } from './unicode.ts';

/** Two tokens that follow each other. */
type Pair = readonly [left: number, right: number];

/** What `JSON.stringify` makes of a byte-pair tokenizer, and `BytePairTokenizer.fromJSON` reads. */
export interface BytePairTokenizerJson {
  readonly type: 'byte-pair';
  /** The pairs in the order in which they were learned: the i-th became token 256 + i. */
  readonly merges: readonly (readonly [left: number, right: number])[];
}

/** Words with the space before them, numbers, other signs, and white space: no token crosses their borders. */
const words = / ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+/gu;

/**
 * Makes tokens of frequent sequences of bytes. Training starts with the 256 bytes, and makes a new token of the most frequent pair of
 * tokens again and again (byte-pair encoding, as in GPT-2). Every text can be encoded.
 *
 * ```ts
 * import { BytePairTokenizer } from '@mg/data';
 *
 * const tokenizer = BytePairTokenizer.train('low lower lowest', { size: 258 });
 * console.log(tokenizer.encode('low')); // => [257]
 * console.log(tokenizer.decode([257, 101, 114])); // => lower
 * const restored = BytePairTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
 * console.log(restored.size); // => 258
 * ```
 * @see R. Sennrich, B. Haddow, A. Birch, Neural Machine Translation of Rare Words with Subword Units (2016)
 */
export class BytePairTokenizer {
  readonly #merges: readonly Pair[];
  /** The place of each pair in the order of learning. */
  readonly #ranks: ReadonlyMap<number, number>;
  /** The bytes of each token. */
  readonly #bytes: readonly Uint8Array[];

  /** @param merges - pairs in the order of learning, as `toJSON` returns them; throws a RangeError for an unknown token */
  constructor(merges: BytePairTokenizerJson['merges']) {
    const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    for (const [left, right] of merges) {
      for (const token of [left, right]) expectToken('BytePairTokenizer', token, bytes.length);
      bytes.push(Uint8Array.of(...(bytes[left] ?? []), ...(bytes[right] ?? [])));
    }
    this.#merges = merges.map(([left, right]) => [left, right]);
    this.#ranks = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
    this.#bytes = bytes;
  }

  /**
   * Learns tokens from a text, or from several: up to `size` in all, fewer if no pair occurs twice. The same texts give the same
   * tokens; of pairs that are equally frequent, the one with the smaller tokens is taken.
   *
   * @throws RangeError unless size is an integer of at least 256.
   */
  static train(texts: string | Iterable<string>, { size }: { size: number }): BytePairTokenizer {
    expectInteger('BytePairTokenizer.train', 'size', size, 256);
    const counts = new Map<string, number>();
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      utf8Bytes('BytePairTokenizer.train', text);
      for (const [word] of text.matchAll(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return new BytePairTokenizer(learnMerges(counts, size - 256));
  }

  /** Reads what `JSON.stringify(tokenizer)` wrote, after `JSON.parse`. @throws TypeError for anything else */
  static fromJSON(json: BytePairTokenizerJson): BytePairTokenizer {
    const { type, merges } = json as Partial<BytePairTokenizerJson>;
    const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2;
    if (type !== 'byte-pair' || !Array.isArray(merges) || !merges.every(isPair)) {
      throw new TypeError(
        `BytePairTokenizer.fromJSON: got ${describe(json)}; expected { type: 'byte-pair', merges }. Pass what JSON.stringify(tokenizer) wrote`,
      );
    }
    return new BytePairTokenizer(merges as BytePairTokenizerJson['merges']);
  }

  /** The number of tokens. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The tokens of a text. @throws RangeError for half a surrogate pair */
  encode(text: string): Int32Array {
    utf8Bytes('BytePairTokenizer.encode', text);
    const known = new Map<string, readonly number[]>();
    const tokens: number[] = [];
    for (const [word] of text.matchAll(words)) {
      const encoded = known.get(word) ?? this.#encodeWord(word);
      known.set(word, encoded);
      for (const token of encoded) tokens.push(token);
    }
    return Int32Array.from(tokens);
  }

  /** The text of tokens; part of a character becomes U+FFFD. @throws RangeError for a token out of range */
  decode(tokens: ArrayLike<number>): string {
    const pieces = Array.from(tokens, (token) => {
      expectToken('BytePairTokenizer.decode', token, this.size);
      return this.#bytes[token] ?? new Uint8Array();
    });
    const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
    let end = 0;
    for (const piece of pieces) {
      bytes.set(piece, end);
      end += piece.length;
    }
    return utf8Text(bytes);
  }

  toJSON(): BytePairTokenizerJson {
    return { type: 'byte-pair', merges: this.#merges };
  }

  /** Merges the pair that was learned first, until no pair of the word was learned. */
  #encodeWord(word: string): number[] {
    let tokens = [...utf8Bytes('BytePairTokenizer.encode', word)];
    for (;;) {
      let first = Infinity;
      for (let i = 0; i + 1 < tokens.length; i++) {
        first = Math.min(first, this.#ranks.get(pairKey(tokens[i] ?? 0, tokens[i + 1] ?? 0)) ?? Infinity);
      }
      const pair = this.#merges[first];
      if (pair === undefined) return tokens;
      tokens = merged(tokens, pair, 256 + first);
    }
  }
}

/** A number for each pair; that of a pair with smaller tokens is smaller. */
function pairKey(left: number, right: number): number {
  return left * 2 ** 26 + right;
}

/** Replaces a pair wherever it occurs, from the left. */
function merged(tokens: readonly number[], [left, right]: Pair, token: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const isPair = tokens[i] === left && tokens[i + 1] === right;
    result.push(isPair ? token : (tokens[i] ?? 0));
    if (isPair) i++;
  }
  return result;
}

/** A word of the texts, and how often it occurs. */
interface Word {
  tokens: number[];
  readonly count: number;
}

function learnMerges(wordCounts: ReadonlyMap<string, number>, most: number): Pair[] {
  const learned: Pair[] = [];
  const pairs = new PairCounts();
  for (const [word, count] of wordCounts) pairs.add({ tokens: [...utf8Bytes('BytePairTokenizer.train', word)], count });
  while (learned.length < most) {
    const pair = pairs.mostFrequent();
    if (pair === undefined) break;
    for (const word of pairs.wordsWith(pair)) {
      pairs.remove(word);
      pairs.add({ tokens: merged(word.tokens, pair, 256 + learned.length), count: word.count });
    }
    learned.push(pair);
  }
  return learned;
}

/** How often pairs occur, and in which words. */
class PairCounts {
  readonly #counts: Map<number, number> = new Map();
  readonly #words: Map<number, Set<Word>> = new Map();

  add(word: Word): void {
    for (const key of keysOf(word)) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + word.count);
      const words = this.#words.get(key);
      if (words === undefined) this.#words.set(key, new Set([word]));
      else words.add(word);
    }
  }

  remove(word: Word): void {
    for (const key of keysOf(word)) {
      const count = (this.#counts.get(key) ?? 0) - word.count;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
      this.#words.get(key)?.delete(word);
    }
  }

  wordsWith([left, right]: Pair): Word[] {
    return [...(this.#words.get(pairKey(left, right)) ?? [])];
  }

  /** The pair that occurs most often, of several the one with the smallest key; none if all occur once. */
  mostFrequent(): Pair | undefined {
    let [best, most] = [-1, 1];
    for (const [key, count] of this.#counts) {
      if (count > most || (count === most && best >= 0 && key < best)) [best, most] = [key, count];
    }
    return best < 0 ? undefined : [Math.floor(best / 2 ** 26), best % 2 ** 26];
  }
}

function* keysOf({ tokens }: Word): Generator<number, undefined> {
  for (let i = 0; i + 1 < tokens.length; i++) yield pairKey(tokens[i] ?? 0, tokens[i + 1] ?? 0);
  return undefined;
}
