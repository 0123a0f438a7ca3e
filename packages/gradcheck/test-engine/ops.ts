import { record, rowMajor, sizeOf, tensor, type Tensor, unravel } from './tensor.ts';

/** An operation and its gradient: `vjp` computes a gradient for each operand from g, the operands and the result y. */
export interface Op {
  readonly name: string;
  readonly forward: (inputs: readonly Tensor[]) => { data: Float64Array; shape: readonly number[] };
  readonly vjp: (g: Tensor, inputs: readonly Tensor[], y: Tensor) => readonly (Tensor | null)[];
}

/** Runs and records an operation. */
export function apply({ forward, vjp }: Op, inputs: readonly Tensor[]): Tensor {
  const { data, shape } = forward(inputs);
  const y: Tensor = record(data, shape, inputs, (g) => vjp(g, inputs, y));
  return y;
}

const call =
  (op: Op) =>
  (x: Tensor): Tensor =>
    apply(op, [x]);

const call2 =
  (op: Op) =>
  (a: Tensor, b: Tensor): Tensor =>
    apply(op, [a, b]);

type UnaryVjp = (g: Tensor, x: Tensor, y: Tensor) => Tensor;

function unary(name: string, f: (x: number) => number, vjp: UnaryVjp): Op {
  return {
    name,
    forward: ([x]) => ({ data: of(x).elements().map(f), shape: of(x).shape }),
    vjp: (g, [x], y) => [vjp(g, of(x), y)],
  };
}

type Fit = (g: Tensor, shape: readonly number[]) => Tensor;

/** `fit` undoes the broadcasting of an operand. */
function binary(
  name: string,
  f: (a: number, b: number) => number,
  vjp: (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor, Tensor],
  fit: Fit = sumTo,
): Op {
  return {
    name,
    forward: ([a, b]) => {
      const shape = broadcastShape(of(a).shape, of(b).shape);
      const [x, y] = [broadcast(of(a), shape), broadcast(of(b), shape)];
      return { data: x.map((each, i) => f(each, y[i] ?? NaN)), shape };
    },
    vjp: (g, [a, b], y) => {
      const [da, db] = vjp(g, of(a), of(b), y);
      return [fit(da, of(a).shape), fit(db, of(b).shape)];
    },
  };
}

function of(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('apply: an operand is missing');
  return x;
}

const isSameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  if (isSameShape(a, b)) return a;
  const ndim = Math.max(a.length, b.length);
  return Array.from({ length: ndim }, (_, axis) =>
    Math.max(a[axis - ndim + a.length] ?? 1, b[axis - ndim + b.length] ?? 1),
  );
}

/** The elements of x, broadcast to a larger shape. */
function broadcast(x: Tensor, shape: readonly number[]): Float64Array {
  const elements = x.elements();
  if (isSameShape(x.shape, shape)) return elements;
  const strides = rowMajor(x.shape);
  const before = shape.length - x.shape.length;
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const index = unravel(i, shape).slice(before);
    return (
      elements[index.reduce((sum, at, axis) => sum + (x.shape[axis] === 1 ? 0 : at * (strides[axis] ?? 0)), 0)] ?? NaN
    );
  });
}

/** A linear operation that picks elements: `out[i] = x[source(i)]`, or 0 if that is null. Its gradient adds them back. */
function pick(name: string, x: Tensor, shape: readonly number[], source: (i: number) => number | null): Tensor {
  const places = Array.from({ length: sizeOf(shape) }, (_, i) => source(i));
  return apply(
    {
      name,
      forward: ([input]) => {
        const elements = of(input).elements();
        return { data: Float64Array.from(places, (place) => (place === null ? 0 : (elements[place] ?? NaN))), shape };
      },
      vjp: (g) => [putBack(g, x.shape, places)],
    },
    [x],
  );
}

/** The adjoint of `pick`: `out[source(i)] += g[i]`. */
function putBack(g: Tensor, shape: readonly number[], places: readonly (number | null)[]): Tensor {
  const data = new Float64Array(sizeOf(shape));
  g.elements().forEach((each, i) => {
    const place = places[i] ?? null;
    if (place !== null) data[place] = (data[place] ?? 0) + each;
  });
  return record(data, shape, [g], (gg) => [pick('pick', gg, g.shape, (i) => places[i] ?? null)]);
}

export const constant = (x: number): Tensor => tensor([x], { shape: [] });
const scaled = (x: Tensor, by: number): Tensor => mul(x, constant(by));
const one = (): Tensor => constant(1);

/** A mask is a leaf, not an operation: its derivative is 0 wherever it exists. */
export const mask = (x: Tensor, f: (x: number) => number): Tensor => tensor(x.elements().map(f), { shape: x.shape });

/** Sums g over the axes along which a tensor of this shape was broadcast. */
export function sumTo(g: Tensor, shape: readonly number[]): Tensor {
  if (isSameShape(g.shape, shape)) return g;
  const strides = rowMajor(shape);
  const before = g.shape.length - shape.length;
  const places = Array.from({ length: g.size }, (_, i) =>
    unravel(i, g.shape)
      .slice(before)
      .reduce((sum, at, axis) => sum + (shape[axis] === 1 ? 0 : at * (strides[axis] ?? 0)), 0),
  );
  return putBack(g, shape, places);
}

/** Takes the first of the repeated elements: a missing un-broadcast that still gives the right shape. */
export function firstTo(g: Tensor, shape: readonly number[]): Tensor {
  const before = g.shape.length - shape.length;
  const strides = rowMajor(g.shape);
  return pick('first', g, shape, (i) =>
    unravel(i, shape).reduce((sum, at, axis) => sum + at * (strides[before + axis] ?? 0), 0),
  );
}

export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  return add(x, tensor(new Float64Array(sizeOf(shape)), { shape }));
}

/** Element i + 1 becomes element i along an axis; the first becomes the last. */
export function roll(x: Tensor, axis: number): Tensor {
  const strides = rowMajor(x.shape);
  return pick('roll', x, x.shape, (i) =>
    unravel(i, x.shape).reduce(
      (sum, at, a) => sum + (a === axis ? (at + 1) % (x.shape[a] ?? 1) : at) * (strides[a] ?? 0),
      0,
    ),
  );
}

export function transpose(x: Tensor): Tensor {
  const [rows = 1, columns = 1] = x.shape;
  return pick('transpose', x, [columns, rows], (i) => (i % rows) * columns + Math.floor(i / rows));
}

export function sum(x: Tensor, axis: number): Tensor {
  return sumTo(
    x,
    x.shape.map((length, a) => (a === axis ? 1 : length)),
  );
}

export const addOp: Op = binary(
  'add',
  (a, b) => a + b,
  (g) => [g, g],
);
export const add: (a: Tensor, b: Tensor) => Tensor = call2(addOp);
export const subOp: Op = binary(
  'sub',
  (a, b) => a - b,
  (g) => [g, neg(g)],
);
export const sub: (a: Tensor, b: Tensor) => Tensor = call2(subOp);
export const mulOp: Op = binary(
  'mul',
  (a, b) => a * b,
  (g, a, b) => [mul(g, b), mul(g, a)],
);
export const mul: (a: Tensor, b: Tensor) => Tensor = call2(mulOp);
export const divOp: Op = binary(
  'div',
  (a, b) => a / b,
  (g, _a, b, y) => [div(g, b), neg(div(mul(g, y), b))],
);
export const div: (a: Tensor, b: Tensor) => Tensor = call2(divOp);
export const powOp: Op = binary(
  'pow',
  (a, b) => a ** b,
  (g, a, b, y) => [mul(g, mul(b, pow(a, sub(b, one())))), mul(g, mul(y, log(a)))],
);
const pow: (a: Tensor, b: Tensor) => Tensor = call2(powOp);
export const maximumOp: Op = binary('maximum', Math.max, (g, a, b) => {
  const difference = sub(a, b);
  return [
    mul(
      g,
      mask(difference, (x) => (Math.sign(x) + 1) / 2),
    ),
    mul(
      g,
      mask(difference, (x) => (1 - Math.sign(x)) / 2),
    ),
  ];
});

export const negOp: Op = unary(
  'neg',
  (x) => -x,
  (g) => neg(g),
);
export const neg: (x: Tensor) => Tensor = call(negOp);
export const expOp: Op = unary('exp', Math.exp, (g, _x, y) => mul(g, y));
export const exp: (x: Tensor) => Tensor = call(expOp);
export const logOp: Op = unary('log', Math.log, (g, x) => div(g, x));
export const log: (x: Tensor) => Tensor = call(logOp);
export const sqrtOp: Op = unary('sqrt', Math.sqrt, (g, _x, y) => scaled(div(g, y), 0.5));
export const tanhOp: Op = unary('tanh', Math.tanh, (g, _x, y) => mul(g, sub(one(), mul(y, y))));
export const tanh: (x: Tensor) => Tensor = call(tanhOp);
export const sigmoidOp: Op = unary(
  'sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  (g, _x, y) => mul(g, mul(y, sub(one(), y))),
);
export const reluOp: Op = unary(
  'relu',
  (x) => Math.max(x, 0),
  (g, x) =>
    mul(
      g,
      mask(x, (each) => (each > 0 ? 1 : 0)),
    ),
);
export const relu: (x: Tensor) => Tensor = call(reluOp);
export const absOp: Op = unary('abs', Math.abs, (g, x) => mul(g, mask(x, Math.sign)));
export const abs: (x: Tensor) => Tensor = call(absOp);
export const squareOp: Op = unary(
  'square',
  (x) => x * x,
  (g, x) => mul(g, scaled(x, 2)),
);
export const sinOp: Op = unary('sin', Math.sin, (g, x) => mul(g, cos(x)));
export const sin: (x: Tensor) => Tensor = call(sinOp);
export const cosOp: Op = unary('cos', Math.cos, (g, x) => neg(mul(g, sin(x))));
export const cos: (x: Tensor) => Tensor = call(cosOp);
export const reciprocalOp: Op = unary(
  'reciprocal',
  (x) => 1 / x,
  (g, _x, y) => neg(mul(g, mul(y, y))),
);

export const transposeOp: Op = {
  name: 'transpose',
  forward: ([x]) => {
    const y = transpose(of(x).detach());
    return { data: y.data, shape: y.shape };
  },
  vjp: (g) => [transpose(g)],
};

/** Sums along the last axis, and keeps it. */
export const sumOp: Op = {
  name: 'sum',
  forward: ([x]) => {
    const y = sum(of(x).detach(), of(x).shape.length - 1);
    return { data: y.data, shape: y.shape };
  },
  vjp: (g, [x]) => [broadcastTo(g, of(x).shape)],
};

/** The mean along the last axis, which it keeps. */
export const meanOp: Op = {
  name: 'mean',
  forward: ([x]) => {
    const axis = of(x).shape.length - 1;
    const y = sum(of(x).detach(), axis);
    return { data: y.data.map((each) => each / (of(x).shape[axis] ?? 1)), shape: y.shape };
  },
  vjp: (g, [x]) => [scaled(broadcastTo(g, of(x).shape), 1 / (of(x).shape.at(-1) ?? 1))],
};

export const matmulOp: Op = {
  name: 'matmul',
  forward: ([a, b]) => {
    const [x, y] = [of(a).elements(), of(b).elements()];
    const [n = 1, inner = 1] = of(a).shape;
    const m = of(b).shape[1] ?? 1;
    const data = Float64Array.from({ length: n * m }, (_, i) => {
      let total = 0;
      for (let k = 0; k < inner; k++) total += (x[Math.floor(i / m) * inner + k] ?? NaN) * (y[k * m + (i % m)] ?? NaN);
      return total;
    });
    return { data, shape: [n, m] };
  },
  vjp: (g, [a, b]) => [matmul(g, transpose(of(b))), matmul(transpose(of(a)), g)],
};
export const matmul: (a: Tensor, b: Tensor) => Tensor = call2(matmulOp);

/** Along the last axis. */
export const softmaxOp: Op = {
  name: 'softmax',
  forward: ([x]) => {
    const e = exp(of(x).detach());
    return { data: div(e, sum(e, of(x).shape.length - 1)).data, shape: of(x).shape };
  },
  vjp: (g, _inputs, y) => {
    const gy = mul(g, y);
    return [sub(gy, mul(y, sum(gy, y.shape.length - 1)))];
  },
};

/** Along the last axis. */
export const logSoftmaxOp: Op = {
  name: 'logSoftmax',
  forward: ([x]) => {
    const input = of(x).detach();
    return { data: sub(input, log(sum(exp(input), input.shape.length - 1))).data, shape: input.shape };
  },
  vjp: (g, _inputs, y) => [sub(g, mul(exp(y), sum(g, y.shape.length - 1)))],
};

/** Running sums along the last axis. */
export const cumsumOp: Op = {
  name: 'cumsum',
  forward: ([x]) => ({ data: runningSums(of(x), false), shape: of(x).shape }),
  vjp: (g) => [cumsum(g, true)],
};
export function cumsum(x: Tensor, isReverse: boolean): Tensor {
  return record(runningSums(x, isReverse), x.shape, [x], (g) => [cumsum(g, !isReverse)]);
}
function runningSums(x: Tensor, isReverse: boolean): Float64Array {
  const length = x.shape.at(-1) ?? 1;
  const data = x.elements();
  for (let k = 1; k < data.length; k++) {
    const [i, step] = isReverse ? [data.length - 1 - k, 1] : [k, -1];
    if (Math.floor(i / length) === Math.floor((i + step) / length)) data[i] = (data[i] ?? 0) + (data[i + step] ?? 0);
  }
  return data;
}

/** Rows 1, 0 and 1 of a matrix. */
export const takeOp: Op = {
  name: 'take',
  forward: ([x]) => {
    const y = take(of(x).detach());
    return { data: y.data, shape: y.shape };
  },
  vjp: (g, [x]) => [putBack(g, of(x).shape, takenPlaces(of(x).shape))],
};
const rows = [1, 0, 1];
const takenPlaces = ([, columns = 1]: readonly number[]) =>
  rows.flatMap((row) => Array.from({ length: columns }, (_, column) => row * columns + column));
function take(x: Tensor): Tensor {
  const places = takenPlaces(x.shape);
  return pick('take', x, [rows.length, x.shape[1] ?? 1], (i) => places[i] ?? null);
}
/** A wrong gradient of `take`: it overwrites where it should add. */
export function overwriteTaken(g: Tensor, shape: readonly number[]): Tensor {
  const places = takenPlaces(shape);
  return pick('last', g, shape, (i) => {
    const last = places.lastIndexOf(i);
    return last === -1 ? null : last;
  });
}

/** Two matrices, one above the other. */
export const concatOp: Op = {
  name: 'concat',
  forward: ([a, b]) => ({
    data: Float64Array.from([...of(a).elements(), ...of(b).elements()]),
    shape: [(of(a).shape[0] ?? 0) + (of(b).shape[0] ?? 0), of(a).shape[1] ?? 1],
  }),
  vjp: (g, [a, b]) => [pick('slice', g, of(a).shape, (i) => i), pick('slice', g, of(b).shape, (i) => of(a).size + i)],
};

/** (x − mean) / √(variance + 10⁻⁵) along the last axis. */
export const layerNormOp: Op = {
  name: 'layerNorm',
  forward: ([x]) => {
    const { centred, deviation } = moments(of(x).detach());
    return { data: div(centred, deviation).data, shape: of(x).shape };
  },
  vjp: (g, [x], y) => {
    const { deviation } = moments(of(x));
    return [div(sub(sub(g, mean(g)), mul(y, mean(mul(g, y)))), deviation)];
  },
};
export function mean(x: Tensor): Tensor {
  return scaled(sum(x, x.shape.length - 1), 1 / (x.shape.at(-1) ?? 1));
}
export function moments(x: Tensor): { centred: Tensor; deviation: Tensor } {
  const centred = sub(x, mean(x));
  return { centred, deviation: pow(add(mean(mul(centred, centred)), constant(1e-5)), constant(0.5)) };
}

/** An elementwise function with any derivative, right or wrong. */
export function elementwise(f: (x: number) => number, derivative: (x: number) => number): (x: Tensor) => Tensor {
  return call(unary('elementwise', f, (g, x) => mul(g, mask(x, derivative))));
}
