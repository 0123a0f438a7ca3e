import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type EntryFiles, type ImportingFile } from './import-rules.ts';
import { importsIn, importsOf, reachableFrom } from './imports.ts';
import { readmeSnippets } from './readme.ts';
import { type WorkspacePackage } from './workspace.ts';

/** Folders that hold no sources of ours. */
const skipped = new Set(['node_modules', 'dist', 'coverage', '.turbo']);

/** Every TypeScript and JavaScript file of a package, and its README, with what they import. */
export function importingFiles(workspacePackage: WorkspacePackage): ImportingFile[] {
  const files = filesUnder(workspacePackage.folder).filter((file) => /\.[mc]?[tj]s$/.test(file));
  return [...files.map((file) => importingFile(workspacePackage, file)), importingReadme(workspacePackage)];
}

/** The entries of a package, each with all the sources it needs. */
export function entryFiles(workspacePackage: WorkspacePackage): EntryFiles[] {
  return Object.entries(workspacePackage.manifest.exports ?? {}).map(([entry, targets]) => {
    const source = path.join(workspacePackage.folder, targets['@mg/source'] ?? '');
    return { entry, files: [...reachableFrom(source)].map((file) => importingFile(workspacePackage, file)) };
  });
}

function importingFile({ shortName, folder }: WorkspacePackage, absolute: string): ImportingFile {
  const file = path.relative(folder, absolute).replaceAll(path.sep, '/');
  const isSource = file.startsWith('src/') && !/\.test(?:-d)?\.ts$/.test(file);
  return { importer: shortName, file, isDev: !isSource, imports: importsOf(absolute) };
}

/** The README as far as it is run: the imports of its snippets. */
function importingReadme(workspacePackage: WorkspacePackage): ImportingFile {
  const imports = readmeSnippets(workspacePackage).flatMap(({ code }) => importsIn(code));
  return { importer: workspacePackage.shortName, file: 'README.md', isDev: true, imports };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const entryPath = path.join(folder, entry.name);
    if (!entry.isDirectory()) return [entryPath];
    return skipped.has(entry.name) ? [] : filesUnder(entryPath);
  });
}
