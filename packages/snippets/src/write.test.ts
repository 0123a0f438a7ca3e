import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fencedSnippets, writeSnippets, type WrittenSnippet } from './write.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'write-snippets-'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (result: string): WrittenSnippet[] => {
  const code = `import { sep } from 'node:path';\nconst length: number = sep.length; // => ${result}`;
  const markdown = `# Title\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
  return writeSnippets(path.join(folder, 'snippets'), fencedSnippets('README.md', markdown));
};

test('a written snippet runs in plain Node', () => {
  const [snippet] = write('1');
  expect(snippet).toMatchObject({ file: 'README.md', line: 4, checks: 1, imports: ['node:path'] });
  expect(execFileSync(process.execPath, [snippet?.module ?? ''], { encoding: 'utf8' })).toBe('');
});

test('and fails there when its result is wrong', () => {
  const [snippet] = write('2');
  const run = (): string =>
    execFileSync(process.execPath, [snippet?.module ?? ''], { encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow('README.md:5: the snippet says => 2');
});
