// What has to be an error where shapes are asked for, and what beside it has not. Compiled by ../src/typescript-versions.ts, never run.
import { Conv2d, Linear, Module, ReLU, Sequential } from '@mg/nn';
import { ones, randn, tensor, zeros, type Tensor } from '@mg/tensor';

declare const n: number;
const ok: Tensor<[2, 3]> = zeros([2, 3]);
// @ts-expect-error -- annotation
const w: Tensor<[2, 4]> = zeros([2, 3]);
const sized: Tensor<[number, 3]> = zeros([n, 3]);
// @ts-expect-error -- annotation
const sized2: Tensor<[number, 3]> = zeros([n, 4]);
class P {
  // @ts-expect-error -- annotation of a field
  w: Tensor<[4]> = ones([5]);
}
const takes = (x: Tensor<[2, 3]>): Tensor<[3]> => x.sum(0);
takes(randn([2, 3]));
takes(zeros([n, 3]));
takes(ones([2, 3]).mul(2));
// @ts-expect-error -- parameter
takes(randn([3, 2]));
// @ts-expect-error -- returned
const gives = (): Tensor<[2]> => zeros([3]);
// @ts-expect-error -- reshape
const r: Tensor<[3, 2]> = ok.reshape([2, 3]);
// @ts-expect-error -- shape option
const t: Tensor<[3, 2]> = tensor([1, 2, 3, 4], { shape: [2, 2] });
const orNull: Tensor<[2]> | null = Math.random() > 0.5 ? zeros([2]) : null;
const pair: [Tensor<[2]>, Tensor] = [zeros([2]), zeros([3])];
const defaulted = (x: Tensor<[3]> = zeros([3])): Tensor => x;
defaulted(zeros([3]));
function body(x: Tensor<[32, 784]>, w: Tensor<[784, 10]>) {
  const y: Tensor<[32, 10]> = x.matmul(w);
  // @ts-expect-error -- inner sizes
  x.matmul(w.T);
  // @ts-expect-error -- axis
  x.sum(2);
  // @ts-expect-error -- order
  x.permute([0, 0]);
  // @ts-expect-error -- the argument asks for tracking
  x.add(zeros([3] as const));
  x.add(zeros([3]));
  return y;
}

// @ts-expect-error -- layer 2 takes 64, layer 1 gives 128
new Sequential(new Linear(784, 128), new ReLU(), new Linear(64, 10));
// @ts-expect-error -- channels
new Sequential(new Conv2d(1, 8, 3), new Conv2d(16, 8, 3));
class Net extends Module {
  // @ts-expect-error -- in a field
  body = new Sequential(new Linear(4, 16), new Linear(8, 2));
  forward(x: Tensor): Tensor {
    return this.body.forward(x);
  }
}
// @ts-expect-error -- the argument is tracked
new Linear(784, 10).forward(zeros([32, 100] as const));
new Sequential(
  // @ts-expect-error -- not a module from tensor to tensor
  new (class extends Module {
    forward(x: Tensor, y: Tensor): Tensor {
      return x.add(y);
    }
  })(),
);
// @ts-expect-error -- a number is no list
const q: number = zeros([2] as const).toArray<number[]>();
console.log(ok, w, sized, sized2, P, gives, r, t, orNull, pair, defaulted, body, Net, q);
