import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { rewriteSnippet } from './rewrite.ts';
import { type Snippet } from './snippet.ts';

export { fencedSnippets } from './fences.ts';
export { type Snippet } from './snippet.ts';

/** A snippet in a folder, to run outside of the test run: in plain Node or in a browser. */
export interface WrittenSnippet extends Snippet {
  /** The JavaScript module that runs it. It exports the number of checks as `checked`, and throws if one fails. */
  readonly module: string;
  readonly checks: number;
  /** The modules that the snippet imports. */
  readonly imports: readonly string[];
}

/** The sources that a rewritten snippet needs at run time. They import no others. */
const checksSources = ['checks.ts', 'compare.ts', 'print.ts'];

/** Writes snippets and the modules that check their results into a folder, as JavaScript. */
export function writeSnippets(folder: string, snippets: readonly Snippet[]): WrittenSnippet[] {
  mkdirSync(folder, { recursive: true });
  for (const source of checksSources) {
    const code = readFileSync(new URL(source, import.meta.url), 'utf8');
    writeFileSync(path.join(folder, source.replace(/\.ts$/, '.js')), transpiled(code));
  }
  return snippets.map((snippet) => {
    const { javascript, checks, imports } = rewriteSnippet(snippet, './checks.js');
    const module = path.join(folder, `line-${snippet.line}.js`);
    writeFileSync(module, javascript);
    return { ...snippet, module, checks, imports };
  });
}

function transpiled(typescript: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
  };
  return ts.transpileModule(typescript, { compilerOptions }).outputText;
}
