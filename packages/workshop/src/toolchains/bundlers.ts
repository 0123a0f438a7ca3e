import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as rolldown } from 'rolldown';
import { type Bundler } from './bundle.ts';

/** Those of the workspace, at the versions of its lock file. */
export const workspaceBundlers: readonly Bundler[] = [
  {
    name: 'esbuild',
    tools: {},
    files: {},
    bundle: ({ folder }, format, minify) =>
      esbuild({
        absWorkingDir: folder,
        entryPoints: ['main.js'],
        outfile: 'dist/main.js',
        bundle: true,
        platform: format === 'iife' ? 'browser' : 'node',
        format,
        minify,
        logLevel: 'silent',
      }),
  },
  {
    name: 'Rolldown',
    tools: {},
    files: {},
    bundle: ({ folder }, format, minify) =>
      rolldown({
        cwd: folder,
        input: 'main.js',
        platform: format === 'iife' ? 'browser' : 'node',
        logLevel: 'silent',
        output: { file: path.join(folder, 'dist/main.js'), format, minify },
      }),
  },
];

/** Those that npm installs. */
export const installedBundlers: readonly Bundler[] = [
  {
    name: 'Rollup',
    // The parser of @mg/data is CommonJS.
    tools: {
      rollup: '4.68.8',
      '@rollup/plugin-commonjs': '29.0.3',
      '@rollup/plugin-node-resolve': '16.0.3',
      '@rollup/plugin-terser': '1.0.2',
    },
    files: {
      'build.js': `
import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

const [format, minify] = process.argv.slice(2);
const plugins = [resolve(), commonjs(), ...(minify === 'true' ? [terser()] : [])];
const bundle = await rollup({ input: 'main.js', plugins });
await bundle.write({ file: 'dist/main.js', format });
`,
    },
    bundle: ({ node }, format, minify) => node('build.js', format, String(minify)),
  },
  {
    name: 'webpack',
    tools: { webpack: '5.113.0' },
    files: {
      'build.js': `
import webpack from 'webpack';

const [format, minify] = process.argv.slice(2);
webpack(
  {
    mode: 'production',
    entry: './main.js',
    target: format === 'iife' ? 'web' : 'node20',
    output: { filename: 'main.js', ...(format === 'esm' ? { module: true, chunkFormat: 'module' } : {}) },
    experiments: { outputModule: format === 'esm' },
    optimization: { minimize: minify === 'true' },
    performance: { hints: false },
  },
  (error, stats) => {
    if (error) throw error;
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    const problems = [...errors, ...warnings].map(({ message }) => message);
    if (problems.length > 0) throw new Error(problems.join('\\n'));
  },
);
`,
    },
    bundle: ({ node }, format, minify) => node('build.js', format, String(minify)),
  },
];
