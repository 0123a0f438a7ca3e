// Compiles AssemblyScript. In the folder of a package that inlines compiled modules, this writes them anew:
//
//   node ../workshop/src/assembly.js
//
// The package lists them in assembly/modules.json: each generated source, with the files in assembly/ that it is compiled from.
// Plain JavaScript, because it runs as it is. The compiler's version is pinned: another one may give other bytes.
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

/** The generated sources of the package in a folder whose committed text is not what their sources compile to. */
export async function staleModules(folder) {
  const files = [];
  for (const [file, text] of await inlinedModules(folder)) {
    if (readFileSync(path.join(folder, file), 'utf8') !== text) files.push(file);
  }
  return files;
}

/**
 * The text of each generated source. A module works in a memory that it is given, whatever its size.
 *
 * In hexadecimal digits: that is longer than base64, but half as long as that when gzipped, for a byte that comes again is the
 * same two digits wherever it stands.
 */
async function inlinedModules(folder) {
  const readJson = (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const { name } = readJson('package.json');
  const texts = new Map();
  for (const [file, sources] of Object.entries(readJson('assembly/modules.json'))) {
    const bytes = await compile(path.join(folder, 'assembly'), sources);
    const from = sources.map((source) => `assembly/${source}`).join(' and ');
    texts.set(
      file,
      `// Generated from ${from} by \`pnpm --filter ${name} assembly\`: do not edit.

/** The module's bytes, in hexadecimal digits. */
export const ${path.basename(file, '.wasm.ts')}: string =
  '${Buffer.from(bytes).toString('hex')}';
`,
    );
  }
  return texts;
}

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of await inlinedModules('.')) {
    writeFileSync(file, text);
    console.log(`${file}: ${text.length} characters`);
  }
}
