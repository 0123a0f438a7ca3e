import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type * as entry from './tfjs-entry.ts';

/** All that TensorFlow.js exports. */
export type TensorFlow = typeof entry;

/**
 * Bundles the parts into one file of CommonJS, as whoever uses them does: Node cannot load the gradients, whose imports have no
 * extensions. Gives the path of the file.
 */
export async function bundleTensorFlow(): Promise<string> {
  // In a folder by this name, test runners leave a file as it is.
  const outfile = path.join(mkdtempSync(path.join(tmpdir(), 'tfjs-')), 'node_modules', 'tfjs.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'tfjs-entry.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    outfile,
  });
  return outfile;
}

/** Loads the bundle and starts its backend cpu. */
export async function loadTensorFlow(file: string): Promise<TensorFlow> {
  const tf = createRequire(import.meta.url)(file) as TensorFlow;
  if (!(await tf.setBackend('cpu'))) throw new Error('the backend cpu of TensorFlow.js does not start');
  await tf.ready();
  return tf;
}
