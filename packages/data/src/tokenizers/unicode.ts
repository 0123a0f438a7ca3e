import { describe } from '../describe.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a text in UTF-8. @throws RangeError for half a surrogate pair, which UTF-8 cannot express */
export function utf8Bytes(operation: string, text: unknown): Uint8Array {
  expectText(operation, text);
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
  if (lone === null) return encoder.encode(text);
  throw new RangeError(
    `${operation}: the text has half a surrogate pair at ${lone.index}, which UTF-8 cannot express. Cut texts between characters, ` +
      'or replace it with text.toWellFormed()',
  );
}

/** The text of bytes. Bytes that are not UTF-8, such as part of a character, become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** @throws TypeError for anything but a text */
export function expectText(operation: string, text: unknown): asserts text is string {
  if (typeof text !== 'string') throw new TypeError(`${operation}: got ${describe(text)}; expected a text`);
}

/** @throws RangeError for a token that is not an integer from 0 to `size - 1` */
export function expectToken(operation: string, token: number, size: number): void {
  if (Number.isInteger(token) && token >= 0 && token < size) return;
  throw new RangeError(`${operation}: the token is ${describe(token)}; expected an integer from 0 to ${size - 1}`);
}
