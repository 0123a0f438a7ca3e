import { type Storage } from '../../storage.ts';

// The axis that is indexed stands in the middle: [outer, length, inner]. `index` is [outer, count, inner].

/** out[o, j, i] = x[o, index[o, j, i], i]. */
export function gather(
  from: Storage,
  indices: Storage,
  to: Storage,
  { length, count, inner }: { length: number; count: number; inner: number },
): void {
  const [x, index, out] = [from.read(), indices.read(), to.elements()];
  for (let at = 0; at < out.length; at++) {
    const outer = Math.floor(at / (count * inner));
    out[at] = x[(outer * length + index[at]!) * inner + (at % inner)]!;
  }
}

/** out[o, index[o, j, i], i] += source[o, j, i]: the adjoint of gather. */
export function scatterAdd(
  indices: Storage,
  from: Storage,
  to: Storage,
  { length, count, inner }: { length: number; count: number; inner: number },
): void {
  const [index, source, out] = [indices.read(), from.read(), to.elements()];
  for (let at = 0; at < source.length; at++) {
    const outer = Math.floor(at / (count * inner));
    const place = (outer * length + index[at]!) * inner + (at % inner);
    out[place] = out[place]! + source[at]!;
  }
}
