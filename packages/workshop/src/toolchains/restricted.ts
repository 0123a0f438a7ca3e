import { type Toolchain } from './toolchain.ts';

/** Trains a step, and tells whether there is memory for compiled kernels, and what the packages have warned of. */
const files: Readonly<Record<string, string>> = {
  'warnings.js': `globalThis.warnings = [];
console.warn = (text) => warnings.push(text);
`,
  'program.js': `import './warnings.js';
import { crossEntropy, Linear } from '@mg/nn';
import { Adam } from '@mg/optim';
import { value } from '@mg/scalar';
import { memoryUsage, tensor } from '@mg/tensor';

export function trained() {
  const model = new Linear(2, 2, { bias: false });
  model.loadStateDict({ weight: tensor([[1, 2], [3, 4]]) });
  const optimizer = new Adam(model.parameters(), { lr: 0.5 });
  const loss = crossEntropy(model.forward(tensor([[1, -1]])), tensor([1], { dtype: 'int32' }));
  loss.backward();
  optimizer.step();
  const x = value(2);
  x.mul(3).backward();
  const hasMemory = memoryUsage().reserved > 0;
  return \`loss \${loss.item().toFixed(4)}, \${model.weight.sum().item().toFixed(4)}, \${x.grad}\\n\${
    hasMemory ? 'memory for kernels' : 'no memory for kernels'}\\nwarnings: \${warnings.map((each) => each.slice(0, 36)).join()}\`;
}
`,
  'main.js': "import { trained } from './program.js';\nconsole.log(trained());\n",
};

const numbers = 'loss 0.6931, 10.0000, 3';
const compiled = `${numbers}\nmemory for kernels\nwarnings: `;
const missing = `${numbers}\nno memory for kernels\nwarnings: @mg/tensor: there is no WebAssembly `;
const forbidden = `${numbers}\nno memory for kernels\nwarnings: @mg/tensor: WebAssembly cannot compi`;

const inNode = (
  name: string,
  options: readonly string[],
  prints: string,
  more: Toolchain['files'] = {},
): Toolchain => ({
  name,
  tools: {},
  files: { ...files, ...more },
  tryIn: ({ run }) => run(process.execPath, [...options, 'main.js']),
  prints,
});

const esbuild = 'node_modules/esbuild/bin/esbuild';
const bundling = ['--bundle', '--format=esm', '--outfile=bundle.js'];

/** Node where WebAssembly is missing, or code may not do all that it may elsewhere. */
export const restrictedNodes: readonly Toolchain[] = [
  inNode('Node --jitless', ['--jitless'], missing),
  inNode('Node, WebAssembly deleted', ['--import', './delete.js'], missing, {
    'delete.js': 'delete globalThis.WebAssembly;\n',
  }),
  inNode('Node --disallow-code-generation-from-strings', ['--disallow-code-generation-from-strings'], compiled),
  inNode('Node --frozen-intrinsics', ['--frozen-intrinsics'], compiled, {
    'warnings.js': 'globalThis.warnings = []; // its console is frozen\n',
  }),
];

/** Edge runtimes, which may forbid to compile WebAssembly from bytes. */
export const edgeRuntimes: readonly Toolchain[] = [
  ...(
    [
      ['allowed', true, compiled],
      ['forbidden', false, forbidden],
    ] as const
  ).map(([word, wasm, prints]): Toolchain => ({
    name: `Edge runtime of Vercel, compilation ${word}`,
    tools: { '@edge-runtime/vm': '5.0.0', esbuild: '0.28.2' },
    files: {
      ...files,
      'edge.js': "import { trained } from './program.js';\nglobalThis.printed = trained();\n",
      'run.js': `import { EdgeVM } from '@edge-runtime/vm';
import { readFileSync } from 'node:fs';
const vm = new EdgeVM({ codeGeneration: { strings: false, wasm: ${wasm} } });
vm.evaluate(readFileSync('bundle.js', 'utf8'));
console.log(vm.evaluate('printed'));
`,
    },
    async tryIn({ run, node }) {
      await run(esbuild, ['edge.js', ...bundling]);
      return await node('run.js');
    },
    prints,
  })),
  // It compiles while a script starts, such as the first kernels, and forbids it in requests.
  {
    name: 'workerd of Cloudflare (Miniflare)',
    tools: { esbuild: '0.28.2', miniflare: '4.20260730.0' },
    files: {
      ...files,
      'edge.js': `import { trained } from './program.js';
export default { fetch: () => new Response(trained()) };
`,
      'run.js': `import { Miniflare } from 'miniflare';
const miniflare = new Miniflare({ modules: true, scriptPath: 'bundle.js', compatibilityDate: '2026-01-01', cf: false });
const response = await miniflare.dispatchFetch('http://localhost/');
console.log(await response.text());
await miniflare.dispose();
`,
    },
    async tryIn({ run, node }) {
      await run(esbuild, ['edge.js', ...bundling]);
      return await node('run.js');
    },
    prints: `${numbers}\nmemory for kernels\nwarnings: @mg/tensor: WebAssembly cannot compi`,
  },
];
