import { expectTypeOf } from 'vitest';
import {
  AdaptiveAvgPool2d,
  Conv1d,
  ConvTranspose1d,
  ConvTranspose2d,
  GLU,
  GroupNorm,
  InstanceNorm2d,
  LazyConv2d,
  LazyLinear,
  Linear,
  MaxPool1d,
  MaxPool2d,
  Module,
  PReLU,
  ReLU,
  Sequential,
  Upsample,
} from '@mg/nn';
import { type Shape, type Tensor, zeros } from '@mg/tensor';

declare const plain: Tensor;
declare const size: number;
declare const flag: boolean;

/** A user's module that says nothing of shapes. */
class Plain extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/** One that says them. */
class Halves extends Module {
  readonly linear = new Linear(4, 2);
  override forward<Batch extends number>(x: Tensor<[Batch, 4]>): Tensor<[Batch, 2]> {
    return this.linear.forward(x).relu();
  }
}

const mlp = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));

// Known where that is free; shape-types.long.test.ts has more.
expectTypeOf(mlp).toEqualTypeOf<Sequential<[Linear<784, 128>, ReLU, Linear<128, 10>]>>();
expectTypeOf(mlp.layers[2]).toEqualTypeOf<Linear<128, 10>>();
expectTypeOf(mlp.layers[2].weight).toEqualTypeOf<Tensor>();
expectTypeOf(mlp.forward(zeros([size, 784] as const))).toEqualTypeOf<Tensor<[number, 10]>>();
expectTypeOf(mlp.forward(zeros([32, size] as const))).toEqualTypeOf<Tensor<[32, 10]>>();
expectTypeOf(mlp.forward(plain)).toEqualTypeOf<Tensor>();
expectTypeOf(new Linear(3, size).forward(zeros([2, 3] as const))).toEqualTypeOf<Tensor<[2, number]>>();
expectTypeOf(
  new Sequential(new Linear(3, size), new ReLU(), new Linear(7, 2)).forward(zeros([size, 3] as const)),
).toEqualTypeOf<Tensor<[number, 2]>>();

// A module that says nothing ends the chain, and begins another.
expectTypeOf(
  new Sequential(new Linear(784, 128), new Plain()).forward(zeros([2, 784] as const)),
).toEqualTypeOf<Tensor>();
expectTypeOf(
  new Sequential(new Linear(784, 128), new Plain(), new Linear(64, 10)).forward(zeros([2, 784] as const)),
).toEqualTypeOf<Tensor<[...number[], 10]>>();
new Sequential(new Linear(8, 4), new Halves(), new Linear(2, 1));
// @ts-expect-error -- layer 1 takes 3 features, layer 0 gives 2
new Sequential(new Halves(), new Linear(3, 1));
new Sequential(new Linear(8, 4), flag ? new Linear(4, 2) : new ReLU(), new Linear(2, 1));

// Lists of layers, made at run time or not.
const layers = [new Linear(784, 128), new ReLU(), new Plain(), new Linear(128, 10), mlp];
const modules: readonly Module[] = layers;
expectTypeOf(new Sequential(...modules).forward(zeros([32, 784] as const))).toEqualTypeOf<Tensor>();
expectTypeOf(new Sequential(...layers).forward(zeros([32, 784] as const))).toEqualTypeOf<Tensor>();
new Sequential(new Linear(784, 128), ...modules, new Linear(10, 1)).forward(plain);
new Sequential(...Array.from({ length: 3 }, () => new Linear(size, size))).forward(zeros([2, 3] as const));
new Sequential(...modules.map((module) => new Sequential(module, new ReLU())));
let h = zeros([32, 784]);
for (const layer of modules) h = layer.forward(h);
for (const layer of layers) h = layer.forward(h);
for (const layer of [new Linear(784, 128), new Linear(128, 10)]) h = layer.forward(h);
let x: Tensor = h;
for (const layer of mlp.layers) x = layer.forward(x);
layers.reduce((y: Tensor, layer) => layer.forward(y), x);
const anything: readonly { forward(x: Tensor): Tensor }[] = [new Linear(2, 3), new ReLU(), mlp, new Halves()];
anything.map((layer) => layer.forward(x));

// A model is a Module, and a Sequential one of any layers.
const run = (model: Module): Tensor => model.forward(zeros([32, 100]));
run(mlp);
run(new Linear(784, 10));
let model: Sequential = mlp;
model = new Sequential(model, new Linear(10, 2));
expectTypeOf(model.forward(zeros([32, 100] as const))).toEqualTypeOf<Tensor>();

class Model extends Module {
  readonly layers = [new Linear(784, 128), new ReLU(), new Linear(128, 10)];
  readonly head = new Sequential(new Linear(10, 10), new ReLU());
  override forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.layers) h = layer.forward(h);
    return this.head.forward(h).add(h);
  }
}
new Sequential(new Model(), new Linear(3, 4)).forward(zeros([1, 2] as const));

// Subclasses: those that say their layers, those that do not, and those with a forward of their own.
class Named extends Sequential<[Linear<2, 3>, ReLU]> {
  constructor() {
    super(new Linear(2, 3), new ReLU());
  }
}
expectTypeOf(new Named().forward(zeros([5, 2] as const))).toEqualTypeOf<Tensor<[5, 3]>>();
// @ts-expect-error -- layer 1 takes 4 features, layer 0 gives 3
new Sequential(new Named(), new Linear(4, 1));
class Unnamed extends Sequential {
  constructor() {
    super(new Linear(2, 3), new ReLU());
  }
}
new Sequential(new Unnamed(), new Linear(4, 1));
class Flattens extends Linear<784, 10> {
  override forward(x: Tensor): Tensor<[number, 10]> {
    return super.forward(x.reshape([-1, 784]));
  }
}
new Flattens(784, 10).forward(zeros([32, 28, 28] as const));
new Sequential(new Linear(3, 28), new Flattens(784, 10)).forward(zeros([28, 3] as const));
class Doubles extends Linear<4, 2> {
  override forward<Batch extends number>(x: Tensor<[Batch, 4]>): Tensor<[Batch, 2]> {
    return super.forward(x).mul(2);
  }
}
expectTypeOf(new Doubles(4, 2).forward(zeros([3, 4] as const))).toEqualTypeOf<Tensor<[3, 2]>>();

// Generic functions: nothing is said about what is not known yet.
function classify<Batch extends number, In extends number, S extends Shape>(
  images: Tensor<[Batch, 784]>,
  features: Tensor<[Batch, In]>,
  any: Tensor<S>,
  linear: Linear<In, 10>,
): Tensor<[Batch, 10]> {
  mlp.forward(features);
  mlp.forward(any);
  linear.forward(any);
  linear.forward(images);
  new Sequential(new Linear(784, 7), new ReLU(), linear, new Linear(10, 2)).forward(images);
  expectTypeOf(new ReLU().forward(any)).toEqualTypeOf<Tensor<S>>();
  return mlp.forward(images).add(linear.forward(features));
}
expectTypeOf(classify(zeros([32, 784] as const), zeros([32, 5] as const), plain, new Linear(5, 10))).toEqualTypeOf<
  Tensor<[32, 10]>
>();

// Images and signals: channels are known, and sizes behind them are not.
const images = zeros([8, 3, 16, 16] as const);
const signals = zeros([8, 3, 50] as const);
expectTypeOf(new ConvTranspose2d(3, 5, 4).forward(images)).toEqualTypeOf<Tensor<[8, 5, number, number]>>();
expectTypeOf(new Conv1d(3, 5, 4).forward(signals)).toEqualTypeOf<Tensor<[8, 5, number]>>();
expectTypeOf(new ConvTranspose1d(3, 5, 4).forward(zeros([3, 50] as const))).toEqualTypeOf<Tensor<[5, number]>>();
expectTypeOf(new MaxPool2d(2).forward(images)).toEqualTypeOf<Tensor<[8, 3, number, number]>>();
expectTypeOf(new AdaptiveAvgPool2d(1).forward(images)).toEqualTypeOf<Tensor<[8, 3, number, number]>>();
expectTypeOf(new MaxPool1d(2).forward(signals)).toEqualTypeOf<Tensor<[8, 3, number]>>();
expectTypeOf(new Upsample({ scaleFactor: 2 }).forward(images)).toEqualTypeOf<Tensor>();
expectTypeOf(new GLU().forward(images)).toEqualTypeOf<Tensor>();
expectTypeOf(new PReLU(3).forward(images)).toEqualTypeOf<Tensor<[8, 3, 16, 16]>>();
expectTypeOf(new GroupNorm(1, 3).forward(images)).toEqualTypeOf<Tensor<[8, 3, 16, 16]>>();
expectTypeOf(new InstanceNorm2d(3).forward(images)).toEqualTypeOf<Tensor<[8, 3, 16, 16]>>();
// @ts-expect-error -- Conv1d(4, 5): takes [batch, 4, length], got [8, 3, 50]
new Conv1d(4, 5, 3).forward(signals);
// @ts-expect-error -- ConvTranspose2d(4, 5): takes [batch, 4, height, width], got [8, 3, 16, 16]
new ConvTranspose2d(4, 5, 3).forward(images);
// @ts-expect-error -- Sequential: layer 1 takes 4 channels, layer 0 gives 5
new Sequential(new ConvTranspose2d(3, 5, 4), new ConvTranspose2d(4, 1, 4));

// A lazy layer takes any size, and gives one that is known. Its type is one of the eager layer.
expectTypeOf(new LazyConv2d(5, 3).forward(images)).toEqualTypeOf<Tensor<[8, 5, number, number]>>();
const lazyMlp = new Sequential(new LazyLinear(128), new ReLU(), new LazyLinear(10), new Linear(10, 2));
expectTypeOf(lazyMlp.forward(zeros([8, 3] as const))).toEqualTypeOf<Tensor<[8, 2]>>();
expectTypeOf(new LazyLinear(10)).toExtend<Linear<number, 10>>();
// @ts-expect-error -- Sequential: layer 1 takes 4 features, layer 0 gives 10
new Sequential(new LazyLinear(10), new Linear(4, 2));
