import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.ts';

/** Imports a module and says how many checks it made. One that ends the process early says nothing. */
const runner = `const { checked } = await import(process.argv[2]);
console.log(\`\\nchecked \${checked}\`);
`;

/** Runs a rewritten snippet in plain Node. Gives the number of its checks. */
export async function runInNode(module: string): Promise<number> {
  const cwd = path.dirname(module);
  writeFileSync(path.join(cwd, 'run.js'), runner);
  const printed = await runCommand(process.execPath, ['run.js', `./${path.basename(module)}`], { cwd });
  const [, checked] = /\nchecked (\d+)\n$/.exec(printed) ?? [];
  if (checked === undefined) throw new Error(`${module} did not run to its end. It printed: ${printed}`);
  return Number(checked);
}

/** Imports entries in plain Node, one process for each. Rejects when one cannot be loaded. */
export async function loadInNode(folder: string, entries: readonly string[]): Promise<void> {
  const load = (entry: string) => ['--input-type=module', '--eval', `await import(${JSON.stringify(entry)})`];
  await Promise.all(entries.map((entry) => runCommand(process.execPath, load(entry), { cwd: folder })));
}
