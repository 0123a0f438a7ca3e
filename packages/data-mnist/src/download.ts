import { collect } from './collect.ts';
import { isGzip } from './gunzip.ts';
import { idxLength, NotIdxError } from './idx.ts';
import { type NamedBytes } from './named-bytes.ts';
import { SourceError } from './source-error.ts';

/** How far a file has come: bytes as they arrive, packed or not. `total` is unknown when nothing says so. */
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
 * Fetches an IDX file from a folder, the packed one or else the plain one: either may be what the folder holds. A web page in its
 * place, with which many servers answer for what they do not have, counts as none.
 *
 * @throws SourceError when it cannot be had, IdxError when it goes on beyond its end, the signal's reason on abort.
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
    const body = (response.body ?? new Blob([]).stream()) as ReadableStream<Uint8Array<ArrayBuffer>>;
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
      refusals.push(`${address} is no IDX file (${response.headers.get('content-type') ?? 'of no known type'})`);
    }
  }
  throw new SourceError(`${refusals.join(', ')}. Give the address of the folder that holds the four IDX files`);
}

/** What stands behind the folder, such as an access token, stands behind the file. */
function inFolder(folder: string | URL, file: string): string {
  return String(folder).replace(/\/*(?=[?#]|$)/, () => `/${file}`);
}

/**
 * A plain file says itself how long it is, whatever was done to it on the way. For a packed one the server's word counts, unless it
 * is about bytes packed once more: those unpack to more, and a server of another origin need not say that it packs.
 */
function total(headers: Headers, loaded: number, length: number | undefined): number | undefined {
  if (length !== Infinity) return length;
  const said = headers.get('content-length');
  return said === null || headers.has('content-encoding') || loaded > Number(said) ? undefined : Number(said);
}

/** `fetch` itself only says "fetch failed"; what failed stands in the cause. */
function unreachable(address: string, cause: unknown, signal: AbortSignal | undefined): Error {
  signal?.throwIfAborted();
  const error = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceError(
    `${address}: could not be fetched (${reason}). Check the address and the connection` +
      (isElsewhere(address) ? ', and that the server lets pages of other origins read it (CORS)' : ''),
    { cause },
  );
}

/** Whether it is of another origin than the page: a browser then hides why it does not load. */
function isElsewhere(address: string): boolean {
  const { location } = globalThis as { location?: { origin: string } };
  return location !== undefined && URL.canParse(address) && new URL(address).origin !== location.origin;
}
