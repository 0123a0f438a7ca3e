/**
 * Thrown for bytes that are not a valid safetensors file or contain unsupported data, and when saving data that the format cannot hold.
 * The message names the tensor, and says what to do.
 */
export class SafetensorsError extends RangeError {
  override readonly name: string = 'SafetensorsError';
}

/** Quotes a name for an error message, truncated, because a broken file may contain a name of any length. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
