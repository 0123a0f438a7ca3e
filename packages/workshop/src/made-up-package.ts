/** The files of a small package that is right, for tests that make it wrong. */
export const madeUpPackage: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: '@mg/made-up',
    version: '1.0.0',
    type: 'module',
    license: 'MIT',
    sideEffects: false,
    engines: { node: '>=20.19' },
    files: ['dist'],
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './node': { types: './dist/node.d.ts', default: './dist/node.js' },
    },
  }),
  'README.md': '# @mg/made-up\n',
  'dist/index.js': 'export const twice = (x) => 2 * x;\n',
  'dist/index.d.ts': 'export declare const twice: (x: number) => number;\n',
  'dist/node.js': "export { sep } from 'node:path';\n",
  'dist/node.d.ts': "export { sep } from 'node:path';\n",
};
