// The modules of compiled kernels: what each is made of.
import path from 'node:path';
import { inlinedModules } from '@mg/assembler';

export const modules = inlinedModules({
  owner: '@mg/tensor',
  folder: import.meta.dirname,
  to: path.join(import.meta.dirname, '../src/kernels/compiled'),
  modules: {
    elementwise: { sources: ['elementwise.ts', 'copy.ts'] },
    functions: { sources: ['functions.ts', 'softmax.ts'] },
    indexing: { sources: ['indexing.ts'] },
    products: { sources: ['matmul.ts'] },
    reduce: { sources: ['reduce.ts'] },
    unfold: { sources: ['unfold.ts'] },
  },
});
