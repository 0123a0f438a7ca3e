import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledModule, launchChromium, runInBrowser } from './browser.ts';
import { runCommand } from './run-command.ts';

/** What runs JavaScript: a program such as Node, or a browser. */
export interface Engine {
  /** As tables call it: `Node 24`, `Chromium`. */
  readonly name: string;
  /** `24.21.0` */
  readonly version: string;
  /** Whether there is a file system, and what else `node:` stands for. */
  readonly hasNodeBuiltins: boolean;
  /**
   * Imports a module with all that it imports, in a process or page of its own. Gives what the module exports as `checked`,
   * which JSON can hold; rejects with what the module throws.
   */
  readonly run: (module: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** How a program is started that runs a file of JavaScript. */
export interface Runtime {
  readonly command: string;
  /** What stands before the file. */
  readonly args?: readonly string[];
  /** What it needs in its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Imports a module and prints its `checked`. A module that ends the process early has nothing printed. */
const runner = `const { checked } = await import(process.argv[2]);
console.log(\`\\nchecked \${JSON.stringify(checked)}\`);
`;

/** A program that runs JavaScript. Rejects when it does not say its version. */
export async function programEngine(name: string, runtime: Runtime): Promise<Engine> {
  const { command, args = [], env = {} } = runtime;
  const [version] = /\d+\.\d+\.\d+/.exec(await runCommand(command, ['--version'], { cwd: '.', env })) ?? [];
  if (version === undefined)
    throw new Error(`${command} --version prints no version: it is no program to run modules in`);
  return {
    name,
    version,
    hasNodeBuiltins: true,
    async run(module) {
      const cwd = path.dirname(module);
      const file = path.join(cwd, 'run.js');
      if (!existsSync(file)) writeFileSync(file, runner); // Written again, it would be empty for a moment.
      const printed = await runCommand(command, [...args, 'run.js', `./${path.basename(module)}`], { cwd, env });
      const [, checked] = /\nchecked (.+)\n$/.exec(printed) ?? [];
      if (checked === undefined) throw new Error(`${module} did not run to its end. It printed: ${printed}`);
      return JSON.parse(checked) as unknown;
    },
    close: () => Promise.resolve(),
  };
}

/** The Node that runs this, without the options that it was started with. */
export function thisNode(): Promise<Engine> {
  return programEngine(`Node ${Number.parseInt(process.versions.node)}`, { command: process.execPath });
}

/** A Chromium without a window. Modules are bundled for it. */
export async function chromiumEngine(executable: string): Promise<Engine> {
  const browser = await launchChromium(executable);
  return {
    name: 'Chromium',
    version: browser.version(),
    hasNodeBuiltins: false,
    run: async (module) => runInBrowser(browser, await bundledModule(module)),
    close: () => browser.close(),
  };
}
