import { broadcastStrides, type Layout, type Shape } from '../array/shape.ts';
import { type Storage } from '../array/storage.ts';

/** Where elements lie in a storage. */
export interface Strided extends Layout {
  readonly storage: Storage;
}

/** Where the elements of `x` lie when it is broadcast to `shape`. */
export function broadcastStrided(x: Strided, shape: Shape): Strided {
  // Tensors of one shape mostly share its list.
  if (x.shape === shape) return x;
  const { storage, shape: from, strides, offset } = x;
  return { storage, shape, strides: broadcastStrides(from, strides, shape), offset };
}

/**
 * An operand of an elementwise kernel, seen as rows and columns: element (r, c) lies at `offset + r · rowStep + c · columnStep`.
 * A step of 0 repeats: that is how a number, a row or a column goes along with a matrix, and is not copied out to its size.
 */
export interface Grid {
  readonly storage: Storage;
  readonly offset: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Where in linear memory an operand begins, in bytes. Only after `moveIn`, until the next storage is made. */
export function addressOf({ storage, offset }: Pick<Strided, 'storage' | 'offset'>): number {
  return storage.address + 4 * offset;
}

/** A storage that is row-major from its beginning. */
export function denseGrid(storage: Storage): Grid {
  return { storage, offset: 0, rowStep: 0, columnStep: 1 };
}

/**
 * Operands, each with the strides by which it has the common `shape`, as grids of the same rows and columns; null where the
 * strides of one do not allow that.
 */
export function asGrids(
  operands: readonly Strided[],
  shape: readonly number[],
): { grids: Grid[]; rows: number; columns: number } | null {
  for (let split = 0; split <= shape.length; split++) {
    const grids: Grid[] = [];
    for (const { storage, offset, strides } of operands) {
      const columnStep = collapse(shape, strides, split, shape.length);
      const rowStep = collapse(shape, strides, 0, split);
      if (columnStep === null || rowStep === null) break;
      grids.push({ storage, offset, rowStep, columnStep });
    }
    if (grids.length === operands.length) {
      return { grids, rows: product(shape, 0, split), columns: product(shape, split, shape.length) };
    }
  }
  return null;
}

/** The one stride that does for the axes from `start` to `end`; null where they do not follow each other evenly. */
function collapse(shape: readonly number[], strides: readonly number[], start: number, end: number): number | null {
  let step: number | null = null;
  let next = 0;
  for (let axis = end - 1; axis >= start; axis--) {
    const size = shape[axis]!;
    if (size === 1) continue;
    const stride = strides[axis]!;
    if (step === null) step = stride;
    else if (stride !== next) return null;
    next = stride * size;
  }
  return step ?? 0;
}

function product(shape: readonly number[], start: number, end: number): number {
  let result = 1;
  for (let axis = start; axis < end; axis++) result *= shape[axis]!;
  return result;
}
