import { type Tensor } from '@mg/tensor';

// What the loops share, number by number: assembly/lanes.ts has the same for the kernels.

/** sign · g + decay · p; where there is no decay p is not looked at, for it may be infinite. */
export function slope(g: number, p: number, sign: number, decay: number): number {
  return decay === 0 ? sign * g : sign * g + decay * p;
}

/** keep · mean + addend, and 0 where that is nearer to 0 than `tiny`. NaN is not, and stays. */
export function blend(mean: number, keep: number, addend: number, tiny: number): number {
  const next = keep * mean + addend;
  return Math.abs(next) < tiny ? 0 : next;
}

/** -1 to go up along the gradient, else 1. */
export function signOf(group: { readonly maximize: boolean }): number {
  return group.maximize ? -1 : 1;
}

/**
 * Below which means and velocities are set to 0: the smallest float32 that is not denormal. A processor takes about 100 cycles
 * for each denormal; beside `eps` they are nothing, but where that is 0 they may be all there is. In float64 none is set to 0.
 */
export function tinyFor({ dtype }: Tensor, eps: number): number {
  return dtype === 'float32' && eps > 0 ? 1.1754943508222875e-38 : 0;
}
