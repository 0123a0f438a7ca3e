import { collect } from './collect.ts';
import { idxLength } from './idx.ts';
import { type NamedBytes, SourceError } from './source.ts';

/** Whether the first two bytes are those of a gzip file. File names and HTTP headers are not reliable. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks an IDX file if it is gzipped. @throws SourceError for broken gzip data, IdxError for trailing bytes. */
export async function gunzip({ name, bytes }: NamedBytes, signal: AbortSignal | undefined): Promise<NamedBytes> {
  if (!isGzip(bytes)) return { name, bytes };
  const unpacked = await collect(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), {
    name,
    signal,
    lengthOf: (start) => idxLength(start, name),
    failure: (cause) => new SourceError(`${name}: the gzip data is broken or cut short. Get the file again`, { cause }),
  });
  return { name, bytes: unpacked };
}
