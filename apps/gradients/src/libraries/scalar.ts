import { gradcheck } from '@mg/gradcheck';
import {
  abs,
  add,
  cos,
  div,
  exp,
  log,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sin,
  sqrt,
  sub,
  tanh,
  type Value,
  value,
} from '@mg/scalar';
import { attempt, type Library } from '../library.ts';
import { cotangent, type Numbers, type Options, type Point } from '../points.ts';

const unary = { neg, abs, exp, log, sqrt, sin, cos, tanh, sigmoid, relu };
const binary = { add, sub, mul, div, pow };

type Operation = (inputs: readonly Value[], options: Options) => Value;

const operations: ReadonlyMap<string, Operation> = new Map([
  ...Object.entries(unary).map(([name, call]): [string, Operation] => [name, ([x]) => call(given(x))]),
  ...Object.entries(binary).map(([name, call]): [string, Operation] => [name, ([a, b]) => call(given(a), given(b))]),
  ['pow by a number', ([x], { exponent }) => given(x).pow(exponent as number)],
]);

/** @mg/scalar: float64, an element at a time. Its gradients are plain numbers, so there is no second one. */
export const ourScalars: Library = {
  name: 'scalar',
  setting: '@mg/scalar as it stands here, float64',
  precision: 'float64',
  has: (op) => operations.has(op),
  answer: (point, level) => {
    if (level === 'second' || !isOneByOne(point)) return null;
    return attempt(() => {
      const rows = cotangent(point.value[0]?.length ?? 0).map((weight, at): Numbers => {
        const inputs = elements(point, at);
        const output = call(point, inputs);
        if (level === 'value') return [[output.data]];
        // A value sends back 1: the cotangent comes in by a product.
        output.mul(weight).backward();
        return inputs.map(({ grad }) => [grad]);
      });
      const parts = level === 'value' ? [null] : point.inputs;
      return { numbers: parts.map((_, part) => rows.map((row) => row[part]?.[0] ?? NaN)) };
    });
  },
  check: (point, level) => {
    if (level === 'second' || !isOneByOne(point)) return null;
    const inputs = point.inputs.flatMap(({ data }) => data.map((x) => value(x)));
    const count = point.value[0]?.length ?? 0;
    const outputs = (...all: Value[]): Value[] =>
      Array.from({ length: count }, (_, at) =>
        call(
          point,
          point.inputs.map((__, part) => given(all[part * count + at])),
        ),
      );
    return gradcheck(outputs, inputs, { raise: false });
  },
};

/** Whether all operands have the shape of the result, so that a value can stand for each element. */
function isOneByOne({ inputs, shape }: Point): boolean {
  return inputs.every((input) => String(input.shape) === String(shape));
}

function elements({ inputs }: Point, at: number): Value[] {
  return inputs.map(({ data }) => value(data[at] ?? NaN));
}

function call({ op, options }: Point, inputs: readonly Value[]): Value {
  const operation = operations.get(op);
  if (operation === undefined) throw new Error(`@mg/scalar has no operation ${op}: ask has() first`);
  return operation(inputs, options);
}

function given(x: Value | undefined): Value {
  if (x === undefined) throw new Error('the table gives this operation fewer values than it takes');
  return x;
}
