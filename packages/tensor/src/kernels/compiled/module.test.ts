import { afterEach, expect, test, vi } from 'vitest';
import { type WasmMemory } from '../../memory/linear-memory.ts';
import { compileElementwise } from './elementwise.ts';
import { instantiate } from './module.ts';

const platform = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory };
  btoa(bytes: string): string;
};
const memory = new platform.WebAssembly.Memory({ initial: 1 });

/** Puts something that compiles by `compile` in WebAssembly's place. */
function compileBy(compile: (bytes: Uint8Array) => void): void {
  // Functions and not classes: `new` gives what they return.
  vi.stubGlobal('WebAssembly', {
    Module: function (bytes: Uint8Array) {
      compile(bytes);
      return {};
    },
    Instance: function () {
      return { exports: 'compiled' };
    },
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a module works in any memory, also an empty one and one with a maximum', () => {
  for (const descriptor of [{ initial: 0 }, { initial: 1, maximum: 2 }]) {
    expect(compileElementwise(new platform.WebAssembly.Memory(descriptor))).not.toBeNull();
  }
});

test('there are no kernels where there is no WebAssembly', () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(compileElementwise(memory)).toBeNull();
});

test.each([EvalError, RangeError, Error])('there are no kernels where compiling throws %o', (kind) => {
  compileBy(() => undefined);
  expect(compileElementwise(memory)).toBe('compiled');
  compileBy(() => {
    throw new kind('the page forbids it');
  });
  expect(compileElementwise(memory)).toBeNull();
});

test('there are no kernels where the engine does not know an instruction', () => {
  const module = '\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x05\x01\x03\0';
  const nop = '\x01\x0b';
  const reserved = '\xff\x0b';
  expect(instantiate(platform.btoa(module + nop), memory)).not.toBeNull();
  expect(instantiate(platform.btoa(module + reserved), memory)).toBeNull();
});

test('base64 is decoded to every byte, with and without padding', () => {
  const all = Array.from({ length: 256 * 3 }, (_, i) => (i * 7 + (i >> 8)) & 255);
  let decoded: readonly number[] = [];
  compileBy((bytes) => {
    decoded = [...bytes];
  });
  for (const bytes of [all, all.slice(1), all.slice(2), all.slice(0, 1), []]) {
    instantiate(platform.btoa(String.fromCharCode(...bytes)), memory);
    expect(decoded).toEqual(bytes);
  }
});
