import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from './data-error.ts';
import { Dataset } from './dataset.ts';
import { decodeImage } from './decode-image.ts';
import { type NdArray } from './nd-array.ts';
import { grayscale } from './transforms/grayscale.ts';

/** A picture, and the index of its class. */
export interface FolderSample {
  /** Bytes `[channels, height, width]`. */
  image: NdArray<Uint8Array>;
  label: number;
}

export interface FolderOptions {
  /** 3 for colours, 1 for shades of grey. Default 3. Transparency is left out. */
  channels?: 1 | 3 | undefined;
}

/** A file of a folder of pictures. */
interface ImageFile {
  file: string;
  label: number;
}

/** The pictures of a folder. Each is read and decoded when it is asked for. */
export class ImageFolder extends Dataset<Promise<FolderSample>> {
  readonly length: number;
  /** The names of the classes, in the order of their labels. */
  readonly classes: readonly string[];
  /** The paths of the pictures, in the order of the dataset. */
  readonly files: readonly string[];
  readonly #images: readonly ImageFile[];
  readonly #channels: 1 | 3;

  /** `fromFolder` makes one. */
  constructor(classes: readonly string[], images: readonly { file: string; label: number }[], channels: 1 | 3) {
    super();
    this.length = images.length;
    this.classes = classes;
    this.files = images.map(({ file }) => file);
    this.#images = images;
    this.#channels = channels;
  }

  async get(index: number): Promise<FolderSample> {
    const found = this.#images[index];
    if (found === undefined) {
      throw new RangeError(`ImageFolder.get: the index is ${index}; expected an integer from 0 to ${this.length - 1}`);
    }
    const image = await decodeImage(new Uint8Array(await readFile(found.file)), found.file);
    return { image: this.#channels === 1 ? grayscale()(image) : image, label: found.label };
  }
}

/**
 * Finds the PNG and JPEG files of a folder that has a folder for each class, as torchvision's `ImageFolder`. The classes are the names
 * of those folders in sorted order; the files of a class are those in its folder and below, in sorted order.
 *
 * The decoders are optional: install `pngjs` for PNG files and `jpeg-js` for JPEG files. Other files are left out.
 *
 * @throws DataError for a folder that does not exist, one without classes, and a class without pictures; when an item is asked for,
 * for a damaged file.
 *
 * ```ts
 * import { DataLoader } from '@mg/data';
 * import { fromFolder } from '@mg/data/node';
 *
 * await fromFolder('./nowhere'); // => throws DataError: no such folder
 * async function load() {
 *   const train = await fromFolder('./pictures/train');
 *   for await (const { image, label } of new DataLoader(train, { batchSize: 32, shuffle: true })) {
 *     console.log(image.shape, label.shape); // [32, 3, 224, 224] [32], if all have that size
 *   }
 * }
 * ```
 */
export async function fromFolder(folder: string | URL, { channels = 3 }: FolderOptions = {}): Promise<ImageFolder> {
  if (![1, 3].includes(channels)) throw new RangeError(`fromFolder: channels is ${channels}; expected 1 or 3`);
  const root = path.resolve(String(folder).startsWith('file:') ? fileURLToPath(folder) : String(folder));
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? 'no such folder' : 'the folder cannot be read';
    throw new DataError(`fromFolder: ${root}: ${problem}. Pass a folder that has a folder for each class`, { cause });
  });
  const classes = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  if (classes.length === 0) {
    throw new DataError(
      `fromFolder: ${root}: there are no folders in it. Put the pictures of each class in a folder of its own`,
    );
  }
  const images: ImageFile[] = [];
  for (const [label, name] of classes.entries()) {
    const inClass = await readdir(path.join(root, name), { recursive: true });
    const pictures = inClass.filter((file) => /\.(png|jpe?g)$/i.test(file)).sort();
    if (pictures.length === 0) {
      throw new DataError(
        `fromFolder: ${path.join(root, name)}: there are no PNG or JPEG files in it. Add some, or remove the folder`,
      );
    }
    for (const file of pictures) images.push({ file: path.join(root, name, file), label });
  }
  return new ImageFolder(classes, images, channels);
}
