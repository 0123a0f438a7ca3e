import { program, programPrints } from './program.ts';
import { type Toolchain } from './toolchain.ts';

/** Bun and Deno, for Linux on x64. Deno may read files, and nothing else. */
export const otherRuntimes: readonly Toolchain[] = [
  {
    name: 'Bun',
    tools: { '@oven/bun-linux-x64': '1.4.5' },
    files: { 'main.js': program('import') },
    tryIn: ({ run }) => run('node_modules/@oven/bun-linux-x64/bin/bun', ['--no-install', 'main.js']),
    prints: programPrints,
  },
  {
    name: 'Bun, bundled',
    tools: { '@oven/bun-linux-x64': '1.4.5' },
    files: { 'main.js': program('import') },
    async tryIn({ run }) {
      await run('node_modules/@oven/bun-linux-x64/bin/bun', ['build', '--minify', '--outdir=dist', 'main.js']);
      return await run('node_modules/@oven/bun-linux-x64/bin/bun', ['--no-install', 'dist/main.js']);
    },
    prints: programPrints,
  },
  {
    name: 'Deno',
    tools: { '@deno/linux-x64-glibc': '2.9.6' },
    files: { 'main.js': program('import') },
    tryIn: ({ run }) =>
      run('node_modules/@deno/linux-x64-glibc/deno', ['run', '--allow-read', '--no-remote', 'main.js'], {
        DENO_DIR: 'deno-cache',
        DENO_NO_UPDATE_CHECK: '1',
      }),
    prints: programPrints,
  },
];
