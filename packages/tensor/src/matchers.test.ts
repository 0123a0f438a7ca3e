import { type Tensor, tensor, zeros } from '@mg/tensor';
import * as matchers from '@mg/tensor/matchers';
import { expect as jestExpect } from 'expect';
import { describe, expect, test } from 'vitest';

expect.extend(matchers);
jestExpect.extend(matchers);

/** The message with which a matcher fails. */
function messageOf(fails: () => void): string {
  try {
    fails();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the matcher passed');
}

describe.each([
  ['Vitest', expect],
  ['Jest', jestExpect as unknown as typeof expect],
] as const)('in %s', (_, expectIn) => {
  test('toEqualTensor compares dtype, shape and elements', () => {
    const x = tensor([[1, NaN], [-0, 4]]); // prettier-ignore
    expectIn(x).toEqualTensor(x.T.clone().T);
    expectIn(zeros([0, 3])).toEqualTensor(zeros([0, 3]));
    expectIn(x).not.toEqualTensor(tensor([[1, NaN], [0, 4]])); // prettier-ignore
    expectIn(x).not.toEqualTensor(x.to('float64'));
    expectIn(zeros([0, 3])).not.toEqualTensor(zeros([3, 0]));
  });

  test('toEqualTensor says what differs', () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    expect(
      messageOf(() => {
        expectIn(x).toEqualTensor(
          tensor([
            [1, 2.5, 3],
            [4, 5, 4],
          ]),
        );
      }),
    ).toBe(
      // prettier-ignore
      [
        'toEqualTensor: expected the tensors to be equal',
        '2 of 6 elements differ; the largest difference is 2 at [1, 2]',
        'at [0, 1]: received 2, expected 2.5',
        'at [1, 2]: received 6, expected 4',
      ].join('\n  '),
    );
    expect(
      messageOf(() => {
        expectIn(zeros([2, 0])).toEqualTensor(zeros([2], { dtype: 'int32' }));
      }),
    ).toBe(
      [
        'toEqualTensor: expected the tensors to be equal',
        'dtype: received float32, expected int32',
        'shape: received [2, 0], expected [2]',
      ].join('\n  '),
    );
    expect(
      messageOf(() => {
        expectIn(zeros([8])).toEqualTensor(tensor([NaN, -0, 1, 1, 1, 1, 1, 0]));
      }),
    ).toBe(
      [
        'toEqualTensor: expected the tensors to be equal',
        '7 of 8 elements differ; the largest difference is NaN at [0]',
        'at [0]: received 0, expected NaN',
        'at [1]: received 0, expected -0',
        'at [2]: received 0, expected 1',
        'at [3]: received 0, expected 1',
        'at [4]: received 0, expected 1',
        'and 2 more',
      ].join('\n  '),
    );
    expect(
      messageOf(() => {
        expectIn(tensor(1)).toEqualTensor(tensor(2));
      }),
    ).toContain('1 of 1 elements differs; the largest difference is -1 at []');
    expect(
      messageOf(() => {
        expectIn(x).not.toEqualTensor(x.clone());
      }),
    ).toBe('toEqualTensor: expected the tensors not to be equal');
  });

  test('toBeCloseToTensor compares shape and elements within tolerances', () => {
    const x = tensor([1, 2]).div(3);
    expectIn(x).toBeCloseToTensor(tensor([1 / 3, 2 / 3], { dtype: 'float64' }));
    expectIn(x).not.toBeCloseToTensor(tensor([[1 / 3, 2 / 3]]));
    expectIn(x).not.toBeCloseToTensor(tensor([0.33, 0.66]));
    expectIn(x).toBeCloseToTensor(tensor([0.33, 0.66]), { atol: 0.01 });
    expectIn(x).toBeCloseToTensor(tensor([0.33, 0.66]), { rtol: 0.02 });
    expectIn(tensor([NaN])).not.toBeCloseToTensor(tensor([NaN]));
    expectIn(tensor([NaN])).toBeCloseToTensor(tensor([NaN]), { equalNan: true });
    expect(
      messageOf(() => {
        expectIn(x.mul(3)).toBeCloseToTensor(tensor([1, 4]));
      }),
    ).toBe(
      [
        'toBeCloseToTensor: expected the tensors to be close',
        '1 of 2 elements differs; the largest difference is -2 at [1]',
        'at [1]: received 2, expected 4',
      ].join('\n  '),
    );
  });

  test('take tensors only, and the options of allclose', () => {
    expect(() => {
      expectIn(tensor([1])).toEqualTensor([1] as unknown as Tensor);
    }).toThrow('toEqualTensor: the expected value must be a tensor, got a list; tensor(…) converts a list');
    expect(() => {
      expectIn([1]).not.toBeCloseToTensor(tensor([1]));
    }).toThrow('toBeCloseToTensor: the received value must be a tensor, got a list');
    expect(() => {
      // @ts-expect-error -- there is no such option
      expectIn(tensor([1])).toBeCloseToTensor(tensor([1]), { tolerance: 1 });
    }).toThrow('toBeCloseToTensor: there is no option tolerance; it takes rtol, atol, equalNan');
  });
});

test("the types of Jest's expect have the matchers", () => {
  jestExpect(tensor([1])).toEqualTensor(tensor([1]));
  jestExpect(tensor([1])).not.toBeCloseToTensor(tensor([2]), { atol: 0.5 });
});
