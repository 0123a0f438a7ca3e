// usage: node work.js scalar|seed moons|tree -- median milliseconds of a step
import { value } from '@mg/scalar';
import { median } from '../median.ts';
import { printOutput } from '../output.ts';
import { SeedValue } from './seed-value.ts';

/** What both engines have. */
interface Node<Self> {
  data: number;
  grad: number;
  add(other: Self | number): Self;
  mul(other: Self | number): Self;
  relu(): Self;
  backward(): void;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** micrograd's demo: 100 points, a network 2-16-16-1, hinge loss and weight penalty; one pass over all points a step. */
function moons<V extends Node<V>>(leaf: (x: number) => V): number {
  const random = generator(1337);
  const noise = () => 0.3 * (random() - 0.5);
  const points = Array.from({ length: 100 }, (_, i) => {
    const angle = (Math.PI * (i % 50)) / 49;
    const [x, y] = i < 50 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return { x: x + noise(), y: y + noise(), label: i < 50 ? -1 : 1 };
  });
  const layers = [
    { inputs: 2, outputs: 16 },
    { inputs: 16, outputs: 16 },
    { inputs: 16, outputs: 1 },
  ].map(({ inputs, outputs }) =>
    Array.from({ length: outputs }, () => ({
      weights: Array.from({ length: inputs }, () => leaf(2 * random() - 1)),
      bias: leaf(0),
    })),
  );
  const parameters = layers.flat().flatMap(({ weights, bias }) => [...weights, bias]);
  const score = (x: readonly V[]) =>
    layers.reduce(
      (inputs, layer, i) =>
        layer.map(({ weights, bias }) => {
          const sum = weights.reduce((total, weight, j) => total.add(weight.mul(inputs[j] ?? NaN)), bias);
          return i < layers.length - 1 ? sum.relu() : sum;
        }),
      x,
    )[0] ?? leaf(NaN);

  const times: number[] = [];
  for (let step = 0; step < 30; step++) {
    const start = performance.now();
    let margins = leaf(0);
    for (const { x, y, label } of points)
      margins = margins.add(
        score([leaf(x), leaf(y)])
          .mul(-label)
          .add(1)
          .relu(),
      );
    let penalty = leaf(0);
    for (const parameter of parameters) penalty = penalty.add(parameter.mul(parameter));
    const loss = margins.mul(0.01).add(penalty.mul(1e-4));
    for (const parameter of parameters) parameter.grad = 0;
    loss.backward();
    for (const parameter of parameters) parameter.data -= (1 - 0.009 * step) * parameter.grad;
    times.push(performance.now() - start);
  }
  return median(times.slice(1));
}

/** 33,334 leaves, as many products of neighbours, and a binary tree of sums: 100,001 nodes. */
function tree<V extends Node<V>>(leaf: (x: number) => V): number {
  const leaves = 33_334;
  const times: number[] = [];
  for (let round = 0; round < 15; round++) {
    const start = performance.now();
    const x = Array.from({ length: leaves }, (_, i) => leaf(0.5 + (i % 7) * 0.1));
    let level = x.map((value, i) => value.mul(x[(i + 1) % leaves] ?? NaN));
    while (level.length > 1) {
      const next: V[] = [];
      for (let i = 0; i < level.length; i += 2) {
        const [left, right] = [level[i], level[i + 1]];
        if (left) next.push(right ? left.add(right) : left);
      }
      level = next;
    }
    level[0]?.backward();
    times.push(performance.now() - start);
  }
  return median(times.slice(1));
}

const [engine, work = ''] = process.argv.slice(2);
const run = work === 'moons' ? moons : tree;
const ms = engine === 'seed' ? run((x) => new SeedValue(x)) : run((x) => value(x));
printOutput({ figures: { [work]: ms } });
