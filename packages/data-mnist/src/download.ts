import { collect } from './collect.ts';
import { isGzip } from './gunzip.ts';
import { idxLength, NotIdxError } from './idx.ts';
import { type Bytes, type NamedBytes, SourceError } from './source.ts';

/** The progress of a file: bytes as they arrive, gzipped or not. `total` is undefined if it is unknown. */
export interface FileProgress {
  file: string;
  loaded: number;
  total: number | undefined;
}

interface DownloadOptions {
  signal: AbortSignal | undefined;
  onProgress: ((progress: FileProgress) => void) | undefined;
}

/**
 * Fetches an IDX file from a folder: first the gzipped file, then the plain one. A response that is a web page counts as
 * missing, because many servers send one instead of a 404.
 *
 * @throws SourceError if the file is not available, IdxError for trailing bytes, the signal's reason on abort.
 */
export async function download(
  folder: string | URL,
  file: string,
  { signal, onProgress }: DownloadOptions,
): Promise<NamedBytes> {
  const refusals: string[] = [];
  for (const address of [inFolder(folder, `${file}.gz`), inFolder(folder, file)]) {
    const failure = (cause: unknown): Error => unreachable(address, cause, signal);
    const response = await fetch(address, { signal: signal ?? null }).catch((cause: unknown) => {
      throw failure(cause);
    });
    const body = (response.body ?? new Blob([]).stream()) as ReadableStream<Bytes>;
    if (!response.ok) {
      body.cancel().catch(() => undefined);
      refusals.push(`${address} answered ${response.status}`);
      continue;
    }
    try {
      const bytes = await collect(body, {
        name: address,
        signal,
        lengthOf: (start) => (isGzip(start) ? Infinity : idxLength(start, address)),
        onChunk: (loaded, length) => onProgress?.({ file, loaded, total: total(response.headers, loaded, length) }),
        failure,
      });
      return { name: address, bytes };
    } catch (error) {
      if (!(error instanceof NotIdxError)) throw error;
      refusals.push(`${address} is not an IDX file (content-type: ${response.headers.get('content-type') ?? 'none'})`);
    }
  }
  throw new SourceError(`loadMnist: ${refusals.join(', ')}. Pass the address of the folder with the four IDX files`);
}

/** The address of a file in a folder. A query or hash of the folder, such as an access token, stays at the end. */
function inFolder(folder: string | URL, file: string): string {
  return String(folder).replace(/\/*(?=[?#]|$)/, () => `/${file}`);
}

/**
 * The total length of a file. A plain file has it in its header. For a gzipped file it is the content-length, unless the server
 * compressed the response again: then it is unknown. A server of another origin may do so without a visible content-encoding.
 */
function total(headers: Headers, loaded: number, length: number | undefined): number | undefined {
  if (length !== Infinity) return length;
  const said = headers.get('content-length');
  return said === null || headers.has('content-encoding') || loaded > Number(said) ? undefined : Number(said);
}

/** The error for a failed request. The message of `fetch` is only "fetch failed"; its cause has the reason. */
function unreachable(address: string, cause: unknown, signal: AbortSignal | undefined): Error {
  signal?.throwIfAborted();
  const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceError(
    `${address}: cannot be downloaded (${reason}). Check the address and the connection` +
      (isElsewhere(address) ? ', and that the server allows requests from other origins (CORS)' : ''),
    { cause },
  );
}

/** Whether the address has another origin than the page. Browsers then hide the reason for a failure. */
function isElsewhere(address: string): boolean {
  const { location } = globalThis as { location?: { origin: string } };
  return location !== undefined && URL.canParse(address) && new URL(address).origin !== location.origin;
}
