import { noteRead } from './element-reads.ts';
import { denseStorage } from './ops/dense.ts';
import { type Tensor } from './tensor.ts';

/** Numbers, or booleans for a bool tensor, in lists as deep as the tensor has axes; a bare one for a 0-d tensor. */
export type NestedArray = number | boolean | NestedArray[];

/** The elements as nested plain arrays: copies. */
export function toArray(x: Tensor): NestedArray {
  noteRead(x);
  const array = denseStorage(x, x.shape, x.dtype).read();
  const build = (axis: number, start: number, length: number): NestedArray => {
    const size = x.shape[axis];
    if (size === undefined) return x.dtype === 'bool' ? array[start] !== 0 : (array[start] ?? NaN);
    const part = length / size;
    return Array.from({ length: size }, (_, index) => build(axis + 1, start + index * part, part));
  };
  return build(0, 0, x.size);
}

/** From this size on only the first and last three of each axis are shown. */
const SUMMARISED = 1000;

/** The elements in nested lists, with the dtype where it is not float32 or bool: `tensor([1, 2], int32)`. */
export function toString(x: Tensor): string {
  const showAll = x.size <= SUMMARISED;
  const show = (nested: NestedArray): string => {
    if (typeof nested === 'number') return x.dtype === 'float32' ? showFloat32(nested) : String(nested);
    if (typeof nested === 'boolean') return String(nested);
    const parts =
      showAll || nested.length <= 6
        ? nested.map(show)
        : [...nested.slice(0, 3).map(show), '…', ...nested.slice(-3).map(show)];
    return `[${parts.join(', ')}]`;
  };
  const isPlain = x.dtype === 'float32' || x.dtype === 'bool';
  return `tensor(${show(toArray(x))}${isPlain ? '' : `, ${x.dtype}`})`;
}

/** The shortest decimal that is this float32 and no other. */
function showFloat32(x: number): string {
  if (Number.isInteger(x)) return String(x);
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) === x) return String(decimal);
  }
  return String(Number(x.toPrecision(9)));
}
