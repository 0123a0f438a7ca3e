/**
 * Thrown where bytes are not a safetensors file, break its rules, or hold what no dtype here can; and by saving, where the
 * format cannot hold what it was given. The message names the tensor, and what to do.
 */
export class SafetensorsError extends RangeError {
  override readonly name: string = 'SafetensorsError';
}

/** A name as messages print it: quoted, and cut short, since a broken file may bring one of any length. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
