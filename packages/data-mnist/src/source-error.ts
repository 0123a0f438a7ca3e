/** Thrown when the bytes of a file could not be had: it is missing, unreachable, has another digest than expected, or its gzip is broken. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
