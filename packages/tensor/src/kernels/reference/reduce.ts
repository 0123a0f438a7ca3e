import { type Storage } from '../../storage.ts';

/** Reduces each dense run of `length` elements to one element of `out`. */
export type ReduceKernel = (x: Storage, out: Storage, length: number) => void;

/** Sums in double precision whatever the dtype. */
export const sum: ReduceKernel = (from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    let total = 0;
    for (let j = i * length; j < (i + 1) * length; j++) total += x[j]!;
    out[i] = total;
  }
};

/** The largest of each run; NaN if there is one in it. */
export const max: ReduceKernel = (from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i * length + largest(x, i * length, length)]!;
};

/** Where in each run the largest stands: the first of equals, and the first NaN if there is one. */
export const argmax: ReduceKernel = (from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = largest(x, i * length, length);
};

function largest(x: ArrayLike<number>, start: number, length: number): number {
  let at = 0;
  for (let j = 1; j < length; j++) {
    const best = x[start + at]!;
    if (Number.isNaN(best)) break;
    if (!(x[start + j]! <= best)) at = j;
  }
  return at;
}
