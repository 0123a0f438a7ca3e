// Compiles the AssemblyScript sources of this folder. The compiler's version is pinned: another one may give other bytes.
import asc from 'assemblyscript/asc';

/** Each module with its sources; all of their exports are the module's. */
export const modules = { elementwise: ['elementwise.ts', 'copy.ts'] };

/** Compiles a module; its bytes, in hexadecimal digits. */
export async function compile(name) {
  const options = [
    ['--baseDir', import.meta.dirname],
    ['--outFile', 'module.wasm'],
    // The kernels work in the one linear memory, whatever its size, and bring nothing of their own along.
    ['--importMemory', '--noExportMemory', '--initialMemory', '0'],
    ['--runtime', 'stub', '--use', 'abort=', '--noAssert'],
    ['--enable', 'simd', '--optimizeLevel', '3', '--shrinkLevel', '0'],
  ];
  let bytes = new Uint8Array();
  const { error, stderr } = await asc.main([...modules[name], ...options.flat()], {
    writeFile: (_file, contents) => {
      bytes = contents;
    },
  });
  if (error !== null) throw new Error(`asc does not compile ${modules[name].join(', ')}:\n${String(stderr)}`);
  return Buffer.from(bytes).toString('hex');
}
