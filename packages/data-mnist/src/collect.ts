import { IdxError } from './idx.ts';
import { type Bytes } from './source.ts';

/** The name of a stream, and the functions that handle its length, progress and failure. */
export interface Collecting {
  /** The name of the stream in errors: a path or an address. */
  name: string;
  signal: AbortSignal | undefined;
  /** Returns the total length from the first bytes; undefined if it needs more of them. */
  lengthOf: (start: Bytes) => number | undefined;
  /** Called after each chunk with the number of bytes so far and the total length. */
  onChunk?: (loaded: number, length: number | undefined) => void;
  /** Returns the error to throw if the stream fails. */
  failure: (cause: unknown) => Error;
}

/**
 * Reads a stream into one array, up to the length that its header announces. It stops at the first byte beyond that, which
 * limits endless downloads and gzip bombs. After any error it cancels the stream, so that no connection stays open.
 *
 * @throws IdxError for more bytes than announced, the error from `failure` if the stream fails, the signal's reason on abort.
 */
export async function collect(
  stream: ReadableStream<Bytes>,
  { name, signal, lengthOf, onChunk, failure }: Collecting,
): Promise<Bytes> {
  const reader = stream.getReader();
  const chunks: Bytes[] = [];
  let loaded = 0;
  let length: number | undefined;
  try {
    for (;;) {
      const { value: chunk } = await reader.read().catch((cause: unknown) => {
        throw failure(cause);
      });
      signal?.throwIfAborted();
      if (chunk === undefined) return concatenate(chunks, loaded);
      chunks.push(chunk);
      loaded += chunk.length;
      length ??= lengthOf(concatenate(chunks, loaded));
      if (length !== undefined && loaded > length) {
        throw new IdxError(
          `${name}: trailing bytes: the header announces a file of ${length} bytes, but more follow. Get the file again`,
        );
      }
      onChunk?.(loaded, length);
    }
  } finally {
    // Not awaited: the caller need not wait until the other side has closed the stream.
    reader.cancel().catch(() => undefined);
  }
}

function concatenate(chunks: readonly Bytes[], length: number): Bytes {
  const whole = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}
