// The module of compiled kernels: what it is made of.
import path from 'node:path';
import { inlinedModules } from '@mg/assembler';

export const modules = inlinedModules({
  owner: '@mg/optim',
  folder: import.meta.dirname,
  to: path.join(import.meta.dirname, '../src'),
  modules: { kernels: { sources: ['adagrad.ts', 'adam.ts', 'rmsprop.ts', 'sgd.ts'] } },
});
