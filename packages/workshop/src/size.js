// Plain JavaScript, because the benchmark runs it as it is.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** All of a package's main entry, minified and gzipped, without the packages beside it: in kB. */
export async function minifiedSize(folder) {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './src/index.ts'", resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@mg/*'],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length / 1000;
}
