import { contiguousStrides } from '../../array/shape.ts';
import { type Storage } from '../../array/storage.ts';
import { type Strided } from '../operands.ts';

// The axis that is indexed stands in the middle: [outer, length, inner]. Indices are int32.

/** How a kernel sees what is indexed, and the indices: `count` of them along the axis. */
export interface Extents {
  readonly outer: number;
  readonly length: number;
  readonly count: number;
  readonly inner: number;
}

/** Where rows begin in a storage: row `r` of block `o` at `offset + o · outerStep + r · rowStep`. */
export interface Rows {
  readonly storage: Storage;
  readonly offset: number;
  readonly outerStep: number;
  readonly rowStep: number;
}

/** From how many elements on `set` copies a row faster than a loop. */
const LONG = 48;

/** out[o, j, i] = x[o, index[o, j, i], i]. Returns the place of the first index that is out of range, where it stops; −1 without one. */
export function gather(from: Storage, indices: Storage, to: Storage, { outer, length, count, inner }: Extents): number {
  const [x, index, out] = [from.read(), indices.read(), to.elements()];
  let at = 0;
  for (let o = 0; o < outer; o++) {
    const start = o * length * inner;
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++, at++) {
        const picked = index[at]!;
        if (picked < 0 || picked >= length) return at;
        out[at] = x[start + picked * inner + i]!;
      }
    }
  }
  return -1;
}

/** out[o, index[o, j, i], i] += source[o, j, i]: the adjoint of gather. Returns what that does. */
export function scatterAdd(
  indices: Storage,
  from: Storage,
  to: Storage,
  { outer, length, count, inner }: Extents,
): number {
  const [index, source, out] = [indices.read(), from.read(), to.elements()];
  let at = 0;
  for (let o = 0; o < outer; o++) {
    const start = o * length * inner;
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++, at++) {
        const picked = index[at]!;
        if (picked < 0 || picked >= length) return at;
        const place = start + picked * inner + i;
        out[place] = out[place]! + source[at]!;
      }
    }
  }
  return -1;
}

/** out[o, j, i] = x[o, index[j], i]: whole rows. */
export function take(from: Rows, indices: Storage, to: Storage, { outer, count, inner }: Extents): void {
  const [x, index, out] = [from.storage.read(), indices.read(), to.elements()];
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++, at += inner) {
      const start = from.offset + o * from.outerStep + index[j]! * from.rowStep;
      if (inner >= LONG) out.set(x.subarray(start, start + inner), at);
      else for (let i = 0; i < inner; i++) out[at + i] = x[start + i]!;
    }
  }
}

/** out[o, index[j], i] += source[o, j, i]: the adjoint of take. */
export function addRows(indices: Storage, from: Storage, to: Storage, { outer, length, count, inner }: Extents): void {
  const [index, source, out] = [indices.read(), from.read(), to.elements()];
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      const start = (o * length + index[j]!) * inner;
      for (let i = 0; i < inner; i++, at++) out[start + i] = out[start + i]! + source[at]!;
    }
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

/**
 * For each element of `from`, how many of a sorted run of `length` elements are less, or, if `isRight`, not greater. There is a run for
 * each `count` elements. NaN counts as the largest.
 */
export function searchsorted(
  runs: Storage,
  from: Storage,
  to: Storage,
  { length, count }: Pick<Extents, 'length' | 'count'>,
  isRight: boolean,
): void {
  const [sorted, x, out] = [runs.read(), from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    const start = Math.floor(i / count) * length;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [each, wanted] = [sorted[start + middle]!, x[i]!];
      if (isRight ? each > wanted : each >= wanted) high = middle;
      else low = middle + 1;
    }
    out[i] = low;
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
