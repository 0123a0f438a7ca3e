import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fencedSnippets, type Snippet } from '@mg/snippets/write';
import { type WorkspacePackage } from './workspace.ts';

/** The snippets of a package's README. A package without one has none. */
export function readmeSnippets({ folder }: WorkspacePackage): Snippet[] {
  const file = path.join(folder, 'README.md');
  return existsSync(file) ? fencedSnippets('README.md', readFileSync(file, 'utf8')) : [];
}
