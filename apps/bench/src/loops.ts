// usage: node loops.js PLAIN.wasm RELAXED.wasm SECONDS -- microseconds of the loops of assembly/loops.ts
import { readFileSync } from 'node:fs';
import { printOutput } from './output.ts';
import { timeCalls } from './timing.ts';

/** What is used of WebAssembly, which Node's types do not declare. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Loops {
  copy: (from: number, to: number, bytes: number) => void;
  multiplyAndAdd: (rounds: number, factor: number, addend: number) => number;
}

const [plain = '', relaxed = '', seconds] = process.argv.slice(2);
const [bytes, other] = [readFileSync(relaxed), readFileSync(plain)];
const module = new WebAssembly.Module(WebAssembly.validate(bytes) ? bytes : other);
const { copy, multiplyAndAdd } = new WebAssembly.Instance(module).exports as Loops;

// A million floats each, from the second page of memory on.
const [from, to] = [65_536, 65_536 + 4_000_000];
const calls = {
  copy: () => {
    copy(from, to, 4_000_000);
  },
  // 1e7 floating-point operations.
  multiplyAndAdd: () => multiplyAndAdd(125_000, 0.999, 0.001),
};
printOutput({ figures: await timeCalls(calls, Number(seconds)) });
