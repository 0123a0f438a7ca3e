import { tensor, Tensor } from '@mg/tensor';
import { expect, test } from 'vitest';
import { foreignNames } from './foreign-names.ts';

const x = tensor([[1, 2], [3, 4]]); // prettier-ignore

test("each of PyTorch's other names throws with ours", () => {
  for (const [name, ours] of Object.entries(foreignNames)) {
    const method = (x as unknown as Record<string, () => unknown>)[name];
    expect(() => method?.call(x), name).toThrow(new TypeError(`${name}: use ${ours}`));
  }
  expect(Object.keys(foreignNames).length).toBeGreaterThan(20);
});

test('each points to a name that tensors have', () => {
  for (const ours of Object.values(foreignNames)) {
    const [, name] = /^[xy](?:[.](\w+))?/.exec(ours) ?? [];
    if (name !== undefined) expect(name in Tensor.prototype, ours).toBe(true);
  }
});

test('the editor shows the same sentence', () => {
  // @ts-expect-error -- The 'this' context of type 'Tensor' is not assignable to method's 'this' of type '"use x.reshape([2, 3])"'
  expect(() => x.view([4])).toThrow('view: use x.reshape([2, 3])');
  // @ts-expect-error -- … of type '"use x.ndim"'
  expect(() => x.dim()).toThrow('dim: use x.ndim');
  const any: Tensor = x; // a tensor of known shape is a tensor of any shape
  expect(any.ndim).toBe(2);
});
