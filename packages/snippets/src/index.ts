import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { docCommentSnippets } from './doc-comments.ts';
import { fencedSnippets } from './fences.ts';
import { runSnippet } from './run.ts';
import { type Snippet } from './snippet.ts';

/**
 * Defines a test for each snippet in a package's README and in the doc comments of its sources. Call it from
 * `src/snippets.test.ts` with `import.meta.url`. Throws if the README has no snippet.
 */
export function testSnippets(testFile: string): void {
  const src = path.dirname(fileURLToPath(testFile));
  testSnippetsIn(testFile, ['../README.md']);
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts') || /\.test(?:-d)?\.ts$/.test(file)) continue;
    testAll(docCommentSnippets(path.join('src', file), readFileSync(path.join(src, file), 'utf8')));
  }
}

/**
 * Defines a test for each snippet in Markdown files. Call it with `import.meta.url`; the paths are relative to that file.
 * Throws if a file has no snippet.
 */
export function testSnippetsIn(testFile: string, files: readonly string[]): void {
  for (const relative of files) {
    const file = fileURLToPath(new URL(relative, testFile));
    const name = path.basename(file);
    const snippets = fencedSnippets(name, readFileSync(file, 'utf8'));
    if (snippets.length === 0) throw new Error(`${file} has no snippet to run. Add one in a \`\`\`ts block`);
    testAll(snippets);
  }
}

function testAll(snippets: readonly Snippet[]): void {
  for (const snippet of snippets) {
    test(`${snippet.file}:${snippet.line}`, async () => {
      await runSnippet(snippet);
    });
  }
}
