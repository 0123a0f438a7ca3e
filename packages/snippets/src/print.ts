/**
 * Prints a value in the format of `// =>`: arrays and typed arrays as `[1, 2]`, strings without quotes, plain objects as
 * `{ a: 1 }`, and objects with their own `toString` by that.
 */
export function print(value: unknown, around: readonly object[] = []): string {
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  if (around.includes(value)) return '[Circular]';
  const inside = [...around, value];
  const items = (list: Iterable<unknown>): string => Array.from(list, (item) => print(item, inside)).join(', ');
  if (Array.isArray(value)) return `[${items(value)}]`;
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) return `[${items(value as Iterable<unknown> & object)}]`;
  if (value instanceof Set) return `Set {${items(value)}}`;
  const pairs = (list: Iterable<readonly [unknown, unknown]>, arrow: string): string => {
    const shown = Array.from(list, ([key, item]) => `${print(key, inside)}${arrow}${print(item, inside)}`);
    return shown.length > 0 ? `{ ${shown.join(', ')} }` : '{}';
  };
  if (value instanceof Map) return `Map ${pairs(value, ' => ')}`;
  const ownPrinting: unknown = Reflect.get(value, 'toString');
  if (typeof ownPrinting === 'function' && ownPrinting !== Object.prototype.toString) {
    return String(ownPrinting.call(value));
  }
  const constructor: unknown = Reflect.get(value, 'constructor');
  const className = typeof constructor === 'function' && constructor !== Object ? `${constructor.name} ` : '';
  return className + pairs(Object.entries(value), ': ');
}
