import { linearMemory, type WasmMemory } from '../../array/linear-memory.ts';
import { compileElementwise, type ElementwiseKernels } from './elementwise.ts';
import { compileFunctions, type FunctionKernels } from './functions.ts';
import { compileIndexing, type IndexingKernels } from './indexing.ts';
import { compileReduce, type ReduceKernels } from './reduce.ts';
import { compileUnfold, type UnfoldKernels } from './unfold.ts';

/** From how many elements on it pays to cross into WebAssembly. */
export const SMALLEST = 64;

/** The compiled kernels, which work in the one linear memory; null where there is none, or they cannot be compiled. */
export const compiled: ElementwiseKernels | null = inMemory(compileElementwise);

/** Those that index, and those of windows over images. */
export const compiledIndexing: IndexingKernels | null = inMemory(compileIndexing);

/** The functions that are not exact, and softmax. */
export const compiledFunctions: FunctionKernels | null = inMemory(compileFunctions);

/** The reductions. */
export const compiledReduce: ReduceKernels | null = inMemory(compileReduce);

/** Those that lay the windows of a convolution out. */
export const compiledUnfold: UnfoldKernels | null = inMemory(compileUnfold);

/** A family of kernels in the one linear memory. */
function inMemory<Kernels>(compile: (memory: WasmMemory) => Kernels | null): Kernels | null {
  return linearMemory === null ? null : compile(linearMemory.memory);
}
