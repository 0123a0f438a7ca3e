// usage: node loops.js PLAIN.wasm RELAXED.wasm SECONDS -- microseconds of the loops of assembly/loops.ts
import { readFileSync } from 'node:fs';
import { chainCounts, operationsOf } from './chains.ts';
import { printOutput } from './output.ts';
import { timeCalls } from './timing.ts';

/** What is used of WebAssembly, which Node's types do not declare. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

type Loops = Record<`chains${number}`, (rounds: number, factor: number, addend: number) => number> & {
  copy: (from: number, to: number, bytes: number) => void;
};

const [plain = '', relaxed = '', seconds] = process.argv.slice(2);
const [bytes, other] = [readFileSync(relaxed), readFileSync(plain)];
const module = new WebAssembly.Module(WebAssembly.validate(bytes) ? bytes : other);
const { copy, ...chains } = new WebAssembly.Instance(module).exports as Loops;

// A million floats each, from the second page of memory on.
const [from, to] = [65_536, 65_536 + 4_000_000];
const ROUNDS = 100_000;
const calls: Record<string, () => unknown> = {
  copy: () => {
    copy(from, to, 4_000_000);
  },
};
for (const count of chainCounts) calls[`chains${count}`] = () => chains[`chains${count}`]?.(ROUNDS, 0.999, 0.001);

const times = await timeCalls(calls, Number(seconds));
// Microseconds for 1e7 floating-point operations, with the best number of chains.
const best = chainCounts.map((count) => (1e7 * (times[`chains${count}`] ?? NaN)) / operationsOf(count, ROUNDS));
printOutput({ figures: { copy: times['copy'] ?? NaN, multiplyAndAdd: Math.min(...best) } });
