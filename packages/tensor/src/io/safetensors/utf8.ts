/** The encoders of every JavaScript engine. The ES2023 types do not declare them, and those of users may not either. */
interface Encoders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

const encoders = globalThis as unknown as Encoders;

/** Encodes a text as UTF-8. */
export function encode(text: string): Uint8Array {
  return new encoders.TextEncoder().encode(text);
}

/** Decodes UTF-8. Throws a TypeError for invalid bytes. */
export function decode(bytes: Uint8Array): string {
  return new encoders.TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
