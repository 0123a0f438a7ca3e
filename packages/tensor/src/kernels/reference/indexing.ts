import { contiguousStrides } from '../../shape.ts';
import { type Storage } from '../../storage.ts';
import { type Strided } from '../grid.ts';

// The axis that is indexed stands in the middle: [outer, length, inner].

/** How a kernel sees what is indexed, and the indices: `count` of them along the axis. */
export interface Extents {
  readonly length: number;
  readonly count: number;
  readonly inner: number;
}

/** out[o, j, i] = x[o, index[o, j, i], i]. */
export function gather(from: Storage, indices: Storage, to: Storage, { length, count, inner }: Extents): void {
  const [x, index, out] = [from.read(), indices.read(), to.elements()];
  for (let at = 0; at < out.length; at++) {
    const outer = Math.floor(at / (count * inner));
    out[at] = x[(outer * length + index[at]!) * inner + (at % inner)]!;
  }
}

/** out[o, index[o, j, i], i] += source[o, j, i]: the adjoint of gather. */
export function scatterAdd(indices: Storage, from: Storage, to: Storage, { length, count, inner }: Extents): void {
  const [index, source, out] = [indices.read(), from.read(), to.elements()];
  for (let at = 0; at < source.length; at++) {
    const outer = Math.floor(at / (count * inner));
    const place = (outer * length + index[at]!) * inner + (at % inner);
    out[place] = out[place]! + source[at]!;
  }
}

/** out[o, j, i] = x[o, index[j], i]: whole rows. */
export function take(from: Storage, indices: Storage, to: Storage, { length, count, inner }: Extents): void {
  const [x, index, out] = [from.read(), indices.read(), to.elements()];
  for (let row = 0; row < (inner === 0 ? 0 : out.length / inner); row++) {
    const start = (Math.floor(row / count) * length + index[row % count]!) * inner;
    for (let i = 0; i < inner; i++) out[row * inner + i] = x[start + i]!;
  }
}

/** out[o, index[j], i] += source[o, j, i]: the adjoint of take. */
export function addRows(indices: Storage, from: Storage, to: Storage, { length, count, inner }: Extents): void {
  const [index, source, out] = [indices.read(), from.read(), to.elements()];
  for (let row = 0; row < (inner === 0 ? 0 : source.length / inner); row++) {
    const start = (Math.floor(row / count) * length + index[row % count]!) * inner;
    for (let i = 0; i < inner; i++) out[start + i] = out[start + i]! + source[row * inner + i]!;
  }
}

/** The order of each dense run of `length` elements: the index of the first, the second …; equals in order, NaN as the largest. */
export function argsort(from: Storage, to: Storage, length: number, descending: boolean): void {
  const [x, out] = [from.read(), to.elements()];
  for (let start = 0; start < out.length; start += length) {
    const compare = (i: number, j: number): number => {
      const [a, b] = [x[start + i]!, x[start + j]!];
      const [aIsNaN, bIsNaN] = [Number.isNaN(a), Number.isNaN(b)];
      const order = aIsNaN || bIsNaN ? Number(aIsNaN) - Number(bIsNaN) : a - b || 0;
      return descending ? -order : order;
    };
    const order = Array.from({ length }, (_, index) => index).sort(compare);
    out.set(order, start);
  }
}

/** Writes dense elements to places of `to`, which are numbers in its row-major order. */
export function put(from: Storage, places: Storage, { storage, shape, strides, offset }: Strided): void {
  const [source, at, target] = [from.read(), places.read(), storage.elements()];
  const steps = contiguousStrides(shape);
  for (let i = 0; i < at.length; i++) {
    let place = offset;
    for (let axis = 0; axis < shape.length; axis++) {
      place += (Math.floor(at[i]! / steps[axis]!) % shape[axis]!) * strides[axis]!;
    }
    target[place] = source[i]!;
  }
}
