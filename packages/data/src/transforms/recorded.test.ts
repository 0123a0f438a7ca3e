import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromArrays, type NdArray, transforms, type TypedArray } from '@mg/data';

/** A transform, the image it gets, and what PyTorch, NumPy or Pillow give: see fixtures/transforms.py. */
interface Row {
  transform:
    | 'resize'
    | 'rotate'
    | 'shift'
    | 'flip'
    | 'crop'
    | 'centerCrop'
    | 'grayscale'
    | 'normalize'
    | 'toFloat'
    | 'standardize'
    | 'oneHot';
  // What the script recorded for the transform.
  options: Readonly<Record<string, unknown>>;
  shape: number[];
  dtype: 'float32' | 'uint8';
  result: { shape: number[]; data: number[] };
}

const rows = JSON.parse(
  readFileSync(new URL('../../fixtures/transforms.json', import.meta.url), 'utf8'),
) as readonly Row[];

/** The same values as in the script. */
function image({ shape, dtype }: Row): NdArray {
  const length = shape.reduce((product, size) => product * size, 1);
  const bytes = Array.from({ length }, (_, i) => (97 * i * i + 31 * i + 7) % 251);
  const data = dtype === 'uint8' ? Uint8Array.from(bytes) : Float32Array.from(bytes, (byte) => byte / 64 - 1.5);
  return { data, shape };
}

function answer(row: Row): { data: ArrayLike<number>; shape: readonly number[] } {
  const input = image(row);
  const given = row.options as never;
  switch (row.transform) {
    case 'resize': {
      const { size, antialias } = given as { size: number; antialias: boolean };
      return transforms.resize(size, { antialias })(input);
    }
    case 'rotate':
      return transforms.rotate((given as { degrees: number }).degrees)(input);
    case 'shift': {
      const { down, right, fill } = given as Record<'down' | 'right' | 'fill', number>;
      return transforms.shift([down, right], { fill })(input);
    }
    case 'flip':
      return transforms.flip(given)(input);
    case 'crop':
      return transforms.crop((given as { size: [number, number] }).size, given)(input);
    case 'centerCrop':
      return transforms.centerCrop((given as { size: [number, number] }).size)(input);
    case 'grayscale':
      return transforms.grayscale()(input);
    case 'normalize':
      return transforms.normalize(given)(input);
    case 'toFloat':
      return transforms.toFloat()(input);
    case 'oneHot': {
      const { labels, classes } = given as { labels: number[]; classes: number };
      const encode = transforms.oneHot(classes);
      return { data: labels.flatMap((label) => [...encode(label)]), shape: [labels.length, classes] };
    }
    case 'standardize':
      return standardized(input, (given as { samples: string }).samples);
  }
}

function standardized({ data, shape }: NdArray, samples: string): NdArray {
  const [channels = 1, height = 1, width = 1] = shape;
  if (samples === 'images') {
    // Two samples of one image have the moments of the image.
    return transforms.standardize(
      fromArrays([
        { data, shape },
        { data, shape },
      ]),
    )({ data, shape });
  }
  const count = channels * height;
  const vectors = Array.from({ length: count }, (_, i): TypedArray => data.subarray(i * width, (i + 1) * width));
  const standardize = transforms.standardize(fromArrays(vectors));
  const result = Float32Array.from(vectors.flatMap((vector) => [...standardize(vector)]));
  return { data: result, shape: [count, width] };
}

const named = rows.map(
  (row) => [`${row.transform} ${JSON.stringify(row.options)} of ${row.dtype} ${row.shape.join('×')}`, row] as const,
);

test('there is a row for each transform, in both dtypes of images', () => {
  expect(rows).toHaveLength(184);
  expect(new Set(rows.map(({ transform }) => transform))).toEqual(
    new Set(Object.keys(transforms).filter((name) => name !== 'compose')),
  );
});

test.each(named)('%s', (_name, row) => {
  const { data, shape } = answer(row);
  expect(shape).toEqual(row.result.shape);
  expect(data).toHaveLength(row.result.data.length);
  // A float32 has 7 digits.
  const isInteger = row.dtype === 'uint8' && row.transform !== 'toFloat';
  const wrong = row.result.data.flatMap((expected, i) => {
    const error = Math.abs((data[i] ?? NaN) - expected);
    return error <= (isInteger ? 0 : 1e-6 * Math.max(1, Math.abs(expected)))
      ? []
      : [`element ${i}: ${data[i] ?? NaN}, not ${expected}`];
  });
  expect(wrong).toEqual([]);
});
