import { type Storage } from '../storage.ts';

// The axis that is indexed stands in the middle: [outer, length, inner]. `index` is [outer, count, inner].

/** out[o, j, i] = x[o, index[o, j, i], i]. */
export function gather(
  { array: x }: Storage,
  { array: index }: Storage,
  { array: out }: Storage,
  { length, count, inner }: { length: number; count: number; inner: number },
): void {
  for (let at = 0; at < out.length; at++) {
    const outer = Math.floor(at / (count * inner));
    out[at] = x[(outer * length + index[at]!) * inner + (at % inner)]!;
  }
}

/** out[o, index[o, j, i], i] += source[o, j, i]: the adjoint of gather. */
export function scatterAdd(
  { array: index }: Storage,
  { array: source }: Storage,
  { array: out }: Storage,
  { length, count, inner }: { length: number; count: number; inner: number },
): void {
  for (let at = 0; at < source.length; at++) {
    const outer = Math.floor(at / (count * inner));
    const to = (outer * length + index[at]!) * inner + (at % inner);
    out[to] = out[to]! + source[at]!;
  }
}
