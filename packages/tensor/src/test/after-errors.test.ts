import {
  concat,
  defineOp,
  fromTypedArray,
  grad,
  memoryUsage,
  noGrad,
  ones,
  setMemoryLimit,
  stack,
  tensor,
  type Tensor,
  where,
  zeros,
} from '@mg/tensor';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** The limit in these tests, in bytes: tensors of a program take more, so that many live in ordinary arrays at any time. */
const TINY = 16_384;

const { limit } = memoryUsage();
afterAll(() => {
  setMemoryLimit(limit);
});

/** A tensor of a program, and the numbers that it must hold. */
interface Kept {
  readonly x: Tensor;
  readonly numbers: number[];
}

const refuses = defineOp({
  name: 'refuses',
  forward: (x: Tensor) => {
    x.mul(2);
    throw new Error('the user code throws');
  },
  backward: () => [null],
});

const HUGE = 2 ** 18;

/** Steps that must throw, by name. None may change a tensor. */
const failing: Readonly<Record<string, (x: Tensor, other: Tensor) => unknown>> = {
  'add of 2^36 elements': () => ones([HUGE, 1]).add(ones([1, HUGE])),
  'mul of 2^36 elements, float64': () =>
    ones([HUGE, 1], { dtype: 'float64' }).mul(ones([1, HUGE], { dtype: 'float64' })),
  'gt of 2^38 elements, a list without a place in 32 bits': () => ones([2 ** 20, 1]).gt(ones([1, HUGE])),
  'add of 2^33 elements': () => ones([2 ** 17, 1]).add(ones([1, 2 ** 16])),
  where: () => where(ones([HUGE, 1]).gt(0), ones([1, HUGE]), zeros([1])),
  'broadcastTo and use': (x) => x.sum().broadcastTo([HUGE, HUGE]).add(1),
  'broadcastTo beyond what a number holds': (x) =>
    x
      .sum()
      .broadcastTo([2 ** 40, 2 ** 40])
      .clone(),
  take: () => ones([1, HUGE]).take(zeros([HUGE], { dtype: 'int32' }), 0),
  oneHot: () => zeros([HUGE], { dtype: 'int32' }).oneHot(HUGE),
  outer: () => ones([HUGE]).outer(ones([HUGE])),
  matmul: () => ones([HUGE, 1]).matmul(ones([1, HUGE])),
  tile: () => ones([HUGE]).tile([HUGE]),
  pad: () => ones([4]).pad([[0, 2 ** 36]]),
  zeros: () => zeros([HUGE, HUGE]),
  'wrong shapes': (x) => x.add(ones([x.size + 2])),
  'wrong shapes of a product': (x) => x.flatten().matmul(ones([x.size + 1, 2])),
  'wrong shapes in place': (x) => x.flatten().add_(ones([x.size + 2])),
  'a wrong shape of copy_': (x) => x.copy_(ones([x.size + 2])),
  'a wrong reshape': (x) => x.reshape([x.size + 1]),
  'an axis that there is not': (x) => x.sum(7),
  'lists of unequal shapes': (x) => stack([x.flatten(), ones([x.size + 1])]),
  'axes of unequal number': (x) => concat([x, x.unsqueeze(0)]),
  'an index out of range': (x) => x.flatten().take(tensor([x.size], { dtype: 'int32' }), 0),
  'an index out of range in set': (x) => x.flatten().set(x.size, 1),
  'a mask in place of numbers': (x) => x.add(x.gt(0).to('bool').add_(1.5)),
  'a number that does not fit': () => tensor([1, 2, 300], { dtype: 'uint8' }),
  'a throwing forward': (x) => refuses(x),
  'a throwing backward': (x) => {
    const leaf = x.detach().clone();
    leaf.requiresGrad = true;
    leaf.registerHook(() => {
      throw new Error('the hook throws');
    });
    leaf.mul(leaf).exp().sum().backward();
  },
  'a throwing callback of noGrad': (x) =>
    noGrad(() => {
      x.mul(3);
      throw new Error('the callback throws');
    }),
  'backward of what requires no gradient': (x) => {
    x.sum().backward();
  },
  'grad of something else': (x, other) => {
    const leaf = x.detach().clone();
    leaf.requiresGrad = true;
    return grad([leaf.sum()], [other]);
  },
  'an in-place change of what backward needs': (x) => {
    const leaf = x.detach().clone();
    leaf.requiresGrad = true;
    const y = leaf.mul(1);
    const z = y.mul(y).sum();
    noGrad(() => y.add_(1));
    z.backward();
  },
  'too many axes': (x) => x.reshape([...new Array<number>(70).fill(1), x.size]),
  'a shape that is written to': (x) => {
    (x.shape as number[])[0] = 200;
  },
};

const names = Object.keys(failing);

type Step =
  | { readonly kind: 'make' | 'share'; readonly size: number }
  | { readonly kind: 'add' | 'negate' | 'copy'; readonly which: number }
  | { readonly kind: 'limit'; readonly bytes: number }
  | { readonly kind: 'fail'; readonly which: number; readonly name: string };

const which = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom<'make' | 'share'>('make', 'share'),
      size: fc.integer({ min: 1, max: 3000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom<'add' | 'negate' | 'copy'>('add', 'negate', 'copy'), which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant<'limit'>('limit'), bytes: fc.constantFrom(0, 1000, TINY) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant<'fail'>('fail'), which, name: fc.constantFrom(...names) }),
  },
);

let next = 0;

/** A tensor with numbers that no other tensor of the program has. */
function make(kind: 'make' | 'share', size: number): Kept {
  const numbers = Array.from({ length: size }, () => 1 + (next++ % 2 ** 20));
  return { x: kind === 'make' ? tensor(numbers) : fromTypedArray(new Float32Array(numbers), [size]), numbers };
}

/** A tensor made of another one, or the same with other numbers. */
function change(kind: 'add' | 'negate' | 'copy', { x, numbers }: Kept): Kept | null {
  if (kind === 'add') return { x: x.add(3), numbers: numbers.map((each) => each + 3) };
  if (kind === 'copy') return { x: x.reshape([-1, 1]).transpose(0, 1).clone(), numbers: [...numbers] };
  x.mul_(-1);
  for (const [at, each] of numbers.entries()) numbers[at] = -each;
  return null;
}

test.each(names)('after an error of %s, every tensor and every later operation is right', (last) => {
  let compared = 0;
  const program = fc.tuple(fc.array(step, { minLength: 5, maxLength: 30 }), which);
  const property = fc.property(program, ([steps, at]) => {
    setMemoryLimit(TINY);
    const all: Kept[] = [make('make', 500), make('share', 5)];
    const choose = (index: number) => all[index % all.length] as Kept;
    for (const each of [...steps, { kind: 'fail', which: at, name: last } as const]) {
      if (each.kind === 'limit') {
        setMemoryLimit(each.bytes);
      } else if ('size' in each) {
        all.push(make(each.kind, each.size));
      } else if (each.kind === 'fail') {
        expect(() => failing[each.name]?.(choose(each.which).x, choose(each.which + 1).x), each.name).toThrow();
      } else {
        const made = change(each.kind, choose(each.which));
        if (made !== null) all.push(made);
      }
      if (each.kind !== 'fail') continue;
      for (const { x, numbers } of all) expect(x.flatten().toArray()).toEqual(numbers);
      const [{ x, numbers }] = all as [Kept];
      expect(x.to('float64').add(1).sum().item()).toBe(numbers.reduce((sum, number) => sum + number + 1, 0));
      compared += all.length;
    }
  });
  fc.assert(property, propertyRuns(0.2));
  expect(compared).toBeGreaterThan(scaled(50));
});
