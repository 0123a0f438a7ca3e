import { decode } from 'jpeg-js';
import { damagedPicture, maxPixels, type Picture, PictureError, reason } from './picture.ts';

/** jpeg-js takes about 20 bytes for each pixel. */
const limits = { maxResolutionInMP: maxPixels / 1e6, maxMemoryUsageInMB: (30 * maxPixels) / 1e6 };

/**
 * Decodes a JPEG file, baseline or progressive, and turns it upright as its Exif data say: telephones store a photo as the sensor
 * was held.
 *
 * @throws PictureError, with the name of the file in its message.
 */
export function readJpeg(bytes: Uint8Array, name: string): Picture {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // The decoder would make up what is missing after the last scan (SOS) without an end (EOI).
  if (file.lastIndexOf('ffd9', undefined, 'hex') <= file.lastIndexOf('ffda', undefined, 'hex')) {
    throw damaged(name, `it is truncated after ${bytes.length} bytes`);
  }
  try {
    // Its types leave out the Exif data.
    const decoded: Decoded = decode(bytes, { useTArray: true, tolerantDecoding: false, ...limits });
    return upright(decoded, orientation(decoded.exifBuffer ?? new Uint8Array()));
  } catch (cause) {
    if (cause instanceof Error && / limit exceeded /.test(cause.message)) {
      throw new PictureError(`${name}: more than ${limits.maxResolutionInMP} million pixels. Scale it down`, { cause });
    }
    throw damaged(name, `its pixels cannot be decoded${reason(cause)}`, cause);
  }
}

interface Decoded {
  width: number;
  height: number;
  data: Uint8Array;
  exifBuffer?: Uint8Array;
}

/** The orientation, 1 to 8, in Exif data: a zero byte and a TIFF header. 1, upright, if there is none (Exif 3.0, section 4.6.5). */
function orientation(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.length);
  try {
    const isLittle = view.getUint16(1) === 0x4949;
    const start = 1 + view.getUint32(5, isLittle);
    for (let entry = start + 2; entry < start + 2 + 12 * view.getUint16(start, isLittle); entry += 12) {
      if (view.getUint16(entry, isLittle) === 0x0112) return view.getUint16(entry + 8, isLittle);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the data are cut short
  }
  return 1;
}

/** The picture as it was seen: its rows may run from the bottom, its columns from the right, and from 5 on they are exchanged. */
function upright({ width, height, data }: Decoded, orientation: number): Picture {
  const isTransposed = orientation >= 5 && orientation <= 8;
  const [newWidth, newHeight] = isTransposed ? [height, width] : [width, height];
  const rowsBackwards = [3, 4, 6, 7].includes(orientation);
  const columnsBackwards = [2, 3, 7, 8].includes(orientation);
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const turned = Uint32Array.from({ length: pixels.length }, (_, i) => {
    const [x, y] = [i % newWidth, Math.floor(i / newWidth)];
    const [row, column] = isTransposed ? [x, y] : [y, x];
    return (
      pixels[(rowsBackwards ? height - 1 - row : row) * width + (columnsBackwards ? width - 1 - column : column)] ?? 0
    );
  });
  return { width: newWidth, height: newHeight, samples: new Uint8Array(turned.buffer), max: 255 };
}

function damaged(name: string, what: string, cause?: unknown): PictureError {
  return damagedPicture(`${name}: a damaged JPEG file: ${what}`, cause);
}
