import { type ConsumerProject, isNodeOnly } from './consumer-project.ts';
import { type Engine } from './engine.ts';

/** How an installed package did in an engine. */
export interface PackageTrial {
  /** How many entries were loaded, and how many snippets of the README run. */
  readonly tried: number;
  /** How many were not, because they need what a browser lacks. */
  readonly skipped: number;
  /** What went wrong: the entry, or the line of the README, and the error. */
  readonly failures: readonly string[];
}

/** Loads each entry of the package that a project has installed, and runs each snippet of its README, in an engine. */
export async function tryPackage(
  engine: Engine,
  { loads, snippets }: Pick<ConsumerProject, 'loads' | 'snippets'>,
): Promise<PackageTrial> {
  const steps: Step[] = [
    ...loads.map(({ entry, module }) => ({
      name: `import '${entry}'`,
      imports: [entry],
      module,
      problem: (checked: unknown) => (Number(checked) > 0 ? undefined : 'it exports nothing'),
    })),
    ...snippets.map(({ file, line, imports, module, checks }) => ({
      name: `${file}:${line}`,
      imports,
      module,
      problem: (checked: unknown) =>
        checked === checks ? undefined : `${JSON.stringify(checked)} of its ${checks} results were checked`,
    })),
  ];
  const possible = steps.filter(({ imports }) => engine.hasNodeBuiltins || !imports.some(isNodeOnly));
  const failures: string[] = [];
  for (const { name, module, problem } of possible) {
    const found = await engine.run(module).then(problem, (error: unknown) => String(error));
    if (found !== undefined) failures.push(`${name}: ${found}`);
  }
  return { tried: possible.length, skipped: steps.length - possible.length, failures };
}

/** A module to run, and what is wrong with what it exports as `checked`. */
interface Step {
  readonly name: string;
  readonly imports: readonly string[];
  readonly module: string;
  readonly problem: (checked: unknown) => string | undefined;
}
