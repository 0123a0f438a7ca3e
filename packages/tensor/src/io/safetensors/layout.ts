import { type Shape, showShape } from '../../array/shape.ts';
import { quote, SafetensorsError } from './error.ts';
import { type Entry } from './header.ts';
import { storedTypeOf } from './stored-types.ts';

/**
 * Checks, before memory is allocated, that each tensor has exactly the bytes that its shape needs, and that the tensors cover the
 * `length` bytes after the header without gaps or overlaps. Throws a SafetensorsError otherwise.
 */
export function checkLayout(entries: ReadonlyMap<string, Entry>, length: number): void {
  for (const [name, entry] of entries) checkSize(name, entry, length);

  let covered = 0;
  let before = 'the header';
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps with' : 'leaves a gap after';
      throw new SafetensorsError(
        `safetensors: ${quote(name)}, bytes ${begin} to ${end} of the data, ${fault} ${before}, which ends at ${covered}. Save the file again`,
      );
    }
    covered = end;
    before = quote(name);
  }
  if (covered !== length) {
    throw new SafetensorsError(
      `safetensors: trailing bytes: the tensors end at byte ${covered} of the data, which has ${length}. Get a new copy`,
    );
  }
}

function checkSize(name: string, { dtype, shape, begin, end }: Entry, length: number): void {
  const { bytes } = storedTypeOf(name, dtype);
  const size = bytes * countOf(name, shape);
  if (end - begin !== size) {
    throw new SafetensorsError(
      `safetensors: ${quote(name)}, ${dtype} ${showShape(shape)}, takes ${size} bytes, but its data_offsets are [${begin}, ${end}]. Save the file again`,
    );
  }
  if (end > length) {
    throw new SafetensorsError(
      `safetensors: truncated: ${quote(name)} has bytes ${begin} to ${end} of the data, but there are only ${length}. Get a new copy`,
    );
  }
}

/** The number of elements. Throws if a partial product exceeds 2^53, even if a later size is 0, as in the reference implementation. */
function countOf(name: string, shape: Shape): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) {
      throw new SafetensorsError(
        `safetensors: ${quote(name)} has shape ${showShape(shape)}, with more than 2^53 elements. Save the file again`,
      );
    }
  }
  return count;
}
