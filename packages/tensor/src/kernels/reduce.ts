import { contiguousStrides, sizeOf } from '../array/shape.ts';
import { moveIn, type Storage } from '../array/storage.ts';
import { compiledReduce as compiled, SMALLEST } from './compiled/kernels.ts';
import { type ReduceKernels, ROOM_OF_SUMS } from './compiled/reduce.ts';
import { scratch } from './copy.ts';
import { addressOf, type Strided } from './operands.ts';
import * as reference from './reference/reduce.ts';
import { type ReduceKernel } from './reference/reduce.ts';
import { dense, lengthOf, runsOf } from './runs.ts';

// A kernel is the reference loop of its name, unless it is listed below: a local export takes the place of one that `*` stands for.
export * from './reference/reduce.ts';

/** The sum, in double precision; float32 is always added by the compiled kernel, where there is one: it rounds differently than the reference. */
export const sum: ReduceKernel = (x, axes, out) => {
  const isServed =
    compiled !== null && x.storage.dtype === 'float32' && alongAny(compiled.sumRows, compiled.sumColumns, x, axes, out);
  if (!isServed) reference.sum(x, axes, out);
};

/** The largest, the first of equals; NaN if there is one. */
export const max: ReduceKernel = extreme(reference.max, compiled?.maxRows, compiled?.maxColumns);

/** The smallest, the first of equals; NaN if there is one. */
export const min: ReduceKernel = extreme(reference.min, compiled?.minRows, compiled?.minColumns);

/** Where the largest stands among what is reduced: the first of equals, and the first NaN if there is one. */
export const argmax: ReduceKernel = place(reference.argmax, compiled?.argmaxRows);

/** Where the smallest stands: the first of equals, and the first NaN if there is one. */
export const argmin: ReduceKernel = place(reference.argmin, compiled?.argminRows);

function extreme(
  slow: ReduceKernel,
  rows: ReduceKernels['maxRows'] | undefined,
  columns: ReduceKernels['maxColumns'] | undefined,
): ReduceKernel {
  return (x, axes, out) => {
    if (rows === undefined || columns === undefined || !canServe(x) || !alongAny(rows, columns, x, axes, out)) {
      slow(x, axes, out);
    }
  };
}

function place(slow: ReduceKernel, rows: ReduceKernels['argmaxRows'] | undefined): ReduceKernel {
  return (x, axes, out) => {
    const length = lengthOf(x, axes);
    const runs = canServe(x) && length > 0 ? runsOf(x, axes) : null;
    if (rows === undefined || runs === null || !moveIn(runs, out)) {
      slow(x, axes, out);
      return;
    }
    rows(runs.address, out.address, out.length, length, length);
    out.wrote();
  };
}

/** How many elements the compiled kernels can count: a broadcast view can have more than memory has bytes. */
const LARGEST = 2 ** 31 - 1;

function canServe({ storage, shape }: Strided): boolean {
  const size = sizeOf(shape);
  return storage.dtype === 'float32' && size >= SMALLEST && size <= LARGEST && storage.isWorthMovingIn(size);
}

/** Neighbouring axes of one kind, seen as one; axes of size 1 are in none. */
interface Group {
  readonly isReduced: boolean;
  size: number;
  /** How far apart its elements lie; NaN where that is uneven. */
  step: number;
}

/** From how many bytes on columns are taken in bands: those of fewer stay in the second cache, and are read again at no cost. */
const LARGE = 262_144;

/** How many rows a band has: so many streams of reads a processor foresees. */
const BAND = 16;

/**
 * Reduces by compiled kernels, rows or columns, with the groups of axes that they take:
 *
 *     rows      [repeats,] [outer,] length       the last group is reduced
 *     columns   [outer,] [length,] inner         the last group is kept
 *
 * More groups than three become two by a copy. Whatever lies unevenly, or is not of neighbours, is copied too: but how the elements are grouped is
 * decided by the shape alone, and so are the bits of a sum. False where there is nothing to reduce, or no memory.
 */
function alongAny(
  rows: ReduceKernels['sumRows'],
  columns: ReduceKernels['sumColumns'],
  x: Strided,
  axes: readonly number[],
  out: Storage,
): boolean {
  const size = sizeOf(x.shape);
  if (size === 0 || size > LARGEST) return false;
  let from = x;
  let groups = groupsOf(from, axes);
  if (groups.length > 3) {
    from = rowMajor(runsOf(x, axes), [out.length, lengthOf(x, axes)]);
    groups = groupsOf(from, [1]);
  } else if (!x.storage.isWorthMovingIn(size) || groups.some(isUneven)) {
    from = rowMajor(dense(x), x.shape);
    groups = groupsOf(from, axes);
  }
  const last = groups.at(-1) ?? ONE;
  const middle = groups.at(-2) ?? ONE;
  const first = groups.at(-3) ?? ONE;
  if (last.isReduced) {
    if (!moveIn(from.storage, out)) return false;
    rows(addressOf(from), out.address, middle.size, middle.step, first.size, first.step, last.size);
  } else {
    const isLarge = 4 * middle.size * last.size >= LARGE && middle.size > BAND;
    const room = isLarge ? scratch(ROOM_OF_SUMS) : null;
    if (!moveIn(from.storage, out, room)) return false;
    const band = isLarge ? BAND : middle.size;
    const start = addressOf(from);
    columns(start, out.address, first.size, first.step, middle.size, middle.step, last.size, band, room?.address ?? 0);
    room?.release();
  }
  out.wrote();
  return true;
}

/** Whether a group's elements have no common step, or, in the last group, do not lie side by side. */
function isUneven({ step }: Group, at: number, { length }: readonly Group[]): boolean {
  return Number.isNaN(step) || (at === length - 1 && step !== 1);
}

/** In the place of a group that there is not. */
const ONE: Group = { isReduced: true, size: 1, step: 0 };

function groupsOf({ shape, strides }: Strided, axes: readonly number[]): Group[] {
  const groups: Group[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const step = strides[axis]!;
    const isReduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.isReduced !== isReduced) {
      groups.push({ isReduced, size, step });
    } else {
      last.step = last.step === step * size ? step : NaN;
      last.size *= size;
    }
  }
  return groups;
}

function rowMajor(storage: Storage, shape: readonly number[]): Strided {
  return { storage, shape, strides: contiguousStrides(shape), offset: 0 };
}
