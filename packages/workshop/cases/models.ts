// Models, loops, fields and collections as users write them: they have to compile as everyday.ts has. Compiled, never run.
import {
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Dropout,
  Embedding,
  Flatten,
  LayerNorm,
  Linear,
  MaxPool2d,
  Module,
  ModuleList,
  ReLU,
  Sequential,
  crossEntropy,
  mseLoss,
  parameter,
  summary,
} from '@mg/nn';
import {
  arange,
  bernoulli,
  concat,
  eye,
  full,
  grad,
  linspace,
  noGrad,
  ones,
  permutation,
  rand,
  randint,
  randn,
  scalar,
  stack,
  tensor,
  where,
  zeros,
  zerosLike,
  type Tensor,
} from '@mg/tensor';

// Running values.
let total = scalar(0);
for (let i = 0; i < 3; i++) total = total.add(randn([3, 4]).mean());
total = total.add(randn([3]));
total.sum(1);
total = eye(3);
total = eye(4).matmul(ones([4, 2]));
let mean = zeros([10]);
mean = mean.mul(0.9).add(randn([5, 10]).mean(0).mul(0.1));
let idx = permutation(10);
idx = arange(3);
idx = randint(0, 9, [4]);
idx = linspace(0, 1, 7);
let mask = bernoulli(0.5, [3]);
mask = mask.gt(0).logicalAnd(ones([2, 3]).ne(0));
let best: Tensor | null = null;
best = zeros([2]);
if (Math.random() > 0.5) best = zeros([2, 2]);
best.add(1);

// Ternaries, reduce, records, generic functions.
const either = Math.random() > 0.5 ? zeros([2]) : zeros([3, 4]);
either.add(1).sum(1);
const sum = [zeros([2, 3]), ones([3])].reduce((a, b) => a.add(b));
const record = { a: zeros([1]), b: zeros([2]) };
record.a = zeros([7]);
const cache: Record<string, Tensor> = { x: zeros([2]) };
cache['y'] = ones([3]);
function first<T>(x: T, y: T): T {
  return Math.random() > 0.5 ? x : y;
}
first(zeros([2]), zeros([3]));
class State {
  h = zeros([1, 8]);
  #c = zeros([1, 8]);
  step(x: Tensor) {
    this.h = this.h.matmul(x);
    this.#c = concat([this.h, this.#c], 1);
    return this.#c;
  }
}

// Optional arguments, and parts taken apart.
function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): [Tensor, Tensor] {
  let scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(q.shape.at(-1) ?? 1));
  if (mask) scores = scores.maskedFill(mask, -Infinity);
  const weights = scores.softmax(-1);
  return [weights.matmul(v), weights];
}
const qkv = randn([2, 5, 24]).chunk(3, -1);
const [aq, ak, av] = qkv;
attention(aq, ak, av);
const [l1, l2] = randn([4, 6]).split([2, 4], 0);
l1.add(l2);
const parts = randn([6]).split(2);
for (const p of parts) p.sum();
const n: number = Math.random() > 0.5 ? 2 : 3;
for (const p of randn([6]).chunk(n)) p.sum();
const [values, index] = [tensor([3, 1]).sort().values, tensor([3, 1]).argmax(0)];
const { data } = zeros([3]);
const nums: number[] = [...data];
const matrix: number[][] = eye(3).toArray();
const one: number = scalar(2).toArray();
const deep = zeros([2, 2, 2]).toArray<number[][][]>();
function toNumbers(x: Tensor): number[] {
  return x.toArray();
}
const shown: string = JSON.stringify(zeros([2]).toArray());

// Models.
class Block extends Module {
  fc1 = new Linear(8, 32);
  fc2 = new Linear(32, 8);
  norm = new LayerNorm(8);
  drop = new Dropout(0.1);
  forward(x: Tensor): Tensor {
    let h = this.norm.forward(x);
    h = this.fc1.forward(h).gelu();
    h = this.fc2.forward(h);
    return x.add(this.drop.forward(h));
  }
}
class Gpt extends Module {
  tok = new Embedding(100, 8);
  pos = new Embedding(32, 8);
  blocks = new ModuleList([new Block(), new Block()]);
  head = new Linear(8, 100);
  scale = parameter(ones([8]));
  forward(ids: Tensor, targets?: Tensor): { logits: Tensor; loss: Tensor | null } {
    let x = this.tok.forward(ids).add(this.pos.forward(arange(ids.shape[1] ?? 0)));
    for (const block of this.blocks) x = block.forward(x);
    const logits = this.head.forward(x.mul(this.scale));
    const loss = targets === undefined ? null : crossEntropy(logits.reshape([-1, 100]), targets.reshape([-1]));
    return { logits, loss };
  }
}
const gpt = new Gpt();
gpt.tok = new Embedding(100, 16);
gpt.head = new Linear(8, 50);
const out = gpt.forward(randint(0, 9, [2, 5]));
out.loss?.backward();
class Cnn extends Module {
  features = new Sequential(
    new Conv2d(1, 8, 3),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 3),
    new BatchNorm2d(16),
    new ReLU(),
    new AvgPool2d(2),
  );
  classifier = new Sequential(new Flatten(), new Linear(400, 10));
  forward(x: Tensor): Tensor {
    return this.classifier.forward(this.features.forward(x));
  }
}
const cnn = new Cnn();
cnn.classifier = new Sequential(new Flatten(), new Linear(400, 100));
summary(cnn, [1, 1, 28, 28]);
const sizes = [4, 8, 2];
const dense = sizes.slice(1).map((size, i) => new Linear(sizes[i] ?? 0, size));
const mlp = new Sequential(...dense.flatMap((layer) => [layer, new ReLU()]));
const layers = [new Linear(2, 3), new Linear(3, 4)];
layers.push(new Linear(4, 5));
let h = zeros([1, 2]);
for (const layer of layers) h = layer.forward(h);
const mixed = [new Linear(2, 3), new ReLU(), new Block()];
for (const layer of mixed) h = layer.forward(h);
const models = new Map<string, Module>([
  ['a', mlp],
  ['b', cnn],
]);
models.get('a')?.forward(h);
function evaluate(model: Module, x: Tensor, y: Tensor): number {
  return noGrad(() => model.forward(x).argmax(1).eq(y).mean().item());
}
evaluate(cnn, h, h);
class Ensemble extends Module {
  constructor(readonly members: Module[]) {
    super();
  }
  forward(x: Tensor): Tensor {
    return stack(
      this.members.map((m) => m.forward(x)),
      0,
    ).mean(0);
  }
}
new Ensemble([mlp, cnn]);
class Lstm extends Module {
  forward(x: Tensor, state: [Tensor, Tensor]): [Tensor, [Tensor, Tensor]] {
    return [x, state];
  }
}
const [o, [hh]] = new Lstm().forward(h, [h, h]);
o.add(hh);
class Wide extends Linear {
  constructor(n: number) {
    super(n, 2 * n);
  }
}
let wide = new Linear(3, 6);
wide = new Wide(3);

// Losses, gradients, functions of tensors.
const loss = mseLoss(mlp.forward(h), zerosLike(h));
const [gx] = grad(loss, h);
gx.add(1);
where(h.gt(0), h, 0);
full([2], 3).add(rand([2]));
function make(shape: number[]): Tensor {
  return zeros(shape);
}
make([2]);
const like = zeros(h.shape);
let z = h;
z = z.T;
z = like;
const fn: (x: Tensor) => Tensor = (x) => x.mul(2).sum(0);
fn(zeros([2, 2]));
const fs = [(x: Tensor) => x.sum(0), (x: Tensor) => x.relu()];
fs.reduce((x, f) => f(x), h);
async function load(): Promise<Tensor> {
  return zeros([2]);
}
void load().then((t) => (h = t));

console.log(
  sum,
  record,
  cache,
  values,
  index,
  nums,
  matrix,
  one,
  deep,
  shown,
  either,
  State,
  toNumbers,
  dense,
  wide,
  mask,
  mean,
  idx,
  z,
  total,
  best,
);
