import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '@mg/workshop/run-command';
import { expect, test } from 'vitest';
import { emptyFolder } from '../test/trial.ts';

test('a start takes the bundle of the last one only if no source has changed', async () => {
  const folder = emptyFolder();
  // The note of the last start is called by the file: this name is new.
  const file = path.join(folder, `${path.basename(folder)}.ts`);
  const hooks = JSON.stringify(pathToFileURL(path.join(import.meta.dirname, '../typescript.js')).href);
  const code = `await (await import(${hooks})).importTypeScript(${JSON.stringify(file)})`;
  const start = (): Promise<string> =>
    runCommand(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder });

  writeFileSync(file, "import { one } from './one.ts'; console.log(one, import.meta.dirname);");
  const printed: string[] = [];
  for (const one of [1, 1, 2]) {
    writeFileSync(path.join(folder, 'one.ts'), `export const one: number = ${one};`);
    printed.push(await start());
  }
  expect(printed).toEqual([`1 ${folder}\n`, `1 ${folder}\n`, `2 ${folder}\n`]);
});
