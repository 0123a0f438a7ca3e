import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What a piece of TypeScript or JavaScript imports: static, dynamic and for its types alone. */
export function importsIn(code: string): string[] {
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
}

export function importsOf(file: string): string[] {
  return importsIn(readFileSync(file, 'utf8'));
}

/** A source, and all that it imports by relative path, directly or not. Throws when one of them does not exist. */
export function reachableFrom(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith('.')) reachableFrom(path.resolve(path.dirname(file), specifier), found);
  }
  return found;
}
