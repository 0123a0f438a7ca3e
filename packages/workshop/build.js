// Writes the JavaScript of the package in whose folder it runs: one file for each entry of its manifest, and dist/chunk*.js
// for the code that entries have in common, which is there once so that they share their state. Reading a hundred small
// modules takes Node a tenth of a second; one file of the same code takes a quarter of that.
//
//   node ../workshop/build.js
//
// tsc writes the declarations, one for each source. Plain JavaScript, because it runs as it is. Rolldown, because esbuild
// makes `var` of every `const`: engines then do not take it as constant, and scalar's training was a quarter slower.
import { readFileSync } from 'node:fs';
import { build } from 'rolldown';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));

await build({
  input: Object.values(exports).map((targets) => targets['@mg/source']),
  external: /^[^./]/,
  platform: 'neutral',
  // What the manifest says of side effects is for the bundlers of users.
  treeshake: { moduleSideEffects: true },
  transform: { target: 'es2023' },
  logLevel: 'warn',
  output: {
    dir: 'dist',
    // What an earlier build left behind would be packed.
    cleanDir: true,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk.js',
    minify: false,
    minifyInternalExports: false,
    sourcemap: true,
    // The sources are packed as well.
    sourcemapExcludeSources: true,
  },
});
