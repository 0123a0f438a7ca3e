import { expectTypeOf, test } from 'vitest';
import { batches, type MnistData } from '@mg/data-mnist';

test('batches have the classes of the data', () => {
  const options = { batchSize: 2 };
  const [ofMnist] = batches({} as MnistData, options);
  expectTypeOf(ofMnist?.images).toEqualTypeOf<Uint8Array | undefined>();
  const [mixed] = batches({ images: new Float32Array(4), labels: ['a', 'b'] }, options);
  expectTypeOf(mixed?.images).toEqualTypeOf<Float32Array<ArrayBuffer> | undefined>();
  expectTypeOf(mixed?.labels).toEqualTypeOf<string[] | undefined>();
  const [bigints] = batches({ images: new BigInt64Array(4), labels: [[1, 0] as const] as const }, options);
  expectTypeOf(bigints?.images).toEqualTypeOf<BigInt64Array<ArrayBuffer> | undefined>();
});

test('anything but an array is an error', () => {
  const labels = [1];
  // @ts-expect-error a DataView has no elements
  expectTypeOf(batches<DataView, number[]>).toBeFunction();
  // @ts-expect-error a string is not an array
  expectTypeOf(batches({ images: '1', labels }, { batchSize: 1 })).toBeObject();
});
