import { type TypedArray } from '@mg/tensor/engine';

/** What slopes are written to that are not the gradient itself: as large as was needed so far, for one step at a time. */
let room: TypedArray = new Float32Array(0);

/**
 * What an optimizer goes down: the gradients `g` of the objective, or -g to `maximize` it, and those of the penalty ½ · decay · p².
 * To be read until the next call.
 */
export function slope(p: TypedArray, g: TypedArray, maximize: boolean, decay: number): TypedArray {
  if (!maximize && decay === 0) return g;
  if (room.length < p.length || room.BYTES_PER_ELEMENT !== p.BYTES_PER_ELEMENT) room = p.slice();
  const result = room.subarray(0, p.length);
  const sign = maximize ? -1 : 1;
  for (let i = 0; i < result.length; i++) result[i] = sign * g[i]!;
  if (decay !== 0) for (let i = 0; i < result.length; i++) result[i]! += decay * p[i]!;
  return result;
}
