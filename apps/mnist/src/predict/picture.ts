/** A decoded picture. */
export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue and opacity of each pixel, row by row, from 0 to `max`; the colours are sRGB, as stored. */
  samples: Uint8Array | Uint16Array;
  max: number;
}

/** Thrown for bytes that are not a picture, for damaged or too large ones, and for pictures with nothing drawn on them. */
export class PictureError extends RangeError {
  override readonly name = 'PictureError';
}

/** Larger pictures would take gigabytes and half a minute. */
export const maxPixels = 40e6;
const maxSide = 32_768;

/** @throws PictureError for a picture that is too large to decode */
export function expectSize(width: number, height: number, name: string): void {
  if (width * height <= maxPixels && Math.max(width, height) <= maxSide) return;
  throw new PictureError(
    `${name}: ${width}×${height} pixels; expected ${maxPixels / 1e6} million in all and ${maxSide} a side at most. Scale it down`,
  );
}

export function damagedPicture(what: string, cause: unknown): PictureError {
  return new PictureError(`${what}. Save it again, or use another file`, { cause });
}

/** The message of an error of a decoder, in parentheses. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message})` : '';
}
