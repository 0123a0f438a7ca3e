import { type WasmMemory } from '../../memory/linear-memory.ts';

/** What is used of WebAssembly: ES2023's types do not declare it, and users' need not either. */
interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: Exports };
}

/** What a module of kernels exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Compiles a module of kernels and lets them work in `memory`; null where that cannot be, and the reference kernels serve:
 * there is no WebAssembly, it lacks an instruction, or the page's content security policy forbids compiling.
 *
 * @param base64 - the module's bytes
 */
export function instantiate(base64: string, memory: WasmMemory): Exports | null {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  if (WebAssembly === undefined) return null;
  const bytes = decode(base64);
  let module: object;
  try {
    module = new WebAssembly.Module(bytes);
  } catch {
    // Whatever the error: engines differ in it. Older browsers refuse modules of more than 4 kB on a page's main thread with a RangeError.
    return null;
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes of a base64 text. Not every place that has WebAssembly has `atob`. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding);
  let at = 0;
  for (let i = 0; i < base64.length; i += 4) {
    let group = 0;
    for (let j = i; j < i + 4; j++) group = (group << 6) | values[base64.charCodeAt(j)]!;
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  return bytes;
}
