import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { writeFiles } from '../write-files.ts';
import { obtainTools } from './tools.ts';

folderTest('tools are installed once, each set in a folder of its own', async ({ folder }) => {
  const installed: string[] = [];
  const install = (own: string): Promise<void> => {
    installed.push(readFileSync(path.join(own, 'package.json'), 'utf8'));
    return Promise.resolve();
  };
  const tools = { '@made-up/one': '1.2.3', two: '4.5.6' };
  const own = await obtainTools(tools, folder, install);
  expect(path.relative(folder, own)).toBe('made-up-one-1.2.3+two-4.5.6');
  expect(await obtainTools(tools, folder, install)).toBe(own);
  expect(await obtainTools({ two: '4.5.6' }, folder, install)).not.toBe(own);
  expect(installed.map((each) => JSON.parse(each) as unknown)).toEqual([
    { private: true, dependencies: tools },
    { private: true, dependencies: { two: '4.5.6' } },
  ]);
});

folderTest('an installation that failed half way is done again', async ({ folder }) => {
  const failing = (own: string): Promise<void> => {
    writeFiles(own, { 'node_modules/two/half.js': '' });
    return Promise.reject(new Error('no network'));
  };
  await expect(obtainTools({ two: '1.0.0' }, folder, failing)).rejects.toThrow('no network');
  const own = await obtainTools({ two: '1.0.0' }, folder, () => Promise.resolve());
  expect(existsSync(path.join(own, 'node_modules'))).toBe(false);
});
