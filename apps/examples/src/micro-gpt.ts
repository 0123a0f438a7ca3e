/**
 * A transformer with 4,176 parameters that invents names, after A. Karpathy's microgpt: one block, four heads, no biases.
 * `micro-gpt-scalar` is the same model with a scalar for each number.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crossEntropy, Module, parameter } from '@mg/nn';
import { Adam, LinearLR } from '@mg/optim';
import { arange, Generator, noGrad, randn, type Tensor, tensor } from '@mg/tensor';

/** The end of a name, and its beginning; the letters are 1 to 26. */
const END = 0;
const [WIDTH, HEADS, CONTEXT, STEPS] = [16, 4, 15, 1000];

class MicroGPT extends Module {
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly out: Tensor;
  readonly up: Tensor;
  readonly down: Tensor;
  readonly head: Tensor;

  constructor(generator: Generator) {
    super();
    const matrix = (rows: number, columns: number): Tensor =>
      parameter(randn([rows, columns], { generator }).mul(0.08));
    this.tokens = matrix(27, WIDTH);
    this.positions = matrix(CONTEXT, WIDTH);
    this.query = matrix(WIDTH, WIDTH);
    this.key = matrix(WIDTH, WIDTH);
    this.value = matrix(WIDTH, WIDTH);
    this.out = matrix(WIDTH, WIDTH);
    this.up = matrix(4 * WIDTH, WIDTH);
    this.down = matrix(WIDTH, 4 * WIDTH);
    this.head = matrix(27, WIDTH);
  }

  /** The logits [time, 27] of the letters that follow those of `name` [time]. */
  forward(name: Tensor): Tensor {
    const [time = 0] = name.shape;
    const places = arange(time, { dtype: 'int32' });
    let x = norm(name.embedding(this.tokens).add(places.embedding(this.positions)));
    x = x.add(this.attend(norm(x), places).matmul(this.out.T));
    x = x.add(norm(x).matmul(this.up.T).relu().matmul(this.down.T));
    return x.matmul(this.head.T);
  }

  private attend(x: Tensor, places: Tensor): Tensor {
    const [query, key, value] = [this.query, this.key, this.value].map((weight) =>
      x
        .matmul(weight.T)
        .unflatten(1, [HEADS, WIDTH / HEADS])
        .transpose(0, 1),
    ) as [Tensor, Tensor, Tensor];
    const scores = query.matmul(key.transpose(1, 2)).div(Math.sqrt(WIDTH / HEADS));
    const isLater = places.gt(places.unsqueeze(1));
    return scores.maskedFill(isLater, -Infinity).softmax(2).matmul(value).transpose(0, 1).flatten(1);
  }
}

/** Divides each row by the root of its mean square. */
const norm = (x: Tensor): Tensor => x.mul(x.square().mean(-1, { keepdims: true }).add(1e-5).rsqrt());

/** The model, and the names of all steps, one after the other, each between two ENDs. */
export function prepare(): { model: Module; data: { names: Tensor } } {
  const generator = new Generator(5);
  const model = new MicroGPT(generator);
  const names = readFileSync(path.join(import.meta.dirname, '../data/names.txt'), 'utf8')
    .trim()
    .split('\n');
  const order = Array.from(generator.permutation(names.length), (i) => names[i] ?? '');
  const codes = Array.from(order.join('\n'), (letter) => (letter === '\n' ? END : letter.charCodeAt(0) - 96));
  return { model, data: { names: tensor([END, ...codes, END], { dtype: 'int32' }) } };
}

/** Trains on a name at a time, and returns the loss of each step. */
export function train({ model, data }: ReturnType<typeof prepare>, steps: number): number[] {
  const optimizer = new Adam(model.parameters(), { lr: 0.01, betas: [0.85, 0.99] });
  const decay = new LinearLR(optimizer, { startFactor: 1, endFactor: 0, totalIters: STEPS });
  const ends = data.names.eq(END).nonzero().flatten().data;
  return Array.from({ length: steps }, (_, step) => {
    const [start = 0, end = 0] = [ends[step], ends[step + 1]];
    const logits = model.forward(data.names.slice(0, start, end));
    const loss = crossEntropy(logits, data.names.slice(0, start + 1, end + 1));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    decay.step();
    return loss.item();
  });
}

/** Draws a name, a letter at a time. A low temperature prefers likely letters. */
function sample(model: Module, temperature: number, generator: Generator): string {
  const name = [END];
  while (name.length < CONTEXT) {
    const logits = noGrad(() => model.forward(tensor(name, { dtype: 'int32' })).at(-1));
    const next = logits.div(temperature).softmax(0).multinomial(1, { generator }).item();
    if (next === END) break;
    name.push(next);
  }
  return String.fromCharCode(...name.slice(1).map((code) => code + 96));
}

export function run(): void {
  const prepared = prepare();
  const losses = train(prepared, STEPS);
  const late = losses.slice(-200).reduce((sum, loss) => sum + loss / 200, 0);
  const generator = new Generator(1);
  const names = Array.from({ length: 20 }, () => sample(prepared.model, 0.5, generator));
  console.log(`loss ${losses[0]?.toFixed(3)} → ${late.toFixed(3)}\n${names.join(' ')}`);
  assert.ok(late < 2.4);
  assert.ok(names.every((name) => /^[a-z]+$/.test(name)));
}
