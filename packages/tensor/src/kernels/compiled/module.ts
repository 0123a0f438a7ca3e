import { type Bytes } from '../../array/dtype.ts';
import { warnOfNoCompilation, type WasmMemory } from '../../array/linear-memory.ts';

/** What is used of WebAssembly: ES2023's types do not declare it, and users' need not either. */
interface WebAssemblyNamespace {
  readonly validate: (bytes: Bytes) => boolean;
  readonly Module: new (bytes: Bytes) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: Readonly<Record<string, unknown>> },
  ) => { readonly exports: Exports };
}

/** What a module of kernels exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Compiles a module of kernels and lets them work in `memory`; null if that is not possible, and the reference kernels serve:
 * there is no WebAssembly, or it lacks an instruction.
 *
 * @param digits - the module's bytes, in hexadecimal
 * @param constants - numbers that it imports, by name
 */
export function instantiate(
  digits: string,
  memory: WasmMemory,
  constants: Readonly<Record<string, number>> = {},
): Exports | null {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  if (WebAssembly === undefined) return null;
  const bytes = decode(digits);
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, ...constants } }).exports;
  } catch (error) {
    // Some edge runtimes compile when a program starts, and refuse it later. Older browsers refuse more than 4 kB on a page's main
    // thread. An engine that lacks an instruction is no reason to warn.
    if (WebAssembly.validate(bytes)) warnOfNoCompilation(error);
    return null;
  }
}

/** The bytes that hexadecimal digits stand for. */
function decode(digits: string): Bytes {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digitAt(digits, 2 * i) + digitAt(digits, 2 * i + 1);
  return bytes;
}

/** The value of a digit: the low four bits of its character, from 0 for '0' and from 1 for 'a', of which bit 6 tells. */
function digitAt(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return (code & 15) + 9 * (code >> 6);
}
