// Writes the compiled modules, inlined in generated sources that are committed: nothing else needs the compiler.
//
// In hexadecimal digits: that is longer than base64, but half as long as that when gzipped, for a byte that comes again is the
// same two digits wherever it stands.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile, modules } from './compile.js';

const folder = path.join(import.meta.dirname, '../src/kernels/compiled');

for (const [name, sources] of Object.entries(modules)) {
  const digits = await compile(name);
  const from = sources.map((source) => `assembly/${source}`).join(' and ');
  const text = `// Generated from ${from} by \`pnpm --filter @mg/tensor assembly\`: do not edit.

/** The module's bytes in hexadecimal digits, to be given to \`instantiate\`. */
export const ${name}: string =
  '${digits}';
`;
  writeFileSync(path.join(folder, `${name}.wasm.ts`), text);
  console.log(`${name}: ${digits.length / 2} bytes`);
}
