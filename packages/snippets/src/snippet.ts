/** A runnable example in the documentation. */
export interface Snippet {
  /** The file that contains it, as it appears in test names: `README.md`, `src/tensor.ts`. */
  readonly file: string;
  /** The line of the file, from 1, where `code` starts. */
  readonly line: number;
  /** The code, in TypeScript or JavaScript. */
  readonly code: string;
}
