import { moveIn, type Storage } from '../array/storage.ts';
import { compiledFunctions as compiled } from './compiled/kernels.ts';

/**
 * `g (Φ(x) + x Φ'(x))` of dense elements, in float32, by a compiled kernel that fuses several operations, with the bits of these. False
 * where there is none, and the caller composes the same of operations.
 */
export function geluGradient(x: Storage, g: Storage, out: Storage): boolean {
  if (compiled === null || x.dtype !== 'float32' || g.dtype !== 'float32' || !moveIn(x, g, out)) return false;
  compiled.geluGradient(x.address, g.address, out.address, out.length);
  out.wrote();
  return true;
}
