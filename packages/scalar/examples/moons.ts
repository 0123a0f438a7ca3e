// Micrograd's demo: a small network separates two interleaved half-moons. Run it with `pnpm moons`.
import { value, type Value } from '@mg/scalar';
import { MLP } from '@mg/scalar/nn';

/** A small seeded generator (Park and Miller's), so that every run prints the same. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const random = generator(1337);
const noise = () => 0.1 * (random() + random() + random() + random() - 2) * Math.sqrt(3); // nearly normal, deviation 0.1

/** Points of the upper moon have the label −1, those of the lower one +1. */
const points = Array.from({ length: 100 }, (_, i) => {
  const angle = (Math.PI * (i % 50)) / 49;
  return i < 50
    ? { x: Math.cos(angle) + noise(), y: Math.sin(angle) + noise(), label: -1 }
    : { x: 1 - Math.cos(angle) + noise(), y: 0.5 - Math.sin(angle) + noise(), label: 1 };
});

const model = new MLP(2, [16, 16, 1], { random });
const parameters = model.parameters();
const steps = 60;

for (let step = 0; step <= steps; step++) {
  const scores = points.map(({ x, y }) => model.forward([x, y]));
  const margins = scores.map((score, i) =>
    score
      .mul(-(points[i]?.label ?? 0))
      .add(1)
      .relu(),
  );
  const penalty = sum(parameters.map((p) => p.mul(p))).mul(1e-4);
  const loss = sum(margins).div(points.length).add(penalty);
  const right = scores.filter((score, i) => score.data > 0 === (points[i]?.label ?? 0) > 0).length;
  if (step % 10 === 0) {
    console.log(`step ${step}: loss ${loss.data.toFixed(4)}, accuracy ${((100 * right) / points.length).toFixed(0)} %`);
  }

  model.zeroGrad();
  loss.backward();
  const learningRate = 1 - (0.9 * step) / steps;
  for (const parameter of parameters) parameter.data -= learningRate * parameter.grad;
}

/** The prediction of the network over the plane, and the points: O and X. */
const [columns, rows] = [64, 22];
const column = (x: number) => Math.round(((x + 1.5) / 4) * (columns - 1));
const row = (y: number) => Math.round(((1.5 - y) / 2.5) * (rows - 1));
const picture: string[][] = Array.from({ length: rows }, (_, i) =>
  Array.from({ length: columns }, (_, j) =>
    model.forward([-1.5 + (4 * j) / (columns - 1), 1.5 - (2.5 * i) / (rows - 1)]).data > 0 ? '+' : '.',
  ),
);
for (const { x, y, label } of points) picture[row(y)]?.splice(column(x), 1, label > 0 ? 'X' : 'O');
console.log(picture.map((line) => line.join('')).join('\n'));

function sum(values: readonly Value[]): Value {
  return values.reduce((total, x) => total.add(x), value(0));
}
