/** What is used of the encoders that every engine has: ES2023's types do not declare them, and users' need not either. */
interface Encoders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

const encoders = globalThis as unknown as Encoders;

/** The bytes of a text. */
export function encode(text: string): Uint8Array {
  return new encoders.TextEncoder().encode(text);
}

/** The text of bytes. Throws a TypeError where they are not UTF-8. */
export function decode(bytes: Uint8Array): string {
  return new encoders.TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
