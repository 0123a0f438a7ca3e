/** Bytes and what an error calls them: a path, an address. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Also for what plain JavaScript may hand in, and for arrays of another frame or test environment, which `instanceof` denies. */
export function isUint8Array(value: unknown): value is Uint8Array<ArrayBuffer> {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}
