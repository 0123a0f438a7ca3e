import {
  arange,
  grad,
  type NestedArray,
  ones,
  scalar,
  type Shape,
  type Tensor,
  tensor,
  where,
  zeros,
} from '@mg/tensor';
import { expectTypeOf } from 'vitest';
import { type AxesVerdict, type BroadcastVerdict, type MatmulVerdict } from './shape-types.ts';

declare const plain: Tensor;
declare const batch: number;
declare const flag: boolean;

// Known where that is free; shape-types.long.test.ts has a row for each operation.
expectTypeOf(zeros([32, 784])).toEqualTypeOf<Tensor<[32, 784]>>();
expectTypeOf(tensor(new Float32Array(6), { shape: [2, 3] })).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([2, 6]).reshape([3, -1])).toEqualTypeOf<Tensor<[3, number]>>();
const asConst = [2, 3] as const;
expectTypeOf(zeros(asConst)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([6]).reshape(asConst).sum(0)).toEqualTypeOf<Tensor<[3]>>();
expectTypeOf(zeros([2, 3]).mul(batch)).toEqualTypeOf<Tensor<[2, 3]>>();

// A size known only at run time goes along with anything.
expectTypeOf(zeros([batch, 784]).matmul(zeros([784, 10]))).toEqualTypeOf<Tensor<[number, 10]>>();
expectTypeOf(zeros([32, batch]).matmul(zeros([784, 10]))).toEqualTypeOf<Tensor<[32, 10]>>();
expectTypeOf(zeros([batch, 784]).add(zeros([784]))).toEqualTypeOf<Tensor<[number, 784]>>();
expectTypeOf(zeros([batch, 784]).add(zeros([32, 1]))).toEqualTypeOf<Tensor<[32, 784]>>();
expectTypeOf(zeros([batch, 784]).add(zeros([1, 784]))).toEqualTypeOf<Tensor<[number, 784]>>();
expectTypeOf(zeros([batch, 3]).T.sum(-1)).toEqualTypeOf<Tensor<[3]>>();
zeros([batch, 3]).broadcastTo([7, 3]);
zeros([1, 3]).broadcastTo([batch, 3]);

// A shape, an axis or an option known only at run time gives a plain tensor, and is never in the way.
const shape: number[] = [2, 3];
const axes: readonly number[] = [0, 1];
expectTypeOf(ones(shape)).toEqualTypeOf<Tensor<number[]>>();
expectTypeOf(
  ones(shape)
    .add(zeros([4]))
    .sum(5),
).toEqualTypeOf<Tensor>();
expectTypeOf(plain.add(zeros([2]))).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2]).add(plain)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.matmul(zeros([3, 4]))).toEqualTypeOf<Tensor>();
expectTypeOf(plain.sum(0)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.sum()).toEqualTypeOf<Tensor<[]>>();
expectTypeOf(plain.transpose(0, 1)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.permute([1, 0])).toEqualTypeOf<Tensor>();
expectTypeOf(plain.broadcastTo([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([2, 3]).broadcastTo(shape)).toEqualTypeOf<Tensor<number[]>>();
expectTypeOf(zeros([2, 3]).sum(axes)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).sum(batch)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).argmax(flag ? batch : undefined)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).sum([0, batch])).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).permute(axes)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).transpose(0, batch)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3]).sum(flag ? 0 : 1)).toEqualTypeOf<Tensor<[2] | [3]>>();
expectTypeOf(zeros([2, 3]).sum(1, { keepdims: flag })).toEqualTypeOf<Tensor<[2] | [2, 1]>>();
zeros([2, 3])
  .sum(flag ? 0 : 1)
  .add(zeros([3]));

// Plain tensors, and those of some size, go both ways.
const takesMatrix = (x: Tensor<[32, 784]>): Tensor => x;
takesMatrix(plain);
takesMatrix(zeros([batch, 784]));
takesMatrix(ones(shape));
const takesBatches = (x: Tensor<[number, 784]>): Tensor => x;
takesBatches(zeros([32, 784]));
takesBatches(plain);
const givesMatrix = (): Tensor<[2, 3]> => zeros([6]).reshape([2, 3]);
const given: Tensor = givesMatrix();
const back: Tensor<[2, 3]> = given;
let changing: Tensor = zeros([2, 3]);
changing = changing.sum(0);
changing = changing.add(back.T);
takesMatrix(changing);
const callback: (x: Tensor) => Tensor = (x) =>
  x
    .add(zeros([3]))
    .relu()
    .sum(0, { keepdims: true }).T;
callback(zeros([2, 3]));
const callbacks: readonly ((x: Tensor) => Tensor)[] = [(x) => x.mul(x), takesMatrix, callback];
callbacks.reduce((x: Tensor, next) => next(x), zeros([2, 3]));

// A loop over layers, in which the shape changes from step to step.
declare const layers: readonly { forward(x: Tensor): Tensor }[];
let h = zeros([32, 784]);
for (const layer of layers) h = layer.forward(h);

// Tensors of several shapes together.
const list = [zeros([2]), zeros([3, 4]), plain];
const declared: Tensor[] = [zeros([2]), zeros([3, 4])];
const named = new Map<string, Tensor>([['weight', zeros([2, 3])]]);
named.set('bias', zeros([3]));
named.get('bias')?.add(named.get('weight') ?? 0);
for (const x of [...list, ...declared, ...named.values()]) x.add(x).mul(2).sum(0).backward();
for (const x of [zeros([2]), zeros([3, 4])]) {
  x.mul(x).sum();
  x.matmul(x);
  x.sum(1, { keepdims: true });
  x.transpose(0, 1).permute([1, 0]).broadcastTo([3, 4]).argmax(0);
}
const union = flag ? zeros([2, 3]) : zeros([3, 2]);
union.add(1).reshape([6]);
zeros([2, 3]).add(flag ? zeros([2, 1]) : zeros([3]));
zeros([2, 3]).add(flag ? 2 : zeros([3]));
const optional = (x: Tensor<[2, 3]>, bias?: Tensor<[3]> | null): Tensor<[2, 3]> => (bias ? x.add(bias) : x);
optional(zeros([2, 3]), flag ? zeros([3]) : null);
interface Options {
  mask?: Tensor | undefined;
}
const withMask = ({ mask }: Options): Tensor => zeros([2, 3]).mul(mask ?? 1);
withMask({ mask: flag ? zeros([3]) : undefined });

// Generic functions: nothing is said about what is not known yet.
function classify<B extends number>(x: Tensor<[B, 784]>): Tensor<[B, 10]> {
  const logits = x
    .sub(x.mean(0))
    .matmul(zeros([784, 10]))
    .add(zeros([10]));
  return logits.sub(logits.sum(1, { keepdims: true })).mul(logits);
}
expectTypeOf(classify(zeros([32, 784]))).toEqualTypeOf<Tensor<[32, 10]>>();
classify(zeros([batch, 784]));
classify(plain);
function square<S extends Shape>(x: Tensor<S>): Tensor<S> {
  x.sum(1).matmul(x.T);
  x.permute([1, 0]).transpose(0, 1).broadcastTo([2, 3]);
  return x.mul(x.exp()).add(1).mul(x.sum());
}
expectTypeOf(square(zeros([2, 3]))).toEqualTypeOf<Tensor<[2, 3]>>();
function combine<A extends Shape, B extends Shape>(a: Tensor<A>, b: Tensor<B>): Tensor {
  return a.add(b).matmul(b.mul(a));
}
combine(zeros([2, 3]), zeros([3]));
function linear<In extends number, Out extends number>(
  x: Tensor<[number, In]>,
  w: Tensor<[Out, In]>,
): Tensor<[number, Out]> {
  x.add(zeros([32, 784])).matmul(zeros([784, 10]));
  return x.matmul(w.T);
}
expectTypeOf(linear(zeros([32, 784]), zeros([10, 784]))).toEqualTypeOf<Tensor<[number, 10]>>();
function attend<B extends number, T extends number>(x: Tensor<[B, T, 64]>): Tensor<[B, T, 8]> {
  const values = x.matmul(zeros([64, 8]));
  return values.matmul(values.transpose(1, 2)).matmul(values);
}
expectTypeOf(attend(zeros([2, 5, 64]))).toEqualTypeOf<Tensor<[2, 5, 8]>>();
class Running<X extends Tensor> {
  private readonly last: X[] = [];
  add(x: X): Tensor {
    this.last.push(x);
    return this.last.reduce((sum: Tensor, each) => sum.add(each), x).mul(x);
  }
}
new Running<Tensor<[2, 3]>>().add(zeros([2, 3]));

// -1 is a size that is worked out, or kept: a number at run time.
expectTypeOf(tensor([1, 2, 3, 4], { shape: [2, -1] })).toEqualTypeOf<Tensor<[2, number]>>();
expectTypeOf(zeros([3, 1]).broadcastTo([2, -1, 4])).toEqualTypeOf<Tensor<[2, number, 4]>>();

// The shape has as many numbers as there are axes; a size may be known and is a number still, so that it goes along with others.
expectTypeOf(zeros([2, 3]).shape).toEqualTypeOf<readonly [number, number]>();
expectTypeOf(zeros([batch, 3]).shape[0]).toEqualTypeOf<number>();
expectTypeOf(plain.shape).toEqualTypeOf<readonly number[]>();
expectTypeOf(union2().shape[0]).toEqualTypeOf<number>();
// @ts-expect-error -- there is no third axis
expectTypeOf(zeros([2, 3]).shape[2]);
function union2(): Tensor<[2, 3]> | Tensor<[4]> {
  return flag ? zeros([2, 3]) : zeros([4]);
}
function sizes<S extends Shape, B extends number>(x: Tensor<S>, y: Tensor<[B, 784]>): number[] {
  const [rows, columns] = y.shape;
  const first: number | undefined = x.shape[0];
  return [...x.shape, ...x.shape.map((size) => size + 1), x.shape.length, first ?? 0, rows * columns];
}
sizes(plain, plain);
interface Holder<T extends Tensor> {
  readonly held: T;
  readonly use: (x: T) => void;
}
const holders: { readonly any: Holder<Tensor>; readonly known: Holder<Tensor<[2, 3]>> } = {
  any: { held: zeros([2, 3]), use: (x: Tensor<[2, 3]>) => x.shape[1] },
  known: { held: plain, use: (x: Tensor) => x.shape[1] },
};
export const swapped: typeof holders = { any: holders.known, known: holders.any };

// Lists as deep as the shape; what is in them is up to the dtype.
expectTypeOf(zeros([2, 3]).toArray()).toEqualTypeOf<(number | boolean)[][]>();
expectTypeOf(zeros([batch]).toArray()).toEqualTypeOf<(number | boolean)[]>();
expectTypeOf(scalar(2).toArray()).toEqualTypeOf<number | boolean>();
expectTypeOf(plain.toArray()).toEqualTypeOf<NestedArray>();
expectTypeOf(ones(shape).toArray()).toEqualTypeOf<NestedArray>();
const rows: readonly (readonly number[])[] = zeros([2, 3]).toArray() as number[][];
const anyLists: NestedArray = zeros([2, 3]).toArray();
function listsOf<S extends Shape>(x: Tensor<S>): unknown {
  return x.toArray();
}
listsOf(tensor([...rows, ...[anyLists as number[]]]));

// A single tensor stands for a list of it; the result is a list.
expectTypeOf(grad(plain, plain)).toEqualTypeOf<[Tensor]>();
expectTypeOf(grad(plain, [plain, plain])).toEqualTypeOf<[Tensor, Tensor]>();
expectTypeOf(grad([plain], [plain], { allowUnused: undefined })).toEqualTypeOf<[Tensor]>();
expectTypeOf(grad(plain, plain, { allowUnused: true })).toEqualTypeOf<(Tensor | null)[]>();

// Options may be undefined, and so may each of them.
plain.pad([[1, 1]], undefined).pad([[1, 1]], { value: undefined });
plain.sort(0, { descending: undefined }).values.topk(1, undefined, { largest: undefined });
arange(0, 3, { dtype: undefined });
arange(0, 3, undefined, { dtype: 'int32' });
tensor([1], { shape: undefined, dtype: undefined, requiresGrad: undefined });

// True and false where elements are written or chosen.
plain.set(0, true).maskedFill(plain.gt(0), false);
where(plain.gt(0), true, false);
// @ts-expect-error -- there is no arithmetic with true
plain.add(true);
plain.squeeze([0, 1]).flip().tile(2);

// What does not fit is an error. shape-types.long.test.ts has the sentence for each operation.
// @ts-expect-error -- [2, 4] is not [32, 784]
takesMatrix(zeros([2, 4]));
// @ts-expect-error -- two axes are not one
takesMatrix(zeros([784]));
// @ts-expect-error -- a string is no operand
zeros([2, 3]).add('1');
// @ts-expect-error -- keepdim is PyTorch's word
zeros([2, 3]).sum(0, { keepdim: true });
expectTypeOf<MatmulVerdict<[32, 784], [100, 10]>>().toEqualTypeOf<'matmul: inner sizes 784 and 100 differ'>();
expectTypeOf<MatmulVerdict<[32, 784], [784, 10]>>().toEqualTypeOf<'fits'>();
expectTypeOf<
  BroadcastVerdict<'add', [number, 3], [4]>
>().toEqualTypeOf<'add: shapes [number, 3] and [4] do not broadcast'>();
expectTypeOf<
  AxesVerdict<'sum', [2, 3], [0, 2]>
>().toEqualTypeOf<'sum: there is no axis 2, a 2-d tensor has axes -2 to 1'>();
