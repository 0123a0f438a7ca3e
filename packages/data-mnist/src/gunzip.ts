import { collect } from './collect.ts';
import { idxLength } from './idx.ts';
import { type NamedBytes } from './named-bytes.ts';
import { SourceError } from './source-error.ts';

/** Told by the first two bytes, since names and servers differ. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes themselves, or the IDX file that they unpack to if they are gzipped. @throws SourceError, IdxError */
export async function gunzip({ name, bytes }: NamedBytes, signal: AbortSignal | undefined): Promise<NamedBytes> {
  if (!isGzip(bytes)) return { name, bytes };
  const unpacked = await collect(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), {
    name,
    signal,
    lengthOf: (start) => idxLength(start, name),
    failure: (cause) => new SourceError(`${name}: its gzip data is broken or cut short. Get the file again`, { cause }),
  });
  return { name, bytes: unpacked };
}
