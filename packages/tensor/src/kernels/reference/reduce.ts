import { type Storage } from '../../array/storage.ts';
import { type Strided } from '../operands.ts';
import { lengthOf, runsOf } from '../runs.ts';

/** Reduces `x` over some of its axes to `out`, whose elements are in the order of the others. */
export type ReduceKernel = (x: Strided, axes: readonly number[], out: Storage) => void;

/** Reduces each dense run of `length` elements to one element of `out`, or in `cumsum` and `cumprod` to as many. */
type RunsKernel = (x: Storage, out: Storage, length: number) => void;

function reduction(ofRuns: RunsKernel): ReduceKernel {
  return (x, axes, out) => {
    ofRuns(runsOf(x, axes), out, lengthOf(x, axes));
  };
}

/** Sums in double precision whatever the dtype. */
export const sum: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    let total = 0;
    for (let j = i * length; j < (i + 1) * length; j++) total += x[j]!;
    out[i] = total;
  }
});

/** Multiplies in double precision whatever the dtype. */
export const prod: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    let product = 1;
    for (let j = i * length; j < (i + 1) * length; j++) product *= x[j]!;
    out[i] = product;
  }
});

/** The largest of each run; NaN if there is one in it. */
export const max: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i * length + largest(x, i * length, length)]!;
});

/** The smallest of each run; NaN if there is one in it. */
export const min: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = x[i * length + smallest(x, i * length, length)]!;
});

/** Where in each run the largest stands: the first of equals, and the first NaN if there is one. */
export const argmax: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = largest(x, i * length, length);
});

/** Where in each run the smallest stands: the first of equals, and the first NaN if there is one. */
export const argmin: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) out[i] = smallest(x, i * length, length);
});

/** Whether any element of each run is not 0; NaN is not. */
export const any: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    let found = 0;
    for (let j = i * length; j < (i + 1) * length; j++) if (x[j] !== 0) found = 1;
    out[i] = found;
  }
});

/** Whether all elements of each run are not 0. */
export const all: ReduceKernel = reduction((from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let i = 0; i < out.length; i++) {
    let holds = 1;
    for (let j = i * length; j < (i + 1) * length; j++) if (x[j] === 0) holds = 0;
    out[i] = holds;
  }
});

/** The sums of the first one, two, three … elements of each run; in double precision whatever the dtype. */
export const cumsum: RunsKernel = (from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let start = 0; start < out.length; start += length) {
    let total = 0;
    for (let j = start; j < start + length; j++) out[j] = total += x[j]!;
  }
};

/** The products of the first one, two, three … elements of each run; in double precision whatever the dtype. */
export const cumprod: RunsKernel = (from, to, length) => {
  const [x, out] = [from.read(), to.elements()];
  for (let start = 0; start < out.length; start += length) {
    let product = 1;
    for (let j = start; j < start + length; j++) out[j] = product *= x[j]!;
  }
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

function smallest(x: ArrayLike<number>, start: number, length: number): number {
  let at = 0;
  for (let j = 1; j < length; j++) {
    const best = x[start + at]!;
    if (Number.isNaN(best)) break;
    if (!(x[start + j]! >= best)) at = j;
  }
  return at;
}
