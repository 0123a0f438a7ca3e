import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadMnist } from '@mg/data-mnist/node';
import { compile } from '@mg/workshop/assembly';
import { chainsSource } from './chains.ts';
import { type Installed, peersFolder } from './installed.ts';
import { run } from './run.ts';
import { readText } from './text.ts';

/** Pages of 64 KiB: room for a million floats and a copy of them. */
const LOOP_PAGES = 128;

/** Writes MNIST and the text of W4 as plain bytes, for Python, and the bare loops in both builds. */
export async function writeInputs(folder: string): Promise<void> {
  const { images, labels } = await loadMnist({ split: 'train' });
  writeFileSync(path.join(folder, 'images.u8'), images);
  writeFileSync(path.join(folder, 'labels.u8'), labels);
  writeFileSync(path.join(folder, 'text.u8'), readText().codes);
  copyFileSync(path.join(import.meta.dirname, '../assembly/loops.ts'), path.join(folder, 'loops.ts'));
  writeFileSync(path.join(folder, 'chains.ts'), chainsSource());
  for (const build of ['plain', 'relaxed']) {
    const options = { relaxed: build === 'relaxed', memory: LOOP_PAGES };
    writeFileSync(path.join(folder, `${build}.wasm`), await compile(folder, ['loops.ts', 'chains.ts'], options));
  }
}

/** The kernels of OpenBLAS that were tried. */
export interface TriedBlas {
  /** What OpenBLAS is told: undefined leaves the choice to it. */
  readonly told: string | undefined;
  /** The kernels that it reports, and the microseconds of a product of 256 × 256; undefined if the processor cannot run them. */
  readonly found: { readonly name: string; readonly microseconds: number } | undefined;
}

/** How often each choice is tried, in turn with the others: the fastest sample counts, which no other program has slowed down. */
const TRIALS = 5;

/** Tries the kernels of OpenBLAS: it does not know every processor, and takes kernels of 2004 for those. The fastest come first. */
export function triedBlas({ python, hasTorch, pin }: Installed): TriedBlas[] {
  if (python === null || !hasTorch) return [];
  const tried: TriedBlas[] = [undefined, 'SkylakeX', 'Haswell'].map((told) => ({ told, found: undefined }));
  for (let trial = 0; trial < TRIALS; trial++) {
    for (const [index, { told, found }] of tried.entries()) {
      if (trial > 0 && found === undefined) continue;
      const env = told === undefined ? {} : { OPENBLAS_CORETYPE: told };
      const args = [path.join(peersFolder, 'blas.py'), '0.3'];
      try {
        const { version: name = 'unknown', figures } = run({ program: python, args, env }, pin);
        const microseconds = Math.min(figures['256'] ?? Infinity, found?.microseconds ?? Infinity);
        tried[index] = { told, found: { name, microseconds } };
      } catch {
        // A kernel that the processor cannot run ends its process.
      }
    }
  }
  return tried.sort((a, b) => (a.found?.microseconds ?? Infinity) - (b.found?.microseconds ?? Infinity));
}
