// Writes the compiled modules, inlined in generated sources that are committed: nothing else needs the compiler.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile, modules } from './compile.js';

const folder = path.join(import.meta.dirname, '../src/kernels/compiled');

for (const [name, sources] of Object.entries(modules)) {
  const base64 = await compile(name);
  const from = sources.map((source) => `assembly/${source}`).join(' and ');
  const text = `// Generated from ${from} by \`pnpm --filter @mg/tensor assembly\`: do not edit.

/** The module in base64, to be given to \`instantiate\`. */
export const ${name}: string =
  '${base64}';
`;
  writeFileSync(path.join(folder, `${name}.wasm.ts`), text);
  console.log(`${name}: ${Buffer.from(base64, 'base64').length} bytes`);
}
