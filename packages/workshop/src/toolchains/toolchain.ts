import { type Project } from './project.ts';

/** A tool that builds or runs JavaScript, with a small project of a user of that tool. */
export interface Toolchain {
  /** As the table calls it: `esbuild, CommonJS`. No two have the same name. */
  readonly name: string;
  /** What npm installs for it, at exact versions: `{ rollup: '4.55.1' }`. Toolchains with the same tools share them. */
  readonly tools: Readonly<Record<string, string>>;
  /** The files of the project, by their paths in it. A `package.json` takes the place of one that says `"type": "module"`. */
  readonly files: Readonly<Record<string, string>>;
  /** Builds the project and runs it. Gives what it prints; rejects when the tool or the program fails. */
  readonly tryIn: (project: Project) => Promise<string>;
  /** What the project has to print. White space around it does not count. */
  readonly prints: string;
}
