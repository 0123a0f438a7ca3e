import { linearMemory } from '../../memory/linear-memory.ts';
import { compileElementwise, type ElementwiseKernels } from './elementwise.ts';

/** The compiled kernels, which work in the one linear memory; null where there is none, or they cannot be compiled. */
export const compiled: ElementwiseKernels | null =
  linearMemory === null ? null : compileElementwise(linearMemory.memory);
