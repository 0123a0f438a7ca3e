/** The bytes of a file and its name in error messages: a path or an address. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Thrown when a file is not available: missing, unreachable, with an unexpected digest, or broken gzip. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
