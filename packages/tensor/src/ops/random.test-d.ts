import { bernoulli, permutation, rand, randint, randn, type Tensor } from '@mg/tensor';
import { expectTypeOf } from 'vitest';

declare const count: number;

expectTypeOf(rand([2, 3])).toEqualTypeOf<Tensor>();
expectTypeOf(rand([2, 3] as const)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(randn([2, count] as const, { dtype: 'float64' })).toEqualTypeOf<Tensor<[2, number]>>();
expectTypeOf(randint(0, 9, [2, 3] as const)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(bernoulli(0.5, [] as const)).toEqualTypeOf<Tensor<[]>>();
expectTypeOf(permutation(5)).toEqualTypeOf<Tensor>();
