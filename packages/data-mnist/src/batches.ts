/** Thrown for options out of range, or arrays that do not divide into the same number of samples. */
export class BatchError extends RangeError {
  override readonly name = 'BatchError';
}

/** Any typed array, including those of bigints and of half-precision floats. */
export interface TypedArray {
  readonly BYTES_PER_ELEMENT: number;
  readonly length: number;
  readonly [index: number]: number | bigint;
}

/** Any typed array, or an ordinary array with any elements. */
export type SampleArray = TypedArray | readonly unknown[];

/** Two arrays of `count` samples each. Without `count` there is one label per sample. */
export interface ArrayPair<Images extends SampleArray = Uint8Array, Labels extends SampleArray = Uint8Array> {
  images: Images;
  labels: Labels;
  count?: number | undefined;
}

export interface BatchOptions {
  batchSize: number;
  /** Shuffles the samples: a function like `Math.random`, or a generator with such a method. It is called once. */
  random?: (() => number) | { random(): number } | undefined;
  /** The epoch. Each epoch has a different order for the same state of `random`. Default 0. */
  epoch?: number | undefined;
  /** How many batches of the epoch to skip, because they are already done. Default 0. */
  start?: number | undefined;
  /** Omits the last batch if it is smaller. Default false. */
  dropLast?: boolean | undefined;
}

/** Copies of samples, and their indices in the data. */
export interface Batch<Images extends SampleArray = Uint8Array, Labels extends SampleArray = Uint8Array> {
  images: Images;
  labels: Labels;
  indices: Int32Array;
}

/**
 * Iterates over the data once, in batches: in order, or shuffled if `random` is given.
 *
 * The order depends only on `epoch` and on one number in [0, 1) that the call draws from `random`. So the same
 * generator state gives the same order, and `start` resumes an interrupted epoch. A sample has
 * `images.length / count` elements, its label `labels.length / count`. The two arrays may hold any data.
 *
 * @throws BatchError for options out of range, or arrays that do not divide into the same number of samples; TypeError for
 * anything but arrays.
 *
 * ```ts
 * import { batches } from '@mg/data-mnist';
 *
 * const data = { images: Uint8Array.of(1, 1, 2, 2, 3, 3), labels: Uint8Array.of(10, 20, 30) };
 * for (const { images, labels } of batches(data, { batchSize: 2, start: 1 })) {
 *   console.log([...images], [...labels]); // => [3, 3] [30]
 * }
 * const shuffled = [...batches(data, { batchSize: 3, random: () => 0.5, epoch: 1 })];
 * console.log(shuffled.length, shuffled[0]?.indices.length); // => 1 3
 * batches(data, { batchSize: 0 }); // => throws BatchError: batchSize is 0
 * ```
 */
export function batches<Images extends SampleArray, Labels extends SampleArray>(
  data: ArrayPair<Images, Labels>,
  { batchSize, random, epoch = 0, start = 0, dropLast = false }: BatchOptions,
): IterableIterator<Batch<Images, Labels>> {
  const { images, labels } = data;
  expectArray('images', images);
  expectArray('labels', labels);
  const { count = labels.length } = data;
  expectWhole('batchSize', batchSize, 1);
  expectWhole('epoch', epoch, 0);
  expectWhole('start', start, 0);
  expectWhole('count', count, 0);
  if (count > 0 ? images.length % count !== 0 || labels.length % count !== 0 : images.length + labels.length > 0) {
    throw new BatchError(
      `batches: ${images.length} elements of images and ${labels.length} of labels do not divide into ${count} samples; ` +
        'pass arrays with the same number of samples, and count if a label has more than one element',
    );
  }
  const batchCount = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  if (start > batchCount) {
    throw new BatchError(
      `batches: start is ${start}, but an epoch has ${batchCount} batches; pass the number of batches that are already done`,
    );
  }
  const order = random === undefined ? inOrder(count) : shuffled(count, draw(random), epoch);
  return gatherAll(data, count, order, batchSize, start, batchCount);
}

function* gatherAll<Images extends SampleArray, Labels extends SampleArray>(
  { images, labels }: ArrayPair<Images, Labels>,
  count: number,
  order: Int32Array,
  batchSize: number,
  start: number,
  batchCount: number,
): Generator<Batch<Images, Labels>, undefined> {
  for (let batch = start; batch < batchCount; batch++) {
    const indices = order.slice(batch * batchSize, (batch + 1) * batchSize);
    yield {
      images: gather(images, indices, images.length / count),
      labels: gather(labels, indices, labels.length / count),
      indices,
    };
  }
  return undefined;
}

/** Copies the samples at `indices`, each with `width` elements, into a new array of the same class. */
function gather<T extends SampleArray>(source: T, indices: Int32Array, width: number): T;
function gather(source: SampleArray, indices: Int32Array, width: number): SampleArray {
  // All typed arrays have the same methods.
  if (isTypedArray(source)) return gatherBlocks(source as Uint8Array, indices, width);
  const target = new Array<unknown>(indices.length * width);
  let end = 0;
  for (const index of indices) {
    for (let i = index * width; i < (index + 1) * width; i++) target[end++] = source[i];
  }
  return target;
}

function gatherBlocks(source: Uint8Array, indices: Int32Array, width: number): Uint8Array {
  // For a Buffer, this creates a Buffer without its deprecated constructor.
  const Class = (source.constructor as unknown as Record<symbol, new (length: number) => Uint8Array>)[Symbol.species];
  const target = new (Class ?? Uint8Array)(indices.length * width);
  for (const [row, index] of indices.entries()) {
    target.set(source.subarray(index * width, (index + 1) * width), row * width);
  }
  return target;
}

function isTypedArray(array: unknown): array is TypedArray {
  return ArrayBuffer.isView(array) && !(array instanceof DataView);
}

function inOrder(count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}

/** The Fisher–Yates shuffle: every order has the same probability. */
function shuffled(count: number, seed: number, epoch: number): Int32Array {
  const order = inOrder(count);
  const next = sfc32(seed, epoch);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor((next() / 2 ** 32) * (last + 1));
    [order[last], order[chosen]] = [order[chosen] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** Draws one number from the caller's generator, as 32 bits. */
function draw(random: NonNullable<BatchOptions['random']>): number {
  const drawn = typeof random === 'function' ? random() : random.random();
  if (drawn >= 0 && drawn < 1) return Math.floor(drawn * 2 ** 32);
  throw new BatchError(`batches: random returned ${drawn}; expected a number in [0, 1), like Math.random`);
}

/** Chris Doty-Humphrey's small fast counting generator (PractRand, 2010): uint32s from two words of seed. */
function sfc32(seed: number, stream: number): () => number {
  let [a, b, c, counter] = [seed | 0, stream | 0, Math.floor(stream / 2 ** 32) | 0, 1];
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round++) next(); // mixes the seed into every bit
  return next;
}

function expectWhole(option: string, given: number, least: number): void {
  if (Number.isSafeInteger(given) && given >= least) return;
  throw new BatchError(`batches: ${option} is ${given}; expected an integer of at least ${least}`);
}

function expectArray(name: string, given: unknown): void {
  if (Array.isArray(given) || isTypedArray(given)) return;
  const kind = Object.prototype.toString.call(given).slice('[object '.length, -1);
  throw new TypeError(`batches: ${name} is of type ${kind}; expected a typed array or an ordinary array`);
}
