import { IdxError } from './idx.ts';

/** What is to be known about the bytes that come in. */
export interface Collecting {
  /** What an error calls them: a path, an address. */
  name: string;
  signal: AbortSignal | undefined;
  /** How many there will be when these are the first; undefined when it takes more of them to tell. */
  lengthOf: (start: Uint8Array<ArrayBuffer>) => number | undefined;
  /** Told after each chunk how many there are, and how many there will be. */
  onChunk?: (loaded: number, length: number | undefined) => void;
  /** Says in words why the stream broke. */
  failure: (cause: unknown) => Error;
}

/**
 * Puts the bytes of a stream together, and no more than their header announces: what never ends, or is a small gzip file of
 * many gigabytes, is left as soon as it goes on too long. Whatever is thrown, the stream is cancelled, and no connection stays open.
 *
 * @throws IdxError for more bytes than announced, what `failure` makes of a broken stream, the signal's reason on abort.
 */
export async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  { name, signal, lengthOf, onChunk, failure }: Collecting,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  let length: number | undefined;
  try {
    for (;;) {
      const { value: chunk } = await reader.read().catch((cause: unknown) => {
        throw failure(cause);
      });
      signal?.throwIfAborted();
      if (chunk === undefined) return joined(chunks, loaded);
      chunks.push(chunk);
      loaded += chunk.length;
      length ??= lengthOf(joined(chunks, loaded));
      if (length !== undefined && loaded > length) {
        throw new IdxError(
          `${name}: trailing bytes: the header says ${length} bytes with itself, and more follow. Get the file again`,
        );
      }
      onChunk?.(loaded, length);
    }
  } finally {
    // Not awaited: nobody has to wait for the other side to hear of it.
    reader.cancel().catch(() => undefined);
  }
}

function joined(chunks: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}
