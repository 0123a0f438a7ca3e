/** How an error message shows a value: `"a"`, `3`, `null`, `a Map`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) {
    const name = className(value);
    return name === 'Object' ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  }
  if (typeof value === 'function') return 'a function';
  return String(value);
}

/** `Object`, `Array`, `Float32Array`, `Map` …, also for objects of another frame. */
export function className(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** `[3, 28, 28]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Throws a RangeError unless `given` is an integer of at least `least`. */
export function expectInteger(operation: string, name: string, given: unknown, least: number): void {
  if (Number.isSafeInteger(given) && (given as number) >= least) return;
  throw new RangeError(`${operation}: ${name} is ${describe(given)}; expected an integer of at least ${least}`);
}
