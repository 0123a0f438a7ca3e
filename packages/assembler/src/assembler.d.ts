/** How a module is built: with the instructions of relaxed SIMD, which not every engine has; in a memory of its own of so many pages, or one that it is given. */
export interface CompileOptions {
  readonly relaxed?: boolean;
  readonly memory?: 'imported' | number;
}

export function compile(
  folder: string,
  sources: readonly string[],
  options?: CompileOptions,
): Promise<Uint8Array<ArrayBuffer>>;

/** The modules that a package inlines. */
export interface InlinedModules {
  readonly names: readonly string[];
  /** Writes all of them. */
  write(): Promise<void>;
  /** Throws an Error unless what is committed is what the sources compile to. */
  check(name: string): Promise<void>;
}

export function inlinedModules(given: {
  /** The package, as pnpm's `--filter` takes it. */
  readonly owner: string;
  /** Where the AssemblyScript sources are, and where the generated ones go. */
  readonly folder: string;
  readonly to: string;
  readonly modules: Readonly<Record<string, { readonly sources: readonly string[]; readonly relaxed?: boolean }>>;
}): InlinedModules;
