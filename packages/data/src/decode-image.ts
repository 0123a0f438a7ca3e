import { DataError } from './data-error.ts';
import { type NdArray } from './nd-array.ts';

/** Four bytes for each pixel: red, green, blue and opacity. */
interface Decoded {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Decodes a PNG or JPEG file to bytes `[3, height, width]`. Transparency is left out, and 16 bits become 8. The first bytes of the
 * file tell its kind. The orientation in Exif data is not applied.
 *
 * @throws DataError for another file, a damaged one, and if its decoder is not installed. `name` is in its message.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<NdArray<Uint8Array>> {
  const decode = await decoderOf(bytes, name);
  try {
    return channelsFirst(decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${name}: the picture cannot be decoded: ${reason}. Get the file again`, { cause });
  }
}

async function decoderOf(bytes: Uint8Array, name: string): Promise<(bytes: Uint8Array) => Decoded> {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) {
    const { PNG } = await optional('pngjs', name, import('pngjs'));
    return (png) => PNG.sync.read(Buffer.from(png.buffer, png.byteOffset, png.length));
  }
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) {
    const { decode } = await optional('jpeg-js', name, import('jpeg-js'));
    return (jpeg) => {
      expectEnd(jpeg);
      return decode(jpeg, { useTArray: true, tolerantDecoding: false });
    };
  }
  throw new DataError(
    `${name}: the file is neither a PNG nor a JPEG picture. Convert it, or remove it from the folder`,
  );
}

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

async function optional<Module>(decoder: string, name: string, loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (cause) {
    throw new DataError(
      `${name}: ${decoder}, which decodes the file, is not installed. Run \`npm install ${decoder}\``,
      { cause },
    );
  }
}

/** The decoder would make up pixels that are missing: those of a file that has no end (EOI) after its last scan (SOS). */
function expectEnd(jpeg: Uint8Array): void {
  const file = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length);
  if (file.lastIndexOf('ffd9', undefined, 'hex') > file.lastIndexOf('ffda', undefined, 'hex')) return;
  throw new Error(`it is cut short after ${jpeg.length} bytes`);
}

function channelsFirst({ width, height, data }: Decoded): NdArray<Uint8Array> {
  const size = width * height;
  const planes = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let channel = 0; channel < 3; channel++) planes[channel * size + i] = data[4 * i + channel] ?? 0;
  }
  return { data: planes, shape: [3, height, width] };
}
