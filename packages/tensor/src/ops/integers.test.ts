import { describe, expect, test } from 'vitest';
import {
  type DType,
  einsum,
  full,
  fullLike,
  ones,
  type Operand,
  scalar,
  tensor,
  type Tensor,
  where,
  zeros,
} from '../index.ts';

const TOP = 2 ** 31 - 1;
const int32 = (...numbers: number[]): Tensor => tensor(numbers, { dtype: 'int32' });
const uint8 = (...numbers: number[]): Tensor => tensor(numbers, { dtype: 'uint8' });
const mask = tensor([true, false]);

describe('a result that does not fit its integer dtype throws, and the largest that fit do not', () => {
  const BOTTOM = -TOP - 1;
  /** The operation, its name in errors, operands whose result just fits, and operands whose result does not. */
  const cases: [string, (x: Tensor, y: Tensor) => Tensor, fits: number[], exceeds: number[], result: number][] = [
    ['add', (x, y) => x.add(y), [TOP, 0], [TOP, 1], TOP + 1],
    ['add', (x, y) => x.add(y), [BOTTOM, 0], [BOTTOM, -1], BOTTOM - 1],
    ['sub', (x, y) => x.sub(y), [-1, TOP], [-2, TOP], BOTTOM - 1],
    ['mul', (x, y) => x.mul(y), [-65536, 32768], [65536, 32768], TOP + 1],
    ['mul', (x, y) => x.mul(y), [TOP, 1], [TOP, TOP], TOP ** 2],
    ['pow', (x, y) => x.pow(y), [-2, 31], [2, 31], TOP + 1],
    ['pow', (x, y) => x.pow(y), [3, 19], [3, 20], 3 ** 20],
    ['pow', (x, y) => x.pow(y), [-1, TOP], [2, TOP], Infinity],
    ['square', (x) => x.square(), [46340, 0], [46341, 0], 46341 ** 2],
    ['neg', (x) => x.neg(), [TOP, 0], [BOTTOM, 0], TOP + 1],
    ['abs', (x) => x.abs(), [-TOP, 0], [BOTTOM, 0], TOP + 1],
    ['cumsum', (x, y) => tensor([x.item(), y.item()], { dtype: 'int32' }).cumsum(0), [TOP, -1], [TOP, 1], TOP + 1],
    ['prod', (x, y) => tensor([x.item(), y.item()], { dtype: 'int32' }).prod(), [TOP, 1], [TOP, 2], 2 * TOP],
    ['outer', (x, y) => x.outer(y), [TOP, 1], [TOP, 2], 2 * TOP],
    ['scatterAdd', (x, y) => x.scatterAdd(0, int32(0), y), [TOP, 0], [TOP, 1], TOP + 1],
    ['add_', (x, y) => x.clone().add_(y), [TOP, 0], [TOP, 1], TOP + 1],
    ['sub_', (x, y) => x.clone().sub_(y), [-1, TOP], [-2, TOP], BOTTOM - 1],
    ['mul_', (x, y) => x.clone().mul_(y), [TOP, 1], [TOP, 2], 2 * TOP],
  ];
  test.each(cases)('%s of int32', (name, run, fits, exceeds, result) => {
    const [a = 0, b = 0] = fits;
    expect(run(int32(a), int32(b)).dtype).toBe('int32');
    expect(() => run(int32(a), int32(b)).toArray()).not.toThrow();
    const [c = 0, d = 0] = exceeds;
    const noun = { cumsum: 'the total', prod: 'the product' }[name] ?? 'the result';
    expect(() => run(int32(c), int32(d))).toThrow(
      new RangeError(`${name}: ${noun} ${result} does not fit int32; convert with to('float64') first`),
    );
  });

  test.each([
    ['add', (x: Tensor) => x.add(uint8(56)), 256],
    ['add', (x: Tensor) => x.add(56), 256],
    ['sub', (x: Tensor) => x.sub(uint8(201)), -1],
    ['mul', (x: Tensor) => x.mul(2), 400],
    ['pow', (x: Tensor) => x.pow(2), 40000],
    ['square', (x: Tensor) => x.square(), 40000],
    ['neg', (x: Tensor) => x.neg(), -200],
    ['scatterAdd', (x: Tensor) => x.scatterAdd(0, int32(0), uint8(56)), 256],
    ['add_', (x: Tensor) => x.add_(56), 256],
    ['sub_', (x: Tensor) => x.sub_(201), -1],
    ['mul_', (x: Tensor) => x.mul_(2), 400],
  ])('%s of uint8', (name, run, result) => {
    expect(() => run(uint8(200))).toThrow(
      new RangeError(`${name}: the result ${result} does not fit uint8; convert with to('int32') first`),
    );
  });

  test('sums on the way may leave the range, if the result is in it', () => {
    expect(
      int32(-5)
        .scatterAdd(0, int32(0, 0, 0), int32(TOP, 4, 1))
        .toArray(),
    ).toEqual([TOP]);
  });

  test('einsum, a strided view and a large tensor', () => {
    expect(() => einsum('i,i->i', int32(TOP), int32(2))).toThrow('does not fit int32');
    const square = tensor([[1, TOP], [2, 3]], { dtype: 'int32' }); // prettier-ignore
    expect(() => square.T.add(square.T)).toThrow('add: the result 4294967294 does not fit int32');
    const large = zeros([600], { dtype: 'int32' });
    expect(() => large.set(599, TOP).add(1)).toThrow('add: the result 2147483648 does not fit int32');
  });

  test('in place, nothing is written', () => {
    const x = int32(1, TOP);
    expect(() => x.add_(1)).toThrow('add_: the result 2147483648');
    expect(x.toArray()).toEqual([1, TOP]);
    const bytes = uint8(1, 2);
    expect(() => bytes.add_(int32(1, 1000))).toThrow('add_: 1002 does not fit uint8');
    expect(bytes.toArray()).toEqual([1, 2]);
  });
});

describe('a conversion to an integer dtype', () => {
  /** Each way to write the elements of one tensor as another dtype. */
  const ways: [string, (x: Tensor, dtype: DType) => Tensor][] = [
    ['to', (x, dtype) => x.to(dtype)],
    ['copy_', (x, dtype) => zeros(x.shape, { dtype }).copy_(x)],
    ['set', (x, dtype) => zeros(x.shape, { dtype }).set('...', x)],
    ['maskedFill', (x, dtype) => zeros(x.shape, { dtype }).maskedFill(tensor(true), x)],
    ['tensor', (x, dtype) => tensor(x.contiguous().data, { shape: x.shape, dtype })],
  ];

  test.each(ways)('%s throws for a number that does not fit', (name, write) => {
    for (const [x, dtype] of [
      [3e9, 'int32'],
      [-3e9, 'int32'],
      [NaN, 'int32'],
      [Infinity, 'int32'],
      [NaN, 'uint8'],
      [300, 'uint8'],
      [-1, 'uint8'],
    ] as const)
      // prettier-ignore
      for (const source of ['float32', 'float64'] as const) {
        const given = tensor([0, x], { dtype: source });
        expect(() => write(given, dtype), `${x} ${dtype}`).toThrow(RangeError);
        expect(() => write(given, dtype)).toThrow(`${name}: ${given.at(1).item()} does not fit ${dtype}`);
      }
    expect(() => write(int32(256), 'uint8')).toThrow(`${name}: 256 does not fit uint8`);
    expect(() => write(zeros([1000]).set(999, 3e9), 'int32')).toThrow(`${name}: 3000000000 does not fit int32`);
  });

  test.each(ways)('%s cuts off fractions, and takes the largest', (_, write) => {
    const x = tensor([1.5, -1.5, -0.5, TOP + 0.9, -TOP - 1.9], { dtype: 'float64' });
    expect(write(x, 'int32').toArray()).toEqual([1, -1, 0, TOP, -TOP - 1]);
    expect(write(tensor([0.9, 255.9, -0.9]), 'uint8').toArray()).toEqual([0, 255, 0]);
  });

  test('to bool asks whether a number is not 0', () => {
    expect(tensor([NaN, 0, -0, 0.5]).to('bool').toArray()).toEqual([true, false, false, true]);
  });

  test('says how to go on, and nothing is written', () => {
    expect(() => tensor([3e9, NaN]).to('int32')).toThrow(
      new RangeError('to: 3000000000 does not fit int32; clip() limits numbers, and new Int32Array(x.data) wraps them'),
    );
    const x = uint8(1, 2);
    expect(() => x.copy_(tensor([5, 300]))).toThrow('copy_: 300 does not fit uint8; clip() limits numbers, and new Uint8Array(x.data) wraps them'); // prettier-ignore
    expect(x.toArray()).toEqual([1, 2]);
    expect([...new Int32Array(tensor([3e9, NaN]).data)]).toEqual([3e9 - 2 ** 32, 0]);
  });

  test('an operand that promotion narrows is converted by the same rule', () => {
    const wide = scalar(300, { dtype: 'int32' });
    expect(() => uint8(1).add(wide)).toThrow('add: 300 does not fit uint8');
    expect(() => uint8(1).lt(wide)).toThrow('lt: 300 does not fit uint8');
    expect(() => where(mask, uint8(1), wide)).toThrow('where: 300 does not fit uint8');
  });
});

describe('the dtype of the result', () => {
  test.each(['bool', 'uint8', 'int32', 'float32', 'float64'] as const)('tril and triu keep %s', (dtype) => {
    const x = ones([3, 3], { dtype });
    expect([x.tril().dtype, x.triu(1).dtype]).toEqual([dtype, dtype]);
    expect(x.triu(1).to('int32').toArray()).toEqual([[0, 1, 1], [0, 0, 1], [0, 0, 0]]); // prettier-ignore
    expect(x.tril().to('int32').toArray()).toEqual([[1, 0, 0], [1, 1, 0], [1, 1, 1]]); // prettier-ignore
  });

  test('a causal mask from triu is a mask', () => {
    const causal = ones([2, 2], { dtype: 'bool' }).triu(1);
    expect(zeros([2, 2]).maskedFill(causal, -Infinity).toArray()).toEqual([[0, -Infinity], [0, 0]]); // prettier-ignore
  });

  test('maskedFill keeps the dtype of the tensor', () => {
    const fill = (x: Tensor, value: Operand | boolean): string => x.maskedFill(mask, value).toString();
    expect(fill(int32(1, 2), 7)).toBe('tensor([7, 2], int32)');
    expect(fill(int32(1, 2), 1.5)).toBe('tensor([1, 2], int32)');
    expect(fill(int32(1, 2), true)).toBe('tensor([1, 2], int32)');
    expect(fill(int32(1, 2), tensor(1.5))).toBe('tensor([1, 2], int32)');
    expect(fill(tensor([false, false]), 1)).toBe('tensor([ true, false])');
    expect(fill(tensor([1, 2]), tensor([5, 6], { dtype: 'float64' }))).toBe('tensor([5, 2])');
    expect(() => fill(int32(1, 2), -Infinity)).toThrow(
      new RangeError("maskedFill: -Infinity does not fit int32; float64 holds it, and to('float64') converts a tensor"),
    );
    expect(() => fill(uint8(1, 2), 300)).toThrow('maskedFill: 300 does not fit uint8');
  });

  test('the gradients of maskedFill have the dtypes of its inputs', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const value = tensor([5, 6], { dtype: 'float64', requiresGrad: true });
    x.maskedFill(mask, value)
      .mul(tensor([3, 4]))
      .sum()
      .backward();
    expect([x.grad?.dtype, value.grad?.dtype]).toEqual(['float32', 'float64']);
    expect([x.grad?.toArray(), value.grad?.toArray()]).toEqual([[0, 4], [3, 0]]); // prettier-ignore
  });

  test('full, fullLike and scalar of a boolean are bool', () => {
    expect([full([2], true), fullLike(zeros([2]), false), scalar(true)].map(String)).toEqual([
      'tensor([true, true])',
      'tensor([false, false])',
      'tensor(true)',
    ]);
    expect(full([1], true, { dtype: 'int32' }).toString()).toBe('tensor([1], int32)');
    expect(fullLike(zeros([1]), true, { dtype: 'float64' }).dtype).toBe('float64');
  });

  test('of bools: sign is bool, square and clip are int32', () => {
    const x = tensor([true, false]);
    expect([x.sign(), x.square(), x.clip(0, 1), x.clip(0.5)].map(String)).toEqual([
      'tensor([ true, false])',
      'tensor([1, 0], int32)',
      'tensor([1, 0], int32)',
      'tensor([1.0, 0.5])',
    ]);
  });

  test('bools that are added up in one place are true, not 2', () => {
    const sums = zeros([2], { dtype: 'bool' }).scatterAdd(0, int32(0, 0), tensor([true, true]));
    expect(sums.toString()).toBe('tensor([ true, false])');
    expect([...sums.data]).toEqual([1, 0]);
  });
});

test('clip without bounds throws', () => {
  expect(() => tensor([1]).clip()).toThrow(new TypeError('clip: takes min, max or both, as in clip(0, 1)'));
  expect(() => tensor([1]).clip_(undefined, undefined)).toThrow('clip_: takes min, max or both, as in clip_(0, 1)');
});

test('the errors of scatterAdd name it and the shapes', () => {
  const x = zeros([2, 3]);
  const index = tensor([[0, 1, 1]], { dtype: 'int32' });
  expect(() => x.scatterAdd(1, index, zeros([1, 2]))).toThrow(
    'scatterAdd: indices of shape [1, 3] do not fit the source, of shape [1, 2]; they need as many axes, and no axis may be longer',
  );
  expect(() => x.scatterAdd(0, tensor([[0, 9, 0]], { dtype: 'int32' }), zeros([1, 3]))).toThrow(
    'scatterAdd: index 9 is out of range for axis 0',
  );
});
