import { linearMemory, type MemoryReport } from './linear-memory.ts';

/**
 * Sets how large the memory of the compiled kernels may grow, in bytes; 64 MiB by default. What does not fit moves out to ordinary
 * arrays and back, so that a limit costs time and never numbers. One operation that needs more all by itself gets it.
 *
 * Throws a RangeError for a number below 0.
 */
export function setMemoryLimit(bytes: number): void {
  linearMemory?.setLimit(bytes);
}

/** How much of the memory of the compiled kernels is in use; all zero where there is no WebAssembly. */
export function memoryUsage(): MemoryReport {
  return linearMemory?.usage() ?? { used: 0, reserved: 0, limit: 0, evictions: 0 };
}
