import { type Dataset } from '../dataset.ts';
import { className, describe, expectInteger, showShape } from '../describe.ts';
import { isTypedArray, type NdArray, type TypedArray } from '../nd-array.ts';
import { asBlock, floatTransform, type FloatTransform } from './sample.ts';

/** A mean and a standard deviation, or one for each entry of axis 0: the channels of an image, the features of a vector. */
export interface Normalization {
  mean: number | ArrayLike<number>;
  std: number | ArrayLike<number>;
}

/**
 * Subtracts a mean and divides by a standard deviation: `(x - mean) / std`, as torchvision's `Normalize`.
 *
 * @throws RangeError for a standard deviation of 0, and for a number of means that differs from that of the channels or features.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * const normalize = transforms.normalize({ mean: [1, 10], std: [2, 5] });
 * normalize(Float32Array.of(3, 0)); // => [1, -2]
 * normalize({ data: Float32Array.of(1, 3, 10, 15), shape: [2, 1, 2] }).data; // => [0, 1, 0, 1]
 * ```
 */
export function normalize({ mean, std }: Normalization): FloatTransform {
  for (const each of typeof std === 'number' ? [std] : Array.from(std)) {
    if (Number.isFinite(each) && each !== 0) continue;
    throw new RangeError(`normalize: std is ${each}; expected finite numbers other than 0`);
  }
  return floatTransform('normalize', ({ data, shape }) => {
    const [entries = 1] = shape;
    const [means, stds] = [perEntry('mean', mean, entries), perEntry('std', std, entries)];
    const size = data.length / entries;
    const result = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const entry = Math.floor(i / size);
      result[i] = ((data[i] ?? 0) - (means[entry] ?? 0)) / (stds[entry] ?? 1);
    }
    return result;
  });
}

function perEntry(name: string, values: number | ArrayLike<number>, entries: number): ArrayLike<number> {
  if (typeof values === 'number') return new Float64Array(entries).fill(values);
  if (values.length === entries) return values;
  throw new RangeError(
    `normalize: ${name} has ${values.length} values, but axis 0 of the sample has ${entries} entries. Pass one for each, or a number`,
  );
}

/** A fitted `standardize`. */
export type Standardization = FloatTransform & { readonly mean: Float64Array; readonly std: Float64Array };

/**
 * Fits a normalization to a training set: afterwards each channel or feature (entry of axis 0) of the set has mean 0 and variance 1,
 * as with scikit-learn's `StandardScaler`. One that is constant is only centred.
 *
 * It reads all samples once, now. Standardize test data with the transform that was fitted to the training set.
 *
 * @throws RangeError for an empty dataset, and for samples with different numbers of channels or features.
 *
 * ```ts
 * import { fromArrays, transforms } from '@mg/data';
 *
 * const train = fromArrays([Float32Array.of(1, 7), Float32Array.of(3, 7)]);
 * const standardize = transforms.standardize(train);
 * console.log(standardize.mean, standardize.std); // => [2, 7] [1, 1]
 * standardize(Float32Array.of(5, 8)); // => [3, 1]
 * ```
 */
export function standardize(train: Dataset<TypedArray | NdArray>): Standardization {
  const sums = momentSums(train);
  const mean = sums.totals.map((total) => total / sums.count);
  const std = sums.squares.map((square) => Math.sqrt(square / sums.count) || 1);
  return Object.assign(normalize({ mean, std }), { mean, std });
}

/** For each entry of axis 0: the sum of its values, and of their squared distances from the mean. */
function momentSums(train: Dataset<TypedArray | NdArray>): {
  count: number;
  totals: Float64Array;
  squares: Float64Array;
} {
  if (train.length === 0) throw new RangeError('standardize: the dataset is empty. Pass at least one sample');
  const entries = asBlock('standardize', train.get(0)).shape[0] ?? 1;
  const totals = new Float64Array(entries);
  const squares = new Float64Array(entries);
  let count = 0;
  for (let index = 0; index < train.length; index++) {
    const sample = asBlock('standardize', train.get(index));
    if ((sample.shape[0] ?? 1) !== entries) {
      throw new RangeError(
        `standardize: sample ${index} has the shape ${showShape(sample.shape)}, sample 0 has ${entries} channels or features. ` +
          'Pass samples with the same number',
      );
    }
    const size = sample.data.length / entries;
    for (let i = 0; i < size; i++) {
      count++;
      for (let entry = 0; entry < entries; entry++) {
        // Welford's update: the sum of squares loses no digits, however large the mean is.
        const x = sample.data[entry * size + i] ?? 0;
        const before = count === 1 ? 0 : x - (totals[entry] ?? 0) / (count - 1);
        totals[entry] = (totals[entry] ?? 0) + x;
        squares[entry] = (squares[entry] ?? 0) + before * (x - (totals[entry] ?? 0) / count);
      }
    }
  }
  return { count, totals, squares };
}

/**
 * Makes a vector of zeros with a 1 at the place of the class.
 *
 * @throws RangeError for a class that is not an integer from 0 to `classes - 1`.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * transforms.oneHot(4)(2); // => [0, 0, 1, 0]
 * transforms.oneHot(4)(4); // => throws RangeError: the class is 4
 * ```
 */
export function oneHot(classes: number): (label: number) => Float32Array {
  expectInteger('oneHot', 'classes', classes, 1);
  return (label) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(`oneHot: the class is ${describe(label)}; expected an integer from 0 to ${classes - 1}`);
    }
    const vector = new Float32Array(classes);
    vector[label] = 1;
    return vector;
  };
}

/** What `toFloat` makes of a sample. */
interface ToFloat {
  (sample: TypedArray): Float32Array;
  (sample: number | NdArray): NdArray<Float32Array>;
}

/**
 * Converts to floats: bytes to numbers from 0 to 1, by division by 255, as torchvision's `ToTensor`; other arrays as they are.
 *
 * A number becomes an array without axes, so that a batch of them has floats even if all of them are whole.
 *
 * ```ts
 * import { transforms } from '@mg/data';
 *
 * transforms.toFloat()(Uint8Array.of(0, 51, 255)); // => [0, 0.2, 1]
 * transforms.toFloat()(3); // => { data: [3], shape: [] }
 * ```
 */
export function toFloat(): ToFloat {
  const arrays = floatTransform('toFloat', ({ data }) =>
    // Rounded like the division of two float32 numbers.
    className(data).startsWith('Uint8') ? Float32Array.from(data, (byte) => byte / 255) : Float32Array.from(data),
  );
  function apply(sample: TypedArray): Float32Array;
  function apply(sample: number | NdArray): NdArray<Float32Array>;
  function apply(sample: number | TypedArray | NdArray): Float32Array | NdArray<Float32Array> {
    if (typeof sample === 'number') return { data: Float32Array.of(sample), shape: [] };
    return isTypedArray(sample) ? arrays(sample) : arrays(sample);
  }
  return apply;
}
