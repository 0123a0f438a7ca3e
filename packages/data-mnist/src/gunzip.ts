import { type NamedBytes } from './named-bytes.ts';
import { SourceError } from './source-error.ts';

/** The bytes themselves, or what they unpack to if they are gzipped: told by their first two, since names and servers differ. */
export async function gunzip({ name, bytes }: NamedBytes): Promise<NamedBytes> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { name, bytes };
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return { name, bytes: new Uint8Array(await new Response(unpacked).arrayBuffer()) };
  } catch (cause) {
    throw new SourceError(`${name}: its gzip data is broken or cut short. Get the file again`, { cause });
  }
}
