import { denseStorage } from './ops/structure.ts';
import { type Tensor } from './tensor.ts';

/** Numbers, or booleans for a bool tensor, in lists as deep as the tensor has axes; a bare one for a 0-d tensor. */
export type NestedArray = number | boolean | NestedArray[];

/** The elements as nested plain arrays: copies. */
export function toArray(x: Tensor): NestedArray {
  const { array } = denseStorage(x, x.shape, x.dtype);
  const build = (axis: number, start: number, length: number): NestedArray => {
    const size = x.shape[axis];
    if (size === undefined) return x.dtype === 'bool' ? array[start] !== 0 : (array[start] ?? NaN);
    const part = length / size;
    return Array.from({ length: size }, (_, index) => build(axis + 1, start + index * part, part));
  };
  return build(0, 0, x.size);
}

/** The elements as the tensor call that would make them, with the dtype where that would not be guessed. */
export function toString(x: Tensor): string {
  const show = (nested: NestedArray): string => {
    if (typeof nested === 'object') return `[${nested.map(show).join(', ')}]`;
    // float32 has at most 9 significant digits; 8 hide the rounding of what was typed in decimal.
    return typeof nested === 'number' && x.dtype === 'float32' ? String(Number(nested.toPrecision(7))) : String(nested);
  };
  const guessed = x.dtype === 'float32' || x.dtype === 'bool';
  return `tensor(${show(toArray(x))}${guessed ? '' : `, ${x.dtype}`})`;
}
