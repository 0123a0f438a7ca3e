import { expectTypeOf, test } from 'vitest';
import {
  type Collated,
  concat,
  DataLoader,
  type Dataset,
  fromArrays,
  fromCsv,
  fromIterable,
  type NdArray,
  type RandomGenerator,
  transforms,
} from '@mg/data';
import { type Generator, type tensor } from '@mg/tensor';

test('items have the types of their columns', () => {
  const dataset = fromArrays({ x: {} as NdArray<Float32Array>, n: new Uint8Array(1), s: ['a'] });
  expectTypeOf(dataset).toEqualTypeOf<Dataset<{ x: NdArray<Float32Array>; n: number; s: string }>>();
  expectTypeOf(fromArrays([1, 2])).toEqualTypeOf<Dataset<number>>();
  expectTypeOf(concat(dataset, dataset).map(({ n }) => String(n))).toEqualTypeOf<Dataset<string>>();
});

test('rows have the types of their columns', () => {
  const csv = fromCsv('', { types: { a: 'number', b: 'string', c: 'category', d: ['x', 'y'] } });
  expectTypeOf(csv.get(0)).toEqualTypeOf<{ a: number; b: string; c: number; d: number }>();
  expectTypeOf(fromCsv('').get(0)).toEqualTypeOf<Record<string, number | string>>();
  // @ts-expect-error there is no such type of columns
  fromCsv('', { types: { a: 'float' } });
});

test('promised items stay promised, and are awaited in batches', () => {
  const promised = fromArrays<readonly Promise<{ x: Float32Array; label: number; name: string }>[]>([]);
  expectTypeOf(promised.map(({ label }) => label)).toEqualTypeOf<Dataset<Promise<number>>>();
  expectTypeOf(promised.filter(() => true)).toEqualTypeOf<Promise<typeof promised>>();
  const batches = new DataLoader(promised, { batchSize: 2 })[Symbol.asyncIterator]();
  expectTypeOf(batches).toEqualTypeOf<
    AsyncGenerator<{ x: NdArray<Float32Array>; label: NdArray<Float32Array | Int32Array>; name: string[] }, undefined>
  >();
  expectTypeOf(fromIterable((async function* () {})())).toEqualTypeOf<Promise<Dataset<never>>>();
});

test('batches have the type that collate returns', () => {
  const loader = new DataLoader(fromArrays([1]), { batchSize: 1, collate: (items) => items.join() });
  expectTypeOf([...loader]).toEqualTypeOf<string[]>();
  expectTypeOf<Collated<[boolean, string]>>().toEqualTypeOf<[NdArray<Uint8Array>, string[]]>();
});

test("a generator of @mg/tensor is one, and tensors take a batch's data", () => {
  expectTypeOf<Generator>().toExtend<RandomGenerator>();
  expectTypeOf<NdArray<Float32Array>['data']>().toExtend<Parameters<typeof tensor>[0]>();
});

test('transforms keep the class of images, and normalize makes floats', () => {
  const image = {} as NdArray<Uint8Array>;
  expectTypeOf(transforms.resize(2)(image)).toEqualTypeOf<NdArray<Uint8Array>>();
  expectTypeOf(transforms.normalize({ mean: 0, std: 1 })(image)).toEqualTypeOf<NdArray<Float32Array>>();
  expectTypeOf(transforms.normalize({ mean: 0, std: 1 })(new Uint8Array(1))).toEqualTypeOf<Float32Array>();
});
