/** One runnable example of the documentation. */
export interface Snippet {
  /** The file it stands in, as a test names it: `README.md`, `src/tensor.ts`. */
  readonly file: string;
  /** The line of that file (from 1) on which the first line of `code` stands. */
  readonly line: number;
  /** The code as it is written, TypeScript or JavaScript. */
  readonly code: string;
}
