import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rewriteSnippet } from './rewrite.ts';
import { type Snippet } from './snippet.ts';

const checksModule = fileURLToPath(new URL('checks.ts', import.meta.url));

/**
 * Runs a snippet inside the current test run, which resolves imports of our packages to their sources.
 *
 * Returns the number of checks. Throws any error of the snippet, and the first failed check.
 */
export async function runSnippet(snippet: Snippet): Promise<number> {
  const { javascript, checks } = rewriteSnippet(snippet, checksModule);
  const folder = mkdtempSync(path.join(tmpdir(), 'snippet-'));
  const file = path.join(folder, 'snippet.js');
  try {
    writeFileSync(file, javascript);
    const { checked } = (await import(/* @vite-ignore */ file)) as { checked: number };
    if (checked !== checks) throw new Error(`${snippet.file}:${snippet.line}: ran ${checked} of ${checks} checks`);
    return checked;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
