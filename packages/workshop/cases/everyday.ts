// Everyday code that has to compile under every supported TypeScript, strictly and without a cast. Compiled by
// ../src/typescript-versions.ts, never run.
import { Dropout, Linear, Module, Sequential } from '@mg/nn';
import { concat, randn, tensor, zeros, type Tensor } from '@mg/tensor';

// A shape that changes under one name.
let y = zeros([2, 3]);
y = y.reshape([3, 2]);
let h = zeros([32, 784]);
h = h.matmul(randn([784, 128])).relu();
h = h.matmul(randn([128, 10]));
let s = zeros([4, 5]);
s = s.sum(0);

// Collections, defaults, fields.
const list = [zeros([2])];
list.push(zeros([3]));
const byName = new Map([['a', zeros([2])]]);
byName.set('b', zeros([3]));
const withDefault = (t = zeros([3])): Tensor => t.mul(2);
withDefault(zeros([4]));

// An axis that is known at run time only.
const axis: number | number[] = Math.random() > 0.5 ? 0 : [0, 1];
const reduced: Tensor = zeros([2, 3]).sum(axis);

// Numbers out of a tensor are numbers: the type that is wanted is inferred.
const rows: number[][] = randn([2, 3]).toArray();
const total: number = rows.flat().reduce((a, b) => a + b, 0);
const flags: boolean[] = tensor([1, 2]).gt(1).toArray();

// A module has the forward that it needs.
class Attention extends Module {
  readonly q = new Linear(8, 8);
  forward(x: Tensor, mask: Tensor | null): Tensor {
    return mask === null ? this.q.forward(x) : this.q.forward(x).mul(mask);
  }
}
class Encoder extends Module {
  readonly mean = new Linear(8, 2);
  readonly logVariance = new Linear(8, 2);
  forward(x: Tensor): { mean: Tensor; logVariance: Tensor } {
    return { mean: this.mean.forward(x), logVariance: this.logVariance.forward(x) };
  }
}

// A layer, and a model, can be replaced.
class Net extends Module {
  body = new Sequential(new Linear(4, 16), new Dropout(0.1));
  head = new Linear(16, 3);
  forward(x: Tensor): Tensor {
    return this.head.forward(this.body.forward(x));
  }
}
const net = new Net();
net.head = new Linear(16, 2);
let model = new Sequential(new Linear(2, 3));
model = new Sequential(new Linear(2, 4));

// Pieces taken apart.
const [q, k, v] = randn([4, 24]).chunk(3, 1);
const together: Tensor = concat([q, k, v], 1);

// A function over any shape.
function gram<S extends readonly number[]>(x: Tensor<S>): Tensor {
  return x.sum(1).matmul(x.T);
}

console.log(total, flags, new Attention(), new Encoder(), net, model, together, gram(zeros([3, 3])), y, h, s, reduced);
