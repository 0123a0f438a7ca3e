import { gradcheck } from '@mg/gradcheck';
import { full, grad, tensor, Tensor } from '@mg/tensor';
import { describe, expect, test } from 'vitest';
import answers from '../fixtures/op-answers.json' with { type: 'json' };
import { type Case, cases, make, type Recorded, run } from '../fixtures/op-cases.ts';
import { type DType, promote } from './dtype.ts';
import { type Shape } from './shape.ts';

/** A tensor with every digit of every element. */
const inFull = (x: Tensor): string => JSON.stringify([x.shape, Array.from(x.contiguous().data, String)]);

/** As `expectClose`, but 0 may have either sign: which one a sum of zeros has says nothing. */
function expectCloseGradient(actual: Tensor, expected: readonly Recorded[], shape: Shape, tolerance: number): void {
  const unsigned = expected.map((each) => (Number(each) === 0 ? 0 : each));
  expectClose(actual.add(0), unsigned, shape, tolerance);
}

/** Asserts each element within `tolerance`, relative to its size; NaN, infinities and the sign of 0 exactly. */
function expectClose(actual: Tensor, expected: readonly Recorded[], shape: Shape, tolerance: number): void {
  expect(actual.shape).toEqual(shape);
  const found = Array.from(actual.contiguous().data);
  expect(found.length).toBe(expected.length);
  for (const [i, each] of expected.entries()) {
    const wanted = Number(each);
    const value = found[i] ?? NaN;
    if (wanted === 0 || !Number.isFinite(wanted)) expect(value).toBe(wanted);
    else
      expect(Math.abs(value - wanted), `element ${i}: ${value}, PyTorch: ${wanted}`).toBeLessThanOrEqual(
        tolerance * Math.abs(wanted),
      );
  }
}

const isFiniteCase = ({ inputs }: Case) => inputs.every(({ data }) => data.every((x) => Number.isFinite(Number(x))));
const isDifferentiable = (each: Case) => each.gradients !== undefined;

// A cast to float32 rounds to steps of 1e-7, which a central difference cannot see through.
const isSmooth = (each: Case) => isDifferentiable(each) && each.op !== 'to' && !hasEdgeValues(each);
// Values at which a derivative is one-sided or infinite: 0 for relu, sqrt and log, a division by 0, exp beyond the largest number.
const hasEdgeValues = (each: Case) =>
  !isFiniteCase(each) || each.inputs.some(({ data }) => data.some((x) => Number(x) === 0 || Math.abs(Number(x)) > 100));

describe('the operations against PyTorch', () => {
  test.each(
    cases.map(
      (each, index) =>
        [
          `${index}: ${each.op} of ${each.inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')}`,
          each,
        ] as const,
    ),
  )('%s', (_, each) => {
    const inputs = each.inputs.map(({ data, shape }) => make(data, shape, 'float64'));
    for (const input of inputs) input.requiresGrad = true;
    const output = run(each, inputs);
    const dtype = each.output.dtype === 'int64' ? 'int32' : each.output.dtype;
    expect(output.dtype).toBe(dtype);
    // Eight units in the last place of the numbers that were summed.
    expectClose(output, each.output.data, each.output.shape, each.op === 'to' ? 0 : 1e-13);
    expect(output.requiresGrad).toBe(isDifferentiable(each));
    if (each.cotangent === undefined) return;
    output.backward(make(each.cotangent, output.shape, output.dtype));
    for (const [i, input] of inputs.entries()) {
      expect(input.grad?.dtype).toBe('float64');
      expectCloseGradient(input.grad ?? tensor([]), each.gradients?.[i] ?? [], input.shape, 1e-13);
    }
  });

  test('in float32 within its rounding, forward and backward', () => {
    const within = (actual: Tensor | null, expected: readonly Recorded[]): void => {
      expect(actual?.dtype).toBe('float32');
      for (const [i, x] of Array.from(actual?.contiguous().data ?? []).entries()) {
        const wanted = Number(expected[i]);
        expect(Math.abs(x - wanted)).toBeLessThanOrEqual(4e-6 * Math.max(1, Math.abs(wanted)));
      }
    };
    const smooth = cases.filter(isSmooth);
    expect(smooth.length).toBeGreaterThan(30);
    for (const each of smooth) {
      const inputs = each.inputs.map(({ data, shape }) => make(data, shape, 'float32'));
      for (const input of inputs) input.requiresGrad = true;
      const output = run(each, inputs);
      within(output, each.output.data);
      output.backward(make(each.cotangent ?? [], output.shape, 'float32'));
      for (const [i, input] of inputs.entries()) within(input.grad, each.gradients?.[i] ?? []);
    }
  });

  /** The same numbers, laid out in other ways. */
  const layouts: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
    [
      'column by column',
      (x) => {
        const axes = x.shape.map((_, axis) => x.ndim - 1 - axis);
        return x.permute(axes).clone().permute(axes);
      },
    ],
    [
      'in the middle of a storage',
      (x) => {
        const larger = tensor([NaN, NaN, NaN, ...Array.from(x.data), NaN], { dtype: 'float64' });
        return new Tensor(larger.storage, { shape: x.shape, strides: x.strides, offset: 3 });
      },
    ],
    [
      'backwards',
      (x) => {
        const axes = x.shape.map((_, axis) => axis);
        return x.flip(axes).clone().flip(axes);
      },
    ],
    [
      'every third place',
      (x) => {
        const spread = full([...x.shape, 3], NaN, { dtype: 'float64' });
        return spread.slice(-1, 1, 2).squeeze(-1).copy_(x);
      },
    ],
  ];

  test.each(layouts)('on views, the same numbers: %s', (_, lay) => {
    for (const each of cases) {
      const plain = each.inputs.map(({ data, shape }) => make(data, shape, 'float64'));
      expect(inFull(run(each, plain.map(lay)))).toBe(inFull(run(each, plain)));
    }
  });

  test('on views, the same numbers: one element repeated', () => {
    for (const each of cases) {
      const repeated = each.inputs.map(({ data, shape }) =>
        make(data.slice(0, 1).concat(0).slice(0, 1), [], 'float64').broadcastTo(shape),
      );
      const copied = repeated.map((x) => x.clone());
      expect(inFull(run(each, repeated))).toBe(inFull(run(each, copied)));
    }
  });
});

describe('gradcheck', () => {
  test.each(cases.filter(isSmooth).map((each, index) => [`${index}: ${each.op}`, each] as const))('%s', (_, each) => {
    const inputs = each.inputs.map(({ data, shape }) => make(data, shape, 'float64'));
    for (const input of inputs) input.requiresGrad = true;
    gradcheck((...xs: readonly Tensor[]) => run(each, xs), inputs);
    // The gradient of the gradient, along a fixed direction that is not symmetric.
    const output = run(each, inputs);
    const direction = make(
      Array.from({ length: output.size }, (_, i) => 0.5 + 0.3 * i),
      output.shape,
      'float64',
    );
    gradcheck(
      (...xs: readonly Tensor[]) =>
        grad([run(each, xs)], xs, { gradOutputs: [direction], createGraph: true, allowUnused: true }).map((g) => {
          if (g === null) throw new Error('every input of these cases is used');
          return g;
        }),
      inputs,
    );
  });

  test('covers what it should', () => {
    expect(cases.filter(isSmooth).length).toBeGreaterThanOrEqual(33);
  });
});

test('every operation is in the table', () => {
  // What is no operation on elements: reading, and the graph.
  const others = ['constructor', 'T', 'detach', 'item', 'toArray', 'toString', 'backward', 'zeroGrad'];
  const data = [
    'grad',
    'node',
    'retainGrad',
    'registerHook',
    'dtype',
    'ndim',
    'size',
    'isLeaf',
    'requiresGrad',
    'isContiguous',
    'data',
  ];
  const methods = Object.getOwnPropertyNames(Tensor.prototype).filter(
    (name) => !others.includes(name) && !data.includes(name),
  );
  expect(methods.length).toBeGreaterThan(20);
  const covered = new Set(cases.map(({ op }) => op));
  expect(methods.filter((name) => !covered.has(name))).toEqual([]);
});

test('promotion as in PyTorch', () => {
  const operand = (text: string) => {
    const [dtype, axes] = text.split(' ');
    return axes === undefined ? Number(text) : { dtype: dtype as DType, ndim: axes === '[]' ? 0 : 1 };
  };
  expect(answers.promotion.length).toBe(140);
  // Whole numbers meet bool in PyTorch's default integer, int64; ours is int32.
  for (const [a = '', b = '', expected] of answers.promotion)
    expect(promote(operand(a), operand(b)), `${a} with ${b}`).toBe(expected === 'int64' ? 'int32' : expected);
});
