import { afterEach, expect, test, vi } from 'vitest';
import { type WasmMemory } from '../../array/linear-memory.ts';
import { compileElementwise } from './elementwise.ts';
import { instantiate } from './module.ts';

const platform = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory };
};
const memory = new platform.WebAssembly.Memory({ initial: 1 });

/** Puts something that compiles by `compile` in WebAssembly's place. */
function compileBy(compile: (bytes: Uint8Array) => void): void {
  // Functions and not classes: `new` gives what they return.
  vi.stubGlobal('WebAssembly', {
    validate: () => true,
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

test('where an engine refuses to compile after it has started, kernels are missing, and one warning says so', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  compileBy(() => {
    throw new EvalError('not in a request');
  });
  for (let i = 0; i < 3; i++) expect(compileElementwise(memory)).toBeNull();
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/WebAssembly cannot compile here.*not in a request/)]]);
  warn.mockRestore();
});

test.each([EvalError, RangeError, Error])('there are no kernels where compiling throws %o', (kind) => {
  compileBy(() => undefined);
  expect(compileElementwise(memory)).toBe('compiled');
  compileBy(() => {
    throw new kind('the page forbids it');
  });
  expect(compileElementwise(memory)).toBeNull();
});

test('there are no kernels where an instance cannot be made', () => {
  vi.stubGlobal('WebAssembly', {
    validate: () => true,
    Module: function () {
      return {};
    },
    Instance: function () {
      throw new Error('out of memory');
    },
  });
  expect(compileElementwise(memory)).toBeNull();
});

test('there are no kernels where the engine does not know an instruction', () => {
  const module = '0061736d01000000' + '01040160000003020100' + '0a05010300';
  const nop = '010b';
  const reserved = 'ff0b';
  expect(instantiate(module + nop, memory)).not.toBeNull();
  expect(instantiate(module + reserved, memory)).toBeNull();
});

test('the digits are decoded to every byte', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  let decoded: readonly number[] = [];
  compileBy((bytes) => {
    decoded = [...bytes];
  });
  for (const bytes of [all, []]) {
    instantiate(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''), memory);
    expect(decoded).toEqual(bytes);
  }
});
