import { DataError } from './data-error.ts';
import { describe } from './describe.ts';

/** Text in UTF-8 that arrives in pieces: `response.body`, `file.stream()`, or a read stream of Node. */
export type TextStream =
  | AsyncIterable<string | Uint8Array>
  | { getReader(): { read(): Promise<{ done: boolean; value?: string | Uint8Array | undefined }> } };

/** Calls `parse` with the text: now if it is there, or when the stream has ended. A byte order mark is left out. */
export function parseText<T>(
  operation: string,
  source: string | TextStream,
  parse: (text: string) => T,
): T | Promise<T> {
  if (typeof source === 'string') return parse(source.startsWith('\ufeff') ? source.slice(1) : source);
  if (
    typeof source === 'object' &&
    (source as unknown) !== null &&
    (Symbol.asyncIterator in source || 'getReader' in source)
  ) {
    return readAll(operation, source).then(parse);
  }
  throw new TypeError(`${operation}: got ${describe(source)}; expected a text, or a stream of text or bytes`);
}

async function readAll(operation: string, stream: TextStream): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new DataError(`${operation}: the stream is not text in UTF-8. Convert the file to UTF-8`, { cause });
    }
  };
  const pieces: string[] = [];
  for await (const piece of Symbol.asyncIterator in stream ? stream : chunks(stream)) {
    pieces.push(typeof piece === 'string' ? piece : decode(piece));
  }
  const text = pieces.join('') + decode();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Some browsers cannot iterate over streams. */
async function* chunks(
  stream: Exclude<TextStream, AsyncIterable<unknown>>,
): AsyncGenerator<string | Uint8Array, undefined> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return undefined;
    yield value;
  }
}
