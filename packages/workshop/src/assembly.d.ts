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

export function staleModules(folder: string): Promise<string[]>;
