import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A published package, as far as the site needs it. */
export interface Package {
  /** The folder's name, which the addresses of the site are made of: `data-mnist`. */
  readonly folder: string;
  /** The name to import it by: `@mg/data-mnist`. */
  readonly name: string;
  /** What can be imported: the name, and the file that it stands for. */
  readonly entries: readonly { readonly name: string; readonly file: string }[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, { readonly '@mg/source': string }>>;
}

/** The order in which to read them; a package that is not listed comes last. */
const readingOrder = ['scalar', 'tensor', 'nn', 'optim', 'gradcheck', 'data', 'data-mnist'];

/** The published packages of the workspace at `root`, in reading order. */
export function publishedPackages(root: string): Package[] {
  const place = ({ folder }: Package) => (readingOrder.includes(folder) ? readingOrder.indexOf(folder) : Infinity);
  return readdirSync(path.join(root, 'packages'))
    .sort()
    .flatMap((folder) => readPackage(root, folder))
    .sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

function readPackage(root: string, folder: string): Package[] {
  const home = path.join(root, 'packages', folder);
  if (!existsSync(path.join(home, 'package.json'))) return [];
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as Manifest;
  if (manifest.private) return [];
  const entries = Object.entries(manifest.exports).map(([entry, target]) => ({
    name: path.posix.join(manifest.name, entry),
    file: path.join(home, target['@mg/source']),
  }));
  return [{ folder, name: manifest.name, entries }];
}
