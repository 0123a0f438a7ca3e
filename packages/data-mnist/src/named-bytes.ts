/** Bytes and what an error calls them: a path, an address. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}
