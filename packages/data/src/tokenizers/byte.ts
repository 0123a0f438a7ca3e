import { expectToken, utf8Bytes, utf8Text } from './unicode.ts';

/**
 * Makes tokens of the bytes of a text in UTF-8: 256 of them, for texts in any language.
 *
 * ```ts
 * import { ByteTokenizer } from '@mg/data';
 *
 * const tokenizer = new ByteTokenizer();
 * console.log(tokenizer.encode('é!')); // => [195, 169, 33]
 * console.log(tokenizer.decode([195, 169, 33])); // => é!
 * ```
 */
export class ByteTokenizer {
  /** The number of tokens. */
  readonly size = 256;

  /** The tokens of a text. @throws RangeError for half a surrogate pair */
  encode(text: string): Int32Array {
    return Int32Array.from(utf8Bytes('ByteTokenizer.encode', text));
  }

  /** The text of tokens; bytes that are not UTF-8 become U+FFFD. @throws RangeError for a token out of range */
  decode(tokens: ArrayLike<number>): string {
    const bytes = Uint8Array.from(tokens, (token) => {
      expectToken('ByteTokenizer.decode', token, this.size);
      return token;
    });
    return utf8Text(bytes);
  }
}
