import { arange, grad, type NestedArray, ones, type Shape, type Tensor, tensor, where, zeros } from '@mg/tensor';
import { expectTypeOf } from 'vitest';
import { type AxesVerdict, type BroadcastVerdict, type MatmulVerdict } from './shape-types.ts';

declare const plain: Tensor;
declare const batch: number;
declare const flag: boolean;

// A plain literal gives a plain tensor, which takes any name, list and map.
expectTypeOf(zeros([32, 784])).toEqualTypeOf<Tensor>();
expectTypeOf(tensor(new Float32Array(6), { shape: [2, 3] })).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 6] as const).reshape([3, -1])).toEqualTypeOf<Tensor>();
let renamed = zeros([2, 3]);
renamed = renamed.reshape([3, 2]);
renamed = renamed.sum(0);
const collected = [zeros([2])];
collected.push(zeros([3]), renamed);

// Where a shape is asked for it is known: by `as const`, or by what is annotated, taken or returned.
// shape-types.long.test.ts has a row for each operation.
const annotated: Tensor<[2, 3]> = zeros([2, 3]);
expectTypeOf(annotated.sum(0)).toEqualTypeOf<Tensor<[3]>>();
// @ts-expect-error -- [2, 3] is not [2, 4]
const misfit: Tensor<[2, 4]> = zeros([2, 3]);
const filled = (x: Tensor<[2, 3]> = ones([2, 3])): Tensor<[3, 2]> => x.reshape([3, 2]);
filled(tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] }).add(misfit));
// @ts-expect-error -- the parameter is [2, 3]
filled(zeros([3, 2]));
// @ts-expect-error -- the result is [3]
const returned = (): Tensor<[3]> => zeros([4]);
returned();
expectTypeOf(zeros([32, 784] as const)).toEqualTypeOf<Tensor<[32, 784]>>();
expectTypeOf(tensor(new Float32Array(6), { shape: [2, 3] as const })).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([2, 6] as const).reshape([3, -1] as const)).toEqualTypeOf<Tensor<[3, number]>>();
const asConst = [2, 3] as const;
expectTypeOf(zeros(asConst)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(
  zeros([6] as const)
    .reshape(asConst)
    .sum(0),
).toEqualTypeOf<Tensor<[3]>>();
expectTypeOf(zeros([2, 3] as const).mul(batch)).toEqualTypeOf<Tensor<[2, 3]>>();

// A size known only at run time goes along with anything.
expectTypeOf(zeros([batch, 784] as const).matmul(zeros([784, 10] as const))).toEqualTypeOf<Tensor<[number, 10]>>();
expectTypeOf(zeros([32, batch] as const).matmul(zeros([784, 10] as const))).toEqualTypeOf<Tensor<[32, 10]>>();
expectTypeOf(zeros([batch, 784] as const).add(zeros([784] as const))).toEqualTypeOf<Tensor<[number, 784]>>();
expectTypeOf(zeros([batch, 784] as const).add(zeros([32, 1] as const))).toEqualTypeOf<Tensor<[32, 784]>>();
expectTypeOf(zeros([batch, 784] as const).add(zeros([1, 784] as const))).toEqualTypeOf<Tensor<[number, 784]>>();
expectTypeOf(zeros([batch, 3] as const).T.sum(-1)).toEqualTypeOf<Tensor<[3]>>();
zeros([batch, 3] as const).broadcastTo([7, 3]);
zeros([1, 3] as const).broadcastTo([batch, 3]);

// A shape, an axis or an option known only at run time gives a plain tensor, and is never in the way.
const shape: number[] = [2, 3];
const axes: readonly number[] = [0, 1];
expectTypeOf(ones(shape)).toEqualTypeOf<Tensor>();
expectTypeOf(
  ones(shape)
    .add(zeros([4] as const))
    .sum(5),
).toEqualTypeOf<Tensor>();
expectTypeOf(plain.add(zeros([2] as const))).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2] as const).add(plain)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.matmul(zeros([3, 4] as const))).toEqualTypeOf<Tensor>();
expectTypeOf(plain.sum(0)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.sum()).toEqualTypeOf<Tensor>();
expectTypeOf(plain.sum(flag ? batch : [0, 1], { keepdims: flag })).toEqualTypeOf<Tensor>();
expectTypeOf(plain.transpose(0, 1)).toEqualTypeOf<Tensor>();
expectTypeOf(plain.permute([1, 0])).toEqualTypeOf<Tensor>();
expectTypeOf(plain.broadcastTo([2, 3])).toEqualTypeOf<Tensor>();
expectTypeOf(plain.broadcastTo([2, 3] as const)).toEqualTypeOf<Tensor<[2, 3]>>();
expectTypeOf(zeros([2, 3] as const).broadcastTo(shape)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).sum(axes)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).sum(batch)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).argmax(flag ? batch : undefined)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).sum([0, batch])).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).permute(axes)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).transpose(0, batch)).toEqualTypeOf<Tensor>();
expectTypeOf(zeros([2, 3] as const).sum(flag ? 0 : 1)).toEqualTypeOf<Tensor<[2] | [3]>>();
expectTypeOf(zeros([2, 3] as const).sum(1, { keepdims: flag })).toEqualTypeOf<Tensor<[2] | [2, 1]>>();
zeros([2, 3] as const)
  .sum(flag ? 0 : 1)
  .add(zeros([3] as const));

// Plain tensors, and those of some size, go both ways.
const takesMatrix = (x: Tensor<[32, 784]>): Tensor => x;
takesMatrix(plain);
takesMatrix(zeros([batch, 784] as const));
takesMatrix(ones(shape));
const takesBatches = (x: Tensor<[number, 784]>): Tensor => x;
takesBatches(zeros([32, 784] as const));
takesBatches(plain);
const givesMatrix = (): Tensor<[2, 3]> => zeros([6] as const).reshape([2, 3] as const);
const given: Tensor = givesMatrix();
const back: Tensor<[2, 3]> = given;
let changing: Tensor = zeros([2, 3] as const);
changing = changing.sum(0);
changing = changing.add(back.T);
takesMatrix(changing);
const callback: (x: Tensor) => Tensor = (x) =>
  x
    .add(zeros([3] as const))
    .relu()
    .sum(0, { keepdims: true }).T;
callback(zeros([2, 3] as const));
const callbacks: readonly ((x: Tensor) => Tensor)[] = [(x) => x.mul(x), takesMatrix, callback];
callbacks.reduce((x: Tensor, next) => next(x), zeros([2, 3] as const));

// A loop over layers, in which the shape changes from step to step.
declare const layers: readonly { forward(x: Tensor): Tensor }[];
let h = zeros([32, 784] as const);
for (const layer of layers) h = layer.forward(h);

// Tensors of several shapes together.
const list = [zeros([2] as const), zeros([3, 4] as const), plain];
const declared: Tensor[] = [zeros([2] as const), zeros([3, 4] as const)];
const named = new Map<string, Tensor>([['weight', zeros([2, 3] as const)]]);
named.set('bias', zeros([3] as const));
named.get('bias')?.add(named.get('weight') ?? 0);
for (const x of [...list, ...declared, ...named.values()]) x.add(x).mul(2).sum(0).backward();
for (const x of [zeros([2] as const), zeros([3, 4] as const)]) {
  x.mul(x).sum();
  x.matmul(x);
  x.sum(1, { keepdims: true });
  x.transpose(0, 1).permute([1, 0]).broadcastTo([3, 4]).argmax(0);
}
const union = flag ? zeros([2, 3] as const) : zeros([3, 2] as const);
union.add(1).reshape([6] as const);
zeros([2, 3] as const).add(flag ? zeros([2, 1] as const) : zeros([3] as const));
zeros([2, 3] as const).add(flag ? 2 : zeros([3] as const));
const optional = (x: Tensor<[2, 3]>, bias?: Tensor<[3]> | null): Tensor<[2, 3]> => (bias ? x.add(bias) : x);
optional(zeros([2, 3] as const), flag ? zeros([3] as const) : null);
interface Options {
  mask?: Tensor | undefined;
}
const withMask = ({ mask }: Options): Tensor => zeros([2, 3] as const).mul(mask ?? 1);
withMask({ mask: flag ? zeros([3] as const) : undefined });

// Generic functions: nothing is said about what is not known yet.
function classify<B extends number>(x: Tensor<[B, 784]>): Tensor<[B, 10]> {
  const logits = x
    .sub(x.mean(0))
    .matmul(zeros([784, 10] as const))
    .add(zeros([10] as const));
  return logits.sub(logits.sum(1, { keepdims: true })).mul(logits);
}
expectTypeOf(classify(zeros([32, 784] as const))).toEqualTypeOf<Tensor<[32, 10]>>();
classify(zeros([batch, 784] as const));
classify(plain);
function square<S extends Shape>(x: Tensor<S>): Tensor<S> {
  x.sum(1).matmul(x.T);
  x.permute([1, 0]).transpose(0, 1).broadcastTo([2, 3]);
  return x.mul(x.exp()).add(1).mul(x.sum());
}
expectTypeOf(square(zeros([2, 3] as const))).toEqualTypeOf<Tensor<[2, 3]>>();
function combine<A extends Shape, B extends Shape>(a: Tensor<A>, b: Tensor<B>): Tensor {
  return a.add(b).matmul(b.mul(a));
}
combine(zeros([2, 3] as const), zeros([3] as const));
function linear<In extends number, Out extends number>(
  x: Tensor<[number, In]>,
  w: Tensor<[Out, In]>,
): Tensor<[number, Out]> {
  x.add(zeros([32, 784] as const)).matmul(zeros([784, 10] as const));
  return x.matmul(w.T);
}
expectTypeOf(linear(zeros([32, 784] as const), zeros([10, 784] as const))).toEqualTypeOf<Tensor<[number, 10]>>();
function attend<B extends number, T extends number>(x: Tensor<[B, T, 64]>): Tensor<[B, T, 8]> {
  const values = x.matmul(zeros([64, 8] as const));
  return values.matmul(values.transpose(1, 2)).matmul(values);
}
expectTypeOf(attend(zeros([2, 5, 64] as const))).toEqualTypeOf<Tensor<[2, 5, 8]>>();
class Running<X extends Tensor> {
  private readonly last: X[] = [];
  add(x: X): Tensor {
    this.last.push(x);
    return this.last.reduce((sum: Tensor, each) => sum.add(each), x).mul(x);
  }
}
new Running<Tensor<[2, 3]>>().add(zeros([2, 3] as const));

// -1 is a size that is worked out, or kept: a number at run time.
expectTypeOf(tensor([1, 2, 3, 4], { shape: [2, -1] as const })).toEqualTypeOf<Tensor<[2, number]>>();
expectTypeOf(zeros([3, 1] as const).broadcastTo([2, -1, 4])).toEqualTypeOf<Tensor<[2, number, 4]>>();

// The shape has as many numbers as there are axes; a size may be known and is a number still, so that it goes along with others.
expectTypeOf(zeros([2, 3] as const).shape).toEqualTypeOf<readonly [number, number]>();
expectTypeOf(zeros([batch, 3] as const).shape[0]).toEqualTypeOf<number>();
expectTypeOf(plain.shape).toEqualTypeOf<readonly number[]>();
expectTypeOf(union2().shape[0]).toEqualTypeOf<number>();
// @ts-expect-error -- there is no third axis
expectTypeOf(zeros([2, 3] as const).shape[2]);
function union2(): Tensor<[2, 3]> | Tensor<[4]> {
  return flag ? zeros([2, 3] as const) : zeros([4] as const);
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
  any: { held: zeros([2, 3] as const), use: (x: Tensor<[2, 3]>) => x.shape[1] },
  known: { held: plain, use: (x: Tensor) => x.shape[1] },
};
export const swapped: typeof holders = { any: holders.known, known: holders.any };

// Lists as deep as a known shape, or whatever is wanted where they are used.
expectTypeOf(zeros([2, 3] as const).toArray()).toEqualTypeOf<number[][]>();
expectTypeOf(zeros([batch] as const).toArray()).toEqualTypeOf<number[]>();
expectTypeOf(zeros([] as const).toArray()).toEqualTypeOf<number>();
expectTypeOf(plain.toArray()).toEqualTypeOf<NestedArray>();
expectTypeOf(ones(shape).toArray()).toEqualTypeOf<NestedArray>();
const rows: readonly (readonly number[])[] = plain.toArray();
const flags: boolean[] | null = flag ? plain.gt(0).toArray() : null;
const typed = Float32Array.from(plain.toArray());
// @ts-expect-error -- lists of a known shape are no number
const single: number = zeros([2, 3] as const).toArray<number[][]>();
function listsOf<S extends Shape>(x: Tensor<S>): unknown {
  return x.toArray();
}
listsOf(tensor([...rows, [...typed, Number(flags?.[0]), single]]));

// Of a plain tensor they can be mapped, flattened, iterated and added.
const lists = plain.toArray();
expectTypeOf(lists.map((row) => row.map((x) => x * 2))).toEqualTypeOf<number[][]>();
const total: number = lists.flat().reduce((a, b) => a + b, 0);
const most: number = Math.max(...lists, total + lists);
for (const row of lists) for (const x of row) tensor([x, row.length, most]);
tensor(lists);

// As many pieces as are asked for.
expectTypeOf(plain.split([2, 3], 1)).toEqualTypeOf<[Tensor, Tensor]>();
expectTypeOf(plain.split(axes)).toEqualTypeOf<Tensor[]>();
expectTypeOf(plain.split(2)).toEqualTypeOf<Tensor[]>();
expectTypeOf(plain.chunk(3, 1)).toEqualTypeOf<[Tensor, Tensor, Tensor]>();
expectTypeOf(plain.chunk(17)).toEqualTypeOf<Tensor[]>();
expectTypeOf(plain.chunk(batch)).toEqualTypeOf<Tensor[]>();

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
takesMatrix(zeros([2, 4] as const));
// @ts-expect-error -- two axes are not one
takesMatrix(zeros([784] as const));
// @ts-expect-error -- a string is no operand
zeros([2, 3] as const).add('1');
// @ts-expect-error -- keepdim is PyTorch's word
zeros([2, 3] as const).sum(0, { keepdim: true });
expectTypeOf<MatmulVerdict<[32, 784], [100, 10]>>().toEqualTypeOf<'matmul: inner sizes 784 and 100 differ'>();
expectTypeOf<MatmulVerdict<[32, 784], [784, 10]>>().toEqualTypeOf<'fits'>();
expectTypeOf<
  BroadcastVerdict<'add', [number, 3], [4]>
>().toEqualTypeOf<'add: shapes [number, 3] and [4] do not broadcast'>();
expectTypeOf<
  AxesVerdict<'sum', [2, 3], [0, 2]>
>().toEqualTypeOf<'sum: there is no axis 2, a 2-d tensor has axes -2 to 1'>();
