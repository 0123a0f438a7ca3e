import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One entry of a published package, by condition. */
type EntryTargets = Readonly<Record<string, string>>;

/** A package.json, as far as the checks read it. */
interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly main?: string;
  readonly types?: string;
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly exports?: Readonly<Record<string, EntryTargets>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** As the package graph calls it: `nn`, `apps/mnist`. */
  readonly shortName: string;
  /** The absolute path. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, '../../..');

export const workspacePackages: readonly WorkspacePackage[] = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(path.join(root, parent))
    .map((name) => path.join(root, parent, name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => ({
      shortName: parent === 'apps' ? `apps/${path.basename(folder)}` : path.basename(folder),
      folder,
      manifest: JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest,
    })),
);

export const publishedPackages: readonly WorkspacePackage[] = workspacePackages.filter(
  ({ manifest }) => manifest.private !== true,
);

/** The name of the package that a specifier imports: `@mg/tensor` for `@mg/tensor/internal`; none for a relative path. */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[^/]+\/)?[^./][^/]*/.exec(specifier)?.[0];
}
