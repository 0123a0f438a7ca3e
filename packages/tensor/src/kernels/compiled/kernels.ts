import { linearMemory } from '../../memory/linear-memory.ts';
import { compileElementwise, type ElementwiseKernels } from './elementwise.ts';

/** From how many elements on it pays to cross into WebAssembly. */
export const SMALLEST = 64;

/** The compiled kernels, which work in the one linear memory; null where there is none, or they cannot be compiled. */
export const compiled: ElementwiseKernels | null =
  linearMemory === null ? null : compileElementwise(linearMemory.memory);
