import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One entry of a published package, by condition. */
type EntryTargets = Readonly<Record<string, string>>;

/** A package.json, as far as the checks read it. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
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
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
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

/** The packages and apps of a repository: of this one, or of a copy. */
export function readWorkspace(folder: string): WorkspacePackage[] {
  return ['packages', 'apps'].flatMap((parent) =>
    readdirSync(path.join(folder, parent))
      .map((name) => path.join(folder, parent, name))
      .filter((each) => existsSync(path.join(each, 'package.json')))
      .map((each) => ({
        shortName: parent === 'apps' ? `apps/${path.basename(each)}` : path.basename(each),
        folder: each,
        manifest: JSON.parse(readFileSync(path.join(each, 'package.json'), 'utf8')) as Manifest,
      })),
  );
}

/** Whether npm is to have the package. */
export function isPublished({ manifest }: WorkspacePackage): boolean {
  return manifest.private !== true;
}

export const workspacePackages: readonly WorkspacePackage[] = readWorkspace(root);

export const publishedPackages: readonly WorkspacePackage[] = workspacePackages.filter(isPublished);

/** The name of the package that a specifier imports: `@mg/tensor` for `@mg/tensor/internal`; none for a relative path. */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[^/]+\/)?[^./][^/]*/.exec(specifier)?.[0];
}
