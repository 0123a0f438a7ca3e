import { type Dataset } from './dataset.ts';
import { describe } from './describe.ts';
import { fromArrays } from './from-arrays.ts';

/**
 * Collects the items of an iterable, or of an asynchronous one, such as a stream of a program's own records.
 *
 * ```ts
 * import { fromIterable } from '@mg/data';
 *
 * const letters = fromIterable(new Set(['a', 'b']));
 * console.log(letters.length, letters.get(1)); // => 2 b
 * const answers = await fromIterable((async function* () { yield 41; yield 42; })());
 * console.log([...answers]); // => [41, 42]
 * ```
 */
export function fromIterable<T>(items: AsyncIterable<T>): Promise<Dataset<T>>;
export function fromIterable<T>(items: Iterable<T>): Dataset<T>;
export function fromIterable<T>(items: AsyncIterable<T> | Iterable<T>): Promise<Dataset<T>> | Dataset<T> {
  if (typeof items === 'object' && (items as unknown) !== null) {
    if (Symbol.asyncIterator in items) return collect(items);
    if (Symbol.iterator in items) return fromArrays([...items]);
  }
  throw new TypeError(`fromIterable: got ${describe(items)}; expected an iterable, or an asynchronous one`);
}

async function collect<T>(items: AsyncIterable<T>): Promise<Dataset<T>> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return fromArrays(collected);
}
