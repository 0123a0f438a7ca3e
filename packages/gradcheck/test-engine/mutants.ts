import { gradcheck } from '../src/gradcheck.ts';
import { randomWeights } from '../src/directional.ts';
import * as ops from './ops.ts';
import { add, constant, div, mask, mean, mul, neg, type Op, roll, sub, sum, transpose } from './ops.ts';
import { grad, type Tensor, variable } from './tensor.ts';

/** An operation and its operands: drawn from ±[0.2, 2], or from [0.2, 2] if `isPositive`. */
interface Case {
  readonly op: Op;
  readonly shapes: readonly (readonly number[])[];
  readonly isPositive?: boolean;
  /** Wrong gradients that are specific to this operation. */
  readonly wrong?: Readonly<Record<string, Op['vjp']>>;
}

const square = [[2, 2]] as const;
const pair = [
  [2, 2],
  [2, 2],
] as const;

const cases: readonly Case[] = [
  {
    op: ops.addOp,
    shapes: [[2, 2], [2]],
    wrong: {
      'missing un-broadcast': (g) => [g, g],
      'un-broadcast by the first': (g, [, b]) => [g, ops.firstTo(g, b?.shape ?? [])],
      'un-broadcast along another axis': (g) => [g, ops.sumTo(transpose(g), [2])],
    },
  },
  {
    op: ops.subOp,
    shapes: [
      [2, 1],
      [2, 2],
    ],
    wrong: {
      'missing un-broadcast': (g) => [g, neg(g)],
      'un-broadcast by the first': (g, [a]) => [ops.firstTo(g, a?.shape ?? []), neg(g)],
    },
  },
  {
    op: ops.mulOp,
    shapes: [[2, 2], [2]],
    wrong: {
      'missing un-broadcast': (g, [a, b]) => [mul(g, is(b)), mul(g, is(a))],
      'un-broadcast by the first': (g, [a, b]) => [mul(g, is(b)), ops.firstTo(mul(g, is(a)), is(b).shape)],
      'the operands swapped': (g, [a, b]) => [mul(g, is(a)), ops.sumTo(mul(g, is(b)), is(b).shape)],
    },
  },
  {
    op: ops.divOp,
    shapes: pair,
    wrong: {
      'missing term': (g, [, b]) => [div(g, is(b)), constantLike(is(b), 0)],
      'missing 1 / b': (g, [, b], y) => [div(g, is(b)), neg(mul(g, y))],
    },
  },
  {
    op: ops.powOp,
    shapes: pair,
    isPositive: true,
    wrong: { 'missing b': (g, [a], y) => [div(mul(g, y), is(a)), mul(g, mul(y, ops.log(is(a))))] },
  },
  { op: ops.maximumOp, shapes: pair, wrong: { 'to both operands': (g) => [g, g] } },
  { op: ops.negOp, shapes: square },
  { op: ops.expOp, shapes: square, wrong: { 'of the input': (g, [x]) => [mul(g, is(x))] } },
  {
    op: ops.logOp,
    shapes: square,
    isPositive: true,
    wrong: { 'of the result': (g, _x, y) => [div(g, add(y, constant(3)))] },
  },
  { op: ops.sqrtOp, shapes: square, isPositive: true, wrong: { 'missing ½': (g, _x, y) => [div(g, y)] } },
  { op: ops.tanhOp, shapes: square, wrong: { 'missing term': (g, _x, y) => [neg(mul(g, mul(y, y)))] } },
  { op: ops.sigmoidOp, shapes: square, wrong: { 'missing term': (g, _x, y) => [mul(g, y)] } },
  {
    op: ops.reluOp,
    shapes: square,
    wrong: {
      'lets all through': (g) => [g],
      leaks: (g, [x]) => [
        mul(
          g,
          mask(is(x), (each) => (each > 0 ? 1 : 0.01)),
        ),
      ],
    },
  },
  { op: ops.absOp, shapes: square, wrong: { 'missing sign': (g) => [g] } },
  { op: ops.squareOp, shapes: square, wrong: { 'of one factor only': (g, [x]) => [mul(g, is(x))] } },
  { op: ops.sinOp, shapes: square, wrong: { 'sine for cosine': (g, [x]) => [mul(g, ops.sin(is(x)))] } },
  { op: ops.cosOp, shapes: square },
  { op: ops.reciprocalOp, shapes: square, wrong: { 'y for y²': (g, _x, y) => [neg(mul(g, y))] } },
  { op: ops.transposeOp, shapes: square },
  { op: ops.sumOp, shapes: square, wrong: { 'along another axis': (g) => [ops.broadcastTo(transpose(g), [2, 2])] } },
  { op: ops.meanOp, shapes: square, wrong: { 'missing 1 / n': (g) => [ops.broadcastTo(g, [2, 2])] } },
  {
    op: ops.matmulOp,
    // A 2×2 matrix may be nearly symmetric, and then a missing transpose is not an error.
    shapes: [
      [3, 3],
      [3, 3],
    ],
    wrong: {
      'missing transpose of b': (g, [a, b]) => [ops.matmul(g, is(b)), ops.matmul(transpose(is(a)), g)],
      'missing transpose of a': (g, [a, b]) => [ops.matmul(g, transpose(is(b))), ops.matmul(is(a), g)],
      'the order of factors': (g, [a, b]) => [ops.matmul(transpose(is(b)), g), ops.matmul(g, transpose(is(a)))],
    },
  },
  {
    op: ops.softmaxOp,
    shapes: square,
    wrong: {
      'missing term': (g, _x, y) => [mul(g, y)],
      'the sum along another axis': (g, _x, y) => [sub(mul(g, y), mul(y, sum(mul(g, y), 0)))],
    },
  },
  {
    op: ops.logSoftmaxOp,
    shapes: square,
    wrong: {
      'missing term': (g) => [g],
      'missing exp': (g, _x, y) => [sub(g, mul(y, sum(g, 1)))],
    },
  },
  { op: ops.cumsumOp, shapes: square, wrong: { 'not reversed': (g) => [ops.cumsum(g, false)] } },
  {
    op: ops.takeOp,
    shapes: square,
    wrong: { 'overwrites where it should add': (g, [x]) => [ops.overwriteTaken(g, is(x).shape)] },
  },
  {
    op: ops.concatOp,
    shapes: pair,
    wrong: { 'the parts swapped': (g, inputs, y) => [...ops.concatOp.vjp(g, inputs, y)].reverse() },
  },
  {
    op: ops.layerNormOp,
    shapes: [[2, 3]],
    wrong: {
      'mean taken for a constant': (g, [x], y) => [div(sub(g, mul(y, mean(mul(g, y)))), ops.moments(is(x)).deviation)],
      'deviation taken for a constant': (g, [x]) => [div(sub(g, mean(g)), ops.moments(is(x)).deviation)],
    },
  },
];

function is(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('mutants: an operand is missing');
  return x;
}

function constantLike(x: Tensor, value: number): Tensor {
  return mask(x, () => value);
}

/** The mutations that apply to any gradient g of an operand x; null if one does not apply. */
const mutations: Readonly<Record<string, (g: Tensor, x: Tensor) => Tensor | null>> = {
  'wrong sign': (g) => neg(g),
  'factor 2': (g) => mul(g, constant(2)),
  '1 % too large': (g) => mul(g, constant(1.01)),
  '1 % too small': (g) => mul(g, constant(0.99)),
  zeroed: (g) => mul(g, constant(0)),
  transposed: (g) => (g.shape.length === 2 && g.shape[0] === g.shape[1] ? transpose(g) : null),
  'off by one in the first axis': (g) => roll(g, 0),
  'off by one in the last axis': (g) => roll(g, g.shape.length - 1),
  'zero where the input is negative': (g, x) =>
    mul(
      g,
      mask(x, (each) => (each < 0 ? 0 : 1)),
    ),
  '1 % off where the input is negative': (g, x) =>
    mul(
      g,
      mask(x, (each) => (each < 0 ? 1.01 : 1)),
    ),
  'NaN in one place': (g) => mul(g, mask(g, indexOf(g.size - 1))),
};

function indexOf(place: number): () => number {
  let i = 0;
  return () => (i++ === place ? NaN : 1);
}

/** An operation with a right or a wrong gradient. */
export interface Trial {
  readonly name: string;
  readonly op: Op;
  readonly isRight: boolean;
}

/** Every operation with its right gradient, and with each wrong one. */
export const trials: readonly (Trial & { readonly draw: (seed: number) => Tensor[] })[] = cases.flatMap((each) => {
  const { op, shapes, isPositive = false, wrong = {} } = each;
  const draw = (seed: number) =>
    shapes.map((shape, i) => {
      const data = randomWeights(
        shape.reduce((product, length) => product * length, 1),
        1000 * i + seed,
      );
      // Maps ±[0.5, 1] to ±[0.2, 2], which avoids kinks and poles.
      return variable(
        data.map((x) => (isPositive ? 1 : Math.sign(x)) * (0.2 + 3.6 * (Math.abs(x) - 0.5))),
        shape,
      );
    });
  const mutants = Object.entries(mutations).flatMap(([name, mutate]) =>
    shapes.map((_, operand) => ({
      name: `${op.name}: ${name}${shapes.length > 1 ? `, operand ${operand}` : ''}`,
      vjp: ((g, inputs, y) => {
        const gradients = [...op.vjp(g, inputs, y)];
        const gradient = gradients[operand];
        if (gradient) gradients[operand] = mutate(gradient, is(inputs[operand])) ?? gradient;
        return gradients;
      }) satisfies Op['vjp'],
    })),
  );
  const own = Object.entries(wrong).map(([name, vjp]) => ({ name: `${op.name}: ${name}`, vjp }));
  return [
    { name: op.name, op, isRight: true, draw },
    ...[...mutants, ...own].map(({ name, vjp }) => ({ name, op: { ...op, vjp }, isRight: false, draw })),
  ];
});

/** The results of all trials. */
export interface Tally {
  /** How many gradients differ from the right ones, and how many of these were caught. */
  wrong: number;
  caught: number;
  /** How many gradients are right, and how many of these passed. */
  right: number;
  passed: number;
  /** The names of the wrong gradients, and a message for each one that passed and each right one that did not. */
  readonly names: Set<string>;
  readonly failures: string[];
}

/** Checks every operation and every mutant once, with operands drawn from the seed. */
export function tryAll(seed: number, tally: Tally, options: { readonly fast?: boolean } = {}): void {
  for (const { name, op, isRight, draw } of trials) {
    const inputs = draw(seed);
    const right = cases.find((each) => each.op.name === op.name)?.op;
    // Some mutants are right for some operands: a constant gradient that is shifted, for example.
    if (!isRight && right !== undefined && isSame(right, op, inputs)) continue;
    const { passed } = gradcheck((...xs: Tensor[]) => ops.apply(op, xs), inputs, { ...options, raise: false });
    if (isRight) {
      tally.right++;
      if (passed) tally.passed++;
    } else {
      tally.wrong++;
      tally.names.add(name);
      if (!passed) tally.caught++;
    }
    if (passed !== isRight) tally.failures.push(`seed ${seed}: ${name} ${passed ? 'passed' : 'did not pass'}`);
  }
}

/** Whether two operations give the same gradients for a random cotangent. */
function isSame(a: Op, b: Op, inputs: readonly Tensor[]): boolean {
  const [one, two] = [a, b].map((op) => {
    const y = ops.apply(op, inputs);
    return grad([y], inputs, { gradOutputs: [variable(randomWeights(y.size, 1), y.shape)] });
  });
  return inputs.every((_, i) => {
    const [p, q] = [one?.[i] ?? null, two?.[i] ?? null];
    if (p === null || q === null) return p === q;
    const [x, y] = [p.elements(), q.elements()];
    return x.length === y.length && x.every((each, k) => Math.abs(each - (y[k] ?? NaN)) <= 1e-12);
  });
}
