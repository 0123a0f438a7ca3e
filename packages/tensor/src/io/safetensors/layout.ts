import { type Shape, showShape } from '../../array/shape.ts';
import { quote, SafetensorsError } from './error.ts';
import { type Entry } from './header.ts';
import { storedTypeOf } from './stored-types.ts';

/**
 * Checks, before anything is allocated, that each tensor takes just the bytes that its shape needs, and that all of them together
 * are the `length` bytes after the header: each begins where the one before it ends.
 */
export function checkLayout(entries: ReadonlyMap<string, Entry>, length: number): void {
  for (const [name, entry] of entries) checkSize(name, entry, length);

  let covered = 0;
  let before = 'the header';
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps with' : 'leaves a hole after';
      throw new SafetensorsError(
        `safetensors: ${quote(name)}, bytes ${begin} to ${end} of the data, ${fault} ${before}, which ends at ${covered}. Write the file anew`,
      );
    }
    covered = end;
    before = quote(name);
  }
  if (covered !== length) {
    throw new SafetensorsError(
      `safetensors: trailing bytes: the tensors end at byte ${covered} of the data, which has ${length}. Get the file again`,
    );
  }
}

function checkSize(name: string, { dtype, shape, begin, end }: Entry, length: number): void {
  const { bytes } = storedTypeOf(name, dtype);
  const size = bytes * countOf(name, shape);
  if (end - begin !== size) {
    throw new SafetensorsError(
      `safetensors: ${quote(name)}, ${dtype} ${showShape(shape)}, takes ${size} bytes, and its data_offsets are [${begin}, ${end}]. Write the file anew`,
    );
  }
  if (end > length) {
    throw new SafetensorsError(
      `safetensors: cut short: ${quote(name)} has bytes ${begin} to ${end} of the data, and there are ${length}. Get the file again`,
    );
  }
}

/** The number of elements; what is too large to count is refused even where a 0 follows, as in the reference implementation. */
function countOf(name: string, shape: Shape): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) {
      throw new SafetensorsError(
        `safetensors: ${quote(name)} has shape ${showShape(shape)}, of more than 2^53 elements. Write the file anew`,
      );
    }
  }
  return count;
}
