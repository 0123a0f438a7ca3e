import { concat, full, isTensor, ShapeError, stack, type Tensor, tensor } from '@mg/tensor';
import { checkOptions, sameShape, showShape } from '@mg/tensor/internal';
import { runOwn } from '../module/lifetimes.ts';

/**
 * Sequences of different lengths for a recurrent layer, without padding: the elements of the first step of all sequences, then those of
 * the second step, and so on. The longest sequence comes first. Made by `packSequence` and `packPaddedSequence`.
 *
 *     step          0  1  2
 *     batchSizes    3  2  1      the sequences a, b, c of the lengths 3, 2 and 1
 *     data          a0 b0 c0  a1 b1  a2
 */
export interface PackedSequence {
  /** [rows, …]: a row for each element of each sequence. */
  readonly data: Tensor;
  /** How many sequences have each step. */
  readonly batchSizes: readonly number[];
  /** The number that each sequence had before they were sorted by length; null if they were sorted already. */
  readonly sortedIndices: readonly number[] | null;
  /** The place of each sequence, in the order from before, among the sorted ones. */
  readonly unsortedIndices: readonly number[] | null;
}

/** Options of `packSequence`. */
export interface PackOptions {
  /** Throw unless the longest sequence comes first, as by default; `false` sorts, and results come in the order that was given. */
  readonly enforceSorted?: boolean | undefined;
}

/** As PackOptions; `batchFirst` says that the input is [batch, time, …], not [time, batch, …]. */
export interface PackPaddedOptions extends PackOptions {
  readonly batchFirst?: boolean | undefined;
}

/** `batchFirst` gives [batch, time, …], not [time, batch, …]; what is added is `paddingValue`, 0 by default. */
export interface PadSequenceOptions {
  readonly batchFirst?: boolean | undefined;
  readonly paddingValue?: number | undefined;
}

/** As PadSequenceOptions; with `totalLength`, the time axis has that size, not the one of the longest sequence. */
export interface PadPackedOptions extends PadSequenceOptions {
  readonly totalLength?: number | undefined;
}

/**
 * Sequences [length, …] as one tensor, [time, batch, …], with padding behind the shorter ones. Throws a ShapeError for an empty list, and for
 * sequences that differ in other axes than the first.
 *
 * ```ts
 * import { padSequence } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * padSequence([tensor([1, 2, 3]), tensor([4])], { batchFirst: true }).toArray(); // => [[1, 2, 3], [4, 0, 0]]
 * ```
 */
export function padSequence(sequences: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  checkOptions('padSequence', options, ['batchFirst', 'paddingValue']);
  const { batchFirst = false, paddingValue = 0 } = options;
  checkSequences('padSequence', sequences);
  return runOwn(() => {
    const longest = Math.max(...sequences.map(({ shape }) => shape[0] ?? 0));
    const padded = sequences.map((each) => {
      const missing = longest - (each.shape[0] ?? 0);
      return missing === 0 ? each : each.pad(each.shape.map((_, axis) => [0, axis === 0 ? missing : 0]), { value: paddingValue }); // prettier-ignore
    });
    return stack(padded, batchFirst ? 0 : 1);
  });
}

/**
 * Packs sequences [length, …] for a recurrent layer. Throws a RangeError if the longest does not come first, unless `enforceSorted` is
 * false, and for an empty sequence; a ShapeError for an empty list, and for sequences that differ in other axes than the first.
 *
 * ```ts
 * import { packSequence } from '@mg/nn';
 * import { tensor } from '@mg/tensor';
 * const { data, batchSizes } = packSequence([tensor([1]), tensor([2, 3, 4])], { enforceSorted: false });
 * data.toArray(); // => [2, 1, 3, 4]
 * batchSizes; // => [2, 1, 1]
 * ```
 */
export function packSequence(sequences: readonly Tensor[], options: PackOptions = {}): PackedSequence {
  checkOptions('packSequence', options, ['enforceSorted']);
  checkSequences('packSequence', sequences);
  const lengths = sequences.map(({ shape }) => shape[0] ?? 0);
  const order = orderOf('packSequence', lengths, options.enforceSorted ?? true);
  let end = 0;
  const starts = lengths.map((length) => (end += length) - length);
  return runOwn(() => packed(concat(sequences, 0), lengths, order, (sequence, step) => (starts[sequence] ?? 0) + step));
}

/**
 * Packs padded sequences [time, batch, …] of the given lengths for a recurrent layer. Throws a RangeError for lengths that do not descend,
 * unless `enforceSorted` is false, and for one below 1 or above the time; a ShapeError unless there is one for each sequence.
 *
 * ```ts
 * import { LSTM, packPaddedSequence, padPackedSequence } from '@mg/nn';
 * import { randn } from '@mg/tensor';
 * const lstm = new LSTM(3, 5, { batchFirst: true });
 * const packed = packPaddedSequence(randn([2, 4, 3]), [2, 4], { batchFirst: true, enforceSorted: false });
 * const [output] = lstm.forward(packed);
 * const [padded, lengths] = padPackedSequence(output, { batchFirst: true });
 * [padded.shape, lengths]; // => [[2, 4, 5], [2, 4]]
 * ```
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: readonly number[] | Tensor,
  options: PackPaddedOptions = {},
): PackedSequence {
  checkOptions('packPaddedSequence', options, ['batchFirst', 'enforceSorted']);
  const { batchFirst = false, enforceSorted = true } = options;
  if (input.ndim < 2) {
    throw new ShapeError(`packPaddedSequence: takes [time, batch, …], got ${showShape(input.shape)}`);
  }
  const [time = 0, batch = 0] = batchFirst ? [input.shape[1], input.shape[0]] : input.shape;
  const list = isTensor(lengths) ? Array.from(lengths.contiguous().data) : lengths;
  if (list.length !== batch) {
    throw new ShapeError(`packPaddedSequence: needs a length for each of ${batch} sequences, got ${list.length}`);
  }
  const order = orderOf('packPaddedSequence', list, enforceSorted);
  const longest = list[order[0] ?? 0] ?? 0;
  if (longest > time) {
    throw new RangeError(`packPaddedSequence: a length of ${longest} exceeds the ${time} steps of the input`);
  }
  return runOwn(() => {
    const rows = input.reshape([time * batch, ...input.shape.slice(2)]);
    return packed(rows, list, order, (sequence, step) =>
      batchFirst ? sequence * time + step : step * batch + sequence,
    );
  });
}

/**
 * Packed sequences as one padded tensor, [time, batch, …], in the order from before they were packed, and their lengths. Throws a RangeError
 * if `totalLength` is less than the longest sequence.
 */
export function padPackedSequence(
  sequence: PackedSequence,
  options: PadPackedOptions = {},
): [padded: Tensor, lengths: number[]] {
  checkOptions('padPackedSequence', options, ['batchFirst', 'paddingValue', 'totalLength']);
  const { data, batchSizes, unsortedIndices } = sequence;
  const { batchFirst = false, paddingValue = 0, totalLength: time = batchSizes.length } = options;
  if (!(Number.isSafeInteger(time) && time >= batchSizes.length)) {
    throw new RangeError(
      `padPackedSequence: totalLength must be at least ${batchSizes.length}, the length of the longest sequence, got ${time}`,
    );
  }
  const batch = batchSizes[0] ?? 0;
  const places = unsortedIndices ?? Array.from({ length: batch }, (_, at) => at);
  const lengths = places.map((place) => batchSizes.filter((size) => size > place).length);
  const [count = 0, ...others] = data.shape;
  const starts = startsOf(batchSizes);
  const rowOf = (at: number, step: number): number =>
    step < (lengths[at] ?? 0) ? (starts[step] ?? 0) + (places[at] ?? 0) : count;
  const cells = { length: time * batch };
  const rows = Array.from(cells, (_, cell) =>
    batchFirst ? rowOf(Math.floor(cell / time), cell % time) : rowOf(cell % batch, Math.floor(cell / batch)),
  );
  const padded = runOwn(() => {
    const withPadding = concat([data, full([1, ...others], paddingValue, { dtype: data.dtype })], 0);
    const taken = withPadding.indexSelect(0, tensor(rows, { dtype: 'int32' }));
    return taken.reshape([...(batchFirst ? [batch, time] : [time, batch]), ...others]);
  });
  return [padded, lengths];
}

/** Where the rows of each step start. */
function startsOf(batchSizes: readonly number[]): number[] {
  let end = 0;
  return batchSizes.map((size) => (end += size) - size);
}

/** The numbers of the sequences, the longest first. */
function orderOf(caller: string, lengths: readonly number[], enforceSorted: boolean): number[] {
  const wrong = lengths.find((length) => !(Number.isSafeInteger(length) && length >= 1));
  if (wrong !== undefined) throw new RangeError(`${caller}: a sequence must have a length >= 1, got ${wrong}`);
  const order = [...lengths.keys()].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
  if (enforceSorted && order.some((sequence, place) => sequence !== place)) {
    throw new RangeError(
      `${caller}: the longest sequence must come first, got the lengths ${lengths.join(', ')}; { enforceSorted: false } sorts them`,
    );
  }
  return order;
}

/** Takes the elements of sequences out of `rows`, where `rowOf` says where they are. */
function packed(
  rows: Tensor,
  lengths: readonly number[],
  order: readonly number[],
  rowOf: (sequence: number, step: number) => number,
): PackedSequence {
  const index: number[] = [];
  const batchSizes: number[] = [];
  for (let step = 0; step < (lengths[order[0] ?? 0] ?? 0); step++) {
    const here = order.filter((sequence) => (lengths[sequence] ?? 0) > step);
    batchSizes.push(here.length);
    for (const sequence of here) index.push(rowOf(sequence, step));
  }
  const isSorted = order.every((sequence, place) => sequence === place);
  return {
    data: rows.indexSelect(0, tensor(index, { dtype: 'int32' })),
    batchSizes,
    sortedIndices: isSorted ? null : order,
    unsortedIndices: isSorted ? null : order.map((_, sequence) => order.indexOf(sequence)),
  };
}

/** Throws unless this is a list of sequences that differ in their length alone. */
function checkSequences(caller: string, sequences: readonly Tensor[]): void {
  if (!Array.isArray(sequences) || !sequences.every(isTensor)) {
    throw new TypeError(`${caller}: takes a list of tensors, one for each sequence`);
  }
  const [first] = sequences;
  if (first === undefined) throw new ShapeError(`${caller}: takes at least one sequence, the list is empty`);
  for (const [at, { shape }] of sequences.entries()) {
    if (shape.length === 0 || !sameShape(shape.slice(1), first.shape.slice(1))) {
      throw new ShapeError(
        `${caller}: sequence 0 has shape ${showShape(first.shape)} and sequence ${at} ${showShape(shape)}; they may differ in axis 0 only`,
      );
    }
  }
}
