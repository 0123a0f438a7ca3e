// usage: node kernel-calls.js kernel-calls REPEATS -- milliseconds of the calls of compiled kernels that one step of W1 makes, and nothing else
//
// Every WebAssembly module is instantiated by way of the recorder below. The calls of one step are then repeated, with their
// arguments, one after the other. What is written to the kernels' memory between two calls, as the batch, is written again, but
// not timed; and what works in ordinary arrays, as the choice of rows from the data set, is not among the calls.
import { median } from '../median.ts';
import { printOutput } from '../output.ts';

type Kernel = (...args: readonly number[]) => unknown;

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly, which Node's types do not declare. */
interface WebAssemblyNamespace {
  Instance: new (
    module: object,
    imports?: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Readonly<Record<string, Kernel>> };
}

/** Bytes to be written at a place of the memory. */
interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface Call {
  readonly kernel: Kernel;
  readonly args: readonly number[];
  /** What was written between the call before this one and this one. */
  readonly patches: readonly Patch[];
}

/** How often the calls are repeated before the memory is what it was: a model that trains on one batch only grows odd. */
const REPEATS = 50;

/** How much of the memory is compared at once. */
const PAGE = 4096;

const calls: Call[] = [];
let memory: Memory = { buffer: new ArrayBuffer(0) };
/** The memory as the call before left it, while calls are recorded. */
let left: Uint8Array | null = null;
recordInstances();

const { loadDigits } = await import('./digits.ts');
const { training } = await import('./training.ts');
const losses = training('W1', await loadDigits());
for (let step = 0; step < 500; step++) losses.next();
const before = new Uint8Array(memory.buffer).slice();
left = before.slice();
losses.next();
left = null;
if (calls.length === 0) throw new Error('no compiled kernel was called: is there WebAssembly?');

const times: number[] = [];
for (let i = 0; i < Number(process.argv[3]); i++) {
  if (i % REPEATS === 0) {
    new Uint8Array(memory.buffer).set(before);
    repeatCalls(); // brings back into the processor's caches what the line above has driven out
  }
  times.push(repeatCalls());
}
printOutput({ figures: { ms: median(times), calls: calls.length } });

/** Makes all calls; the milliseconds that they took. */
function repeatCalls(): number {
  const bytes = new Uint8Array(memory.buffer);
  let ms = 0;
  let start = performance.now();
  for (const { kernel, args, patches } of calls) {
    if (patches.length > 0) {
      ms += performance.now() - start;
      for (const patch of patches) bytes.set(patch.bytes, patch.at);
      start = performance.now();
    }
    kernel(...args);
  }
  return ms + performance.now() - start;
}

/** Lets every module that is instantiated from now on tell of the calls of its functions. */
function recordInstances(): void {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyNamespace };
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    readonly exports: Readonly<Record<string, Kernel>>;

    constructor(...[module, imports]: ConstructorParameters<typeof Instance>) {
      // Without imports it is the empty module that asks whether there is WebAssembly.
      if (imports !== undefined) memory = imports.env.memory;
      const { exports } = new Instance(module, imports);
      this.exports = Object.fromEntries(Object.entries(exports).map(([name, kernel]) => [name, recorded(kernel)]));
    }
  };
}

function recorded(kernel: Kernel): Kernel {
  return (...args) => {
    if (left === null) return kernel(...args);
    // After 500 steps the memory grows no more.
    calls.push({ kernel, args, patches: differences(left, new Uint8Array(memory.buffer)) });
    const result = kernel(...args);
    left.set(new Uint8Array(memory.buffer));
    return result;
  };
}

/** What has to be written to `old` so that it is `now`: in each page, from the first change to the last. */
function differences(old: Uint8Array, now: Uint8Array): Patch[] {
  const patches: Patch[] = [];
  for (let page = 0; page < now.length; page += PAGE) {
    const [was, is] = [old.subarray(page, page + PAGE), now.subarray(page, page + PAGE)];
    if (Buffer.compare(was, is) === 0) continue;
    const first = is.findIndex((byte, i) => byte !== was[i]);
    const last = is.findLastIndex((byte, i) => byte !== was[i]);
    patches.push({ at: page + first, bytes: is.slice(first, last + 1) });
  }
  return patches;
}
