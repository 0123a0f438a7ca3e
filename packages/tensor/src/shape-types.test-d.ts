import { expectTypeOf } from 'vitest';
import { ones, type Shape, type Tensor, tensor, zeros } from '@mg/tensor';
import { type BroadcastProblem, type MatmulProblem } from './shape-types.ts';

declare const plain: Tensor;
declare const batch: number;

// Known where that is free.
expectTypeOf(zeros([32, 784])).toEqualTypeOf<Tensor<[32, 784]>>();
expectTypeOf(zeros([32, 784]).matmul(zeros([784, 10]))).toEqualTypeOf<Tensor<[32, 10]>>();
expectTypeOf(zeros([32, 784]).T).toEqualTypeOf<Tensor<[784, 32]>>();
expectTypeOf(zeros([4, 1, 3]).add(zeros([2, 1]))).toEqualTypeOf<Tensor<[4, 2, 3]>>();
expectTypeOf(zeros([2, 3]).mul(2)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([2, 3]).sum()).toEqualTypeOf<Tensor<[]>>();
expectTypeOf(zeros([2, 6]).reshape([3, -1])).toEqualTypeOf<Tensor<[3, number]>>();
expectTypeOf(tensor(new Float32Array(6), { shape: [2, 3] })).toEqualTypeOf<Tensor<[2, 3]>>();

// Unknown elsewhere, and never in the way.
expectTypeOf(zeros([2, 3]).sum(0)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.add(zeros([2]))).toEqualTypeOf<Tensor<Shape>>();
expectTypeOf(plain.matmul(zeros([3, 4]))).toEqualTypeOf<Tensor<Shape>>();
expectTypeOf(zeros([batch, 784]).matmul(zeros([784, 10]))).toEqualTypeOf<Tensor<[number, 10]>>();
expectTypeOf(zeros([batch, 784]).add(zeros([784]))).toEqualTypeOf<Tensor<[number, 784]>>();
const shape: number[] = [2, 3];
expectTypeOf(ones(shape)).toEqualTypeOf<Tensor<number[]>>();

// A loop over layers, in which the shape changes from step to step.
declare const layers: readonly { forward(x: Tensor): Tensor }[];
let h = zeros([32, 784]);
for (const layer of layers) h = layer.forward(h);
const takesPlain = (x: Tensor): Tensor => x;
takesPlain(zeros([2, 3]));
const takesMatrix = (x: Tensor<[2, 3]>): Tensor => x;
takesMatrix(plain);

// What does not fit is an error, which says what the run time says.
// @ts-expect-error -- inner sizes 784 and 100 differ
zeros([32, 784]).matmul(zeros([100, 10]));
// @ts-expect-error -- shapes [2, 3] and [4] do not broadcast
zeros([2, 3]).add(zeros([4]));
// @ts-expect-error -- [2, 4] is not [2, 3]
takesMatrix(zeros([2, 4]));
expectTypeOf<MatmulProblem<[32, 784], [100, 10]>>().toEqualTypeOf<'matmul: inner sizes 784 and 100 differ'>();
expectTypeOf<BroadcastProblem<'add', [2, 3], [4]>>().toEqualTypeOf<'add: shapes [2, 3] and [4] do not broadcast'>();

// A union of shapes has all methods.
declare const flag: boolean;
const union = flag ? zeros([2, 3]) : zeros([3, 2]);
union.add(1).reshape([6]);
