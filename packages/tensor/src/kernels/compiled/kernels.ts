import { linearMemory } from '../../memory/linear-memory.ts';
import { compileElementwise, type ElementwiseKernels } from './elementwise.ts';
import { compileFunctions, type FunctionKernels } from './functions.ts';
import { compileIndexing, type IndexingKernels } from './indexing.ts';
import { compileReduce, type ReduceKernels } from './reduce.ts';

/** From how many elements on it pays to cross into WebAssembly. */
export const SMALLEST = 64;

/** The compiled kernels, which work in the one linear memory; null where there is none, or they cannot be compiled. */
export const compiled: ElementwiseKernels | null =
  linearMemory === null ? null : compileElementwise(linearMemory.memory);

/** Those that index, and those of windows over images. */
export const compiledIndexing: IndexingKernels | null =
  linearMemory === null ? null : compileIndexing(linearMemory.memory);

/** The functions that are not exact, and softmax. */
export const compiledFunctions: FunctionKernels | null =
  linearMemory === null ? null : compileFunctions(linearMemory.memory);

/** The reductions. */
export const compiledReduce: ReduceKernels | null = linearMemory === null ? null : compileReduce(linearMemory.memory);
