import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadMnist } from '@mg/data-mnist/node';
import { compile } from '@mg/workshop/assembly';
import { type Installed, peersFolder } from './installed.ts';
import { run } from './run.ts';

/** Pages of 64 KiB: room for a million floats and a copy of them. */
const LOOP_PAGES = 128;

/** Writes MNIST as plain bytes, for Python, and the bare loops in both builds. */
export async function writeInputs(folder: string): Promise<void> {
  const { images, labels } = await loadMnist({ split: 'train' });
  writeFileSync(path.join(folder, 'images.u8'), images);
  writeFileSync(path.join(folder, 'labels.u8'), labels);
  const assembly = path.join(import.meta.dirname, '../assembly');
  for (const build of ['plain', 'relaxed']) {
    const options = { relaxed: build === 'relaxed', memory: LOOP_PAGES };
    writeFileSync(path.join(folder, `${build}.wasm`), await compile(assembly, ['loops.ts'], options));
  }
}

/**
 * What makes OpenBLAS fastest on this machine. It does not know every processor, and takes kernels of 2004 for those: other
 * ones are tried beside its choice. A kernel that the processor cannot run ends its process, and is no choice.
 */
export function fastestBlas({ python, hasTorch, pin }: Installed): Record<string, string> {
  if (python === null || !hasTorch) return {};
  const choices: Record<string, string>[] = [{}, { OPENBLAS_CORETYPE: 'SkylakeX' }, { OPENBLAS_CORETYPE: 'Haswell' }];
  const timed = choices.map((env) => {
    try {
      const script = path.join(peersFolder, 'pytorch.py');
      return {
        env,
        time: run({ program: python, args: [script, 'matmul', '0.3'], env }, pin).figures['256'] ?? Infinity,
      };
    } catch {
      return { env, time: Infinity };
    }
  });
  return timed.reduce((best, each) => (each.time < 0.9 * best.time ? each : best)).env;
}
