// usage: pnpm --filter @mg/examples start NAME
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { load } from './load.js';

const files = readdirSync(path.join(import.meta.dirname, 'src')).filter((file) => file.endsWith('.ts'));
const names = files.filter((file) => !file.includes('.test.')).map((file) => path.basename(file, '.ts'));
const [name = ''] = process.argv.slice(2);
if (names.includes(name)) {
  process.setSourceMapsEnabled(true);
  const { run } = await load(name);
  await run();
} else {
  console.error(`There is no example "${name}". There are ${names.join(', ')}.`);
  process.exitCode = 1;
}
