/**
 * The transformer of `micro-gpt` with a scalar for each number: 4,176 parameters, and a graph of 50,000 nodes for each name. Weights,
 * names and losses are those of `micro-gpt`, which computes the same in 20 tensors.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Value } from '@mg/scalar';
import { Generator, randn } from '@mg/tensor';

const [WIDTH, HEADS, CONTEXT, STEPS] = [16, 4, 15, 1000];

type Matrix = Value[][];
type Weights = Record<'tokens' | 'positions' | 'query' | 'key' | 'value' | 'out' | 'up' | 'down' | 'head', Matrix>;

const sum = (terms: readonly Value[]): Value => terms.reduce((total, term) => total.add(term));
const dot = (a: readonly Value[], b: readonly Value[]): Value => sum(a.map((x, i) => x.mul(b[i] ?? NaN)));
const add = (a: readonly Value[], b: readonly Value[]): Value[] => a.map((x, i) => x.add(b[i] ?? NaN));
const linear = (x: readonly Value[], weight: Matrix): Value[] => weight.map((row) => dot(row, x));

function norm(x: readonly Value[]): Value[] {
  const scale = dot(x, x).div(x.length).add(1e-5).pow(-0.5);
  return x.map((each) => each.mul(scale));
}

/** The largest is subtracted first, so that no exponential overflows. */
function softmax(x: readonly Value[]): Value[] {
  const largest = Math.max(...x.map(({ data }) => data));
  const exponentials = x.map((each) => each.sub(largest).exp());
  const total = sum(exponentials);
  return exponentials.map((each) => each.div(total));
}

/** Returns the function that takes the next letter of a name, and gives the probabilities of the letter after it. */
function reader(weights: Weights): (token: number) => Value[] {
  const keys: Value[][] = [];
  const values: Value[][] = [];
  return (token) => {
    let x = norm(add(weights.tokens[token] ?? [], weights.positions[keys.length] ?? []));
    const normed = norm(x);
    const query = linear(normed, weights.query);
    keys.push(linear(normed, weights.key));
    values.push(linear(normed, weights.value));
    const heads = Array.from({ length: HEADS }, (_, head) => {
      const own = (each: readonly Value[]): Value[] => each.slice((head * WIDTH) / HEADS, ((head + 1) * WIDTH) / HEADS);
      const shares = softmax(keys.map((key) => dot(own(query), own(key)).div(Math.sqrt(WIDTH / HEADS))));
      return values
        .map(own)
        .map((each, i) => each.map((v) => v.mul(shares[i] ?? NaN)))
        .reduce(add);
    });
    x = add(x, linear(heads.flat(), weights.out));
    const hidden = linear(norm(x), weights.up).map((each) => each.relu());
    return softmax(linear(add(x, linear(hidden, weights.down)), weights.head));
  };
}

/** The weights, and the names in the order of the steps, as numbers from 1 to 26 between zeros. */
export function prepare(): { weights: Weights; names: number[][] } {
  const generator = new Generator(5);
  const matrix = (rows: number, columns = WIDTH): Matrix => {
    const numbers = randn([rows, columns], { generator }).mul(0.08).toArray<number[][]>();
    return numbers.map((row) => row.map((each) => new Value(each)));
  };
  const [tokens, positions] = [matrix(27), matrix(CONTEXT)];
  const [query, key, value, out] = [matrix(WIDTH), matrix(WIDTH), matrix(WIDTH), matrix(WIDTH)];
  const [up, down, head] = [matrix(4 * WIDTH), matrix(WIDTH, 4 * WIDTH), matrix(27)];
  const text = readFileSync(path.join(import.meta.dirname, '../data/names.txt'), 'utf8');
  const names = text.trim().split('\n');
  const order = Array.from(generator.permutation(names.length), (i) => names[i] ?? '');
  return {
    weights: { tokens, positions, query, key, value, out, up, down, head },
    names: order.map((name) => [0, ...Array.from(name, (letter) => letter.charCodeAt(0) - 96), 0]),
  };
}

/** Trains on a name at a time by Adam, and returns the loss of each step. */
export function train({ weights, names }: ReturnType<typeof prepare>, steps: number): number[] {
  const parameters = Object.values(weights).flat(2);
  const mean = new Float64Array(parameters.length);
  const square = new Float64Array(parameters.length);
  return names.slice(0, steps).map((name, step) => {
    const read = reader(weights);
    const losses = name.slice(1).map((next, i) => (read(name[i] ?? 0)[next] ?? new Value(0)).log().neg());
    const loss = sum(losses).div(losses.length);
    for (const parameter of parameters) parameter.zeroGrad();
    loss.backward();
    parameters.forEach((parameter, i) => {
      const m = (mean[i] = 0.85 * (mean[i] ?? 0) + 0.15 * parameter.grad);
      const v = (square[i] = 0.99 * (square[i] ?? 0) + 0.01 * parameter.grad ** 2);
      const change = m / (1 - 0.85 ** (step + 1)) / (Math.sqrt(v / (1 - 0.99 ** (step + 1))) + 1e-8);
      parameter.data -= 0.01 * (1 - step / STEPS) * change;
    });
    return loss.data;
  });
}

/** Draws a name, a letter at a time; the square prefers likely letters, as a temperature of 0.5 does. */
function sample(weights: Weights, random: () => number): string {
  const read = reader(weights);
  let name = '';
  for (let token = 0; name.length < CONTEXT; name += String.fromCharCode(token + 96)) {
    const shares = read(token).map(({ data }) => data ** 2);
    let left = random() * shares.reduce((total, share) => total + share);
    token = shares.findIndex((share) => (left -= share) < 0);
    if (token <= 0) break;
  }
  return name;
}

export function run(): void {
  const prepared = prepare();
  const losses = train(prepared, STEPS);
  const late = losses.slice(-200).reduce((total, loss) => total + loss / 200, 0);
  const generator = new Generator(1);
  const names = Array.from({ length: 20 }, () => sample(prepared.weights, () => generator.random()));
  console.log(`loss ${losses[0]?.toFixed(3)} → ${late.toFixed(3)}\n${names.join(' ')}`);
  assert.ok(late < 2.4);
}
