/** Bytes in a buffer that no other thread shares: `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 does not know by that name. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** The bytes of a file and its name in error messages: a path or an address. */
export interface NamedBytes {
  name: string;
  bytes: Bytes;
}

/** Thrown when a file is not available: missing, unreachable, with an unexpected digest, or broken gzip. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
