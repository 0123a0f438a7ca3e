import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { writeFiles } from '../write-files.ts';
import { expectNoPath } from './bundle.ts';

folderTest.for([
  ['a path', (project: string) => path.join(project, 'node_modules/x.js')],
  ['an address', (project: string) => pathToFileURL(project).href],
] as const)('%s of the machine in a bundle is found', ([, named], { folder }) => {
  const project = path.join(folder, 'a project');
  mkdirSync(project);
  const dist = path.join(folder, 'dist');
  writeFiles(dist, { 'main.js': 'console.log(1);', 'deep/chunk.js': 'console.log(2);' });
  expect(() => {
    expectNoPath(dist, project);
  }).not.toThrow();
  writeFiles(dist, { 'deep/chunk.js': `const url = "${named(project)}";` });
  expect(() => {
    expectNoPath(dist, project);
  }).toThrow(`${path.join('deep', 'chunk.js')} names ${project}: const url = "`);
});
