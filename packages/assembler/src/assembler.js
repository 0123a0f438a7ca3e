// Compiles AssemblyScript, and keeps what a package inlines of it. The compiler's version is pinned: another one may give other bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

/** Compiles the sources in `folder` to one module, whose exports are all of theirs; its bytes. */
export async function compile(folder, sources, { relaxed = false, memory = 'imported' } = {}) {
  const options = [
    ['--baseDir', folder, '--outFile', 'module.wasm'],
    memory === 'imported'
      ? ['--importMemory', '--noExportMemory', '--initialMemory', '0']
      : ['--initialMemory', String(memory)],
    // Nothing of its own is brought along.
    ['--runtime', 'stub', '--use', 'abort=', '--noAssert'],
    ['--enable', 'simd', ...(relaxed ? ['--enable', 'relaxed-simd'] : [])],
    ['--optimizeLevel', '3', '--shrinkLevel', '0'],
  ];
  let bytes = new Uint8Array();
  const { error, stderr } = await asc.main([...sources, ...options.flat()], {
    writeFile: (_file, contents) => {
      bytes = contents;
    },
  });
  if (error !== null) throw new Error(`asc does not compile ${sources.join(', ')}:\n${String(stderr)}`);
  return bytes;
}

/**
 * The modules that a package inlines, each in a generated source that is committed: `to/<name>.wasm.ts`, so that nothing else needs the
 * compiler. Each works in a memory that it is given, whatever its size.
 *
 * In hexadecimal digits: that is longer than base64, but half as long as that when gzipped, for a byte that comes again is the
 * same two digits wherever it stands.
 */
export function inlinedModules({ owner, folder, to, modules }) {
  const fileOf = (name) => path.join(to, `${name}.wasm.ts`);
  const textOf = async (name) => {
    const { sources, relaxed } = modules[name];
    const digits = Buffer.from(await compile(folder, sources, { relaxed })).toString('hex');
    const from = sources.map((source) => `assembly/${source}`).join(' and ');
    return `// Generated from ${from} by \`pnpm --filter ${owner} assembly\`: do not edit.

/** The module's bytes, in hexadecimal digits. */
export const ${name}: string =
  '${digits}';
`;
  };
  return {
    names: Object.keys(modules),
    async write() {
      for (const name of Object.keys(modules)) {
        const text = await textOf(name);
        writeFileSync(fileOf(name), text);
        console.log(`${name}: ${/'([0-9a-f]+)'/.exec(text)[1].length / 2} bytes`);
      }
    },
    /** Throws an Error unless what is committed is what the sources compile to. */
    async check(name) {
      if (readFileSync(fileOf(name), 'utf8') === (await textOf(name))) return;
      throw new Error(
        `${fileOf(name)} is not what its sources compile to: run \`pnpm --filter ${owner} assembly\`, and commit what it writes`,
      );
    },
  };
}
