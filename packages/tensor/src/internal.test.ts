import { fromTypedArray, full, type Tensor, tensor, zeros } from '@mg/tensor';
import { compact, compileKernels, elements, moveIn, wrote } from '@mg/tensor/internal';
import { describe, expect, test, vi } from 'vitest';
import { linearMemory } from './array/linear-memory.ts';

const numbers = Array.from({ length: 24 }, (_, i) => i + 1);

/** The elements in linear memory from an address on. */
function at(address: number | undefined, length: number): Float32Array {
  return new Float32Array(linearMemory?.buffer ?? new ArrayBuffer(0), address, length);
}

describe('moveIn', () => {
  test('says where the elements of each tensor begin, all at once', () => {
    const [array, made, view] = [tensor(numbers), tensor(numbers).mul(2), tensor(numbers).slice(0, 5, 9)];
    const addresses = moveIn([array, null, made, view]);
    expect(addresses?.[1]).toBe(0);
    expect([...at(addresses?.[0], 24)]).toEqual(numbers);
    expect([...at(addresses?.[2], 24)]).toEqual(numbers.map((x) => 2 * x));
    expect([...at(addresses?.[3], 4)]).toEqual([6, 7, 8, 9]);
    const bytes = moveIn([tensor(numbers, { dtype: 'float64' }).slice(0, 3), tensor(numbers).gt(4).slice(0, 3)]);
    expect(new Float64Array(linearMemory?.buffer ?? new ArrayBuffer(0), bytes?.[0], 1)[0]).toBe(4);
    expect([...new Uint8Array(linearMemory?.buffer ?? new ArrayBuffer(0), bytes?.[1], 2)]).toEqual([0, 1]);
  });

  test.each<[string, (data: Float32Array) => Tensor]>([
    ['a tensor', (data) => tensor(data)],
    ['an array that was handed out', (data) => fromTypedArray(data, [24])],
  ])('what was written there to %s is the tensor, once that is stated', (_, make) => {
    const x = make(Float32Array.from(numbers));
    x.requiresGrad = true;
    const loss = x.mul(x).sum();
    at(moveIn([x])?.[0], 24).fill(3);
    wrote(x);
    expect(x.toArray()).toEqual(new Array(24).fill(3));
    expect(() => {
      loss.backward();
    }).toThrow('changed in place since');
  });
});

describe('compact', () => {
  test('is the tensor itself where a kernel can take it', () => {
    const x = full([100], 1);
    for (const each of [x, x.slice(0, 3, 5), tensor(numbers), tensor(numbers).slice(0, 2, 8), zeros([0])]) {
      expect(compact(each)).toBe(each);
    }
  });

  test.each([
    ['columns', () => tensor(numbers, { shape: [6, 4] }).T],
    ['a small part of something large', () => tensor(numbers).slice(0, 7, 9)],
    ['a small part of what was handed out', () => fromTypedArray(new Float32Array(numbers), [24]).slice(0, 7, 9)],
  ] as const)('is a copy of %s', (_, make) => {
    const x = make();
    x.requiresGrad = true;
    const copy = compact(x);
    expect(copy).not.toBe(x);
    expect([copy.toArray(), copy.dtype]).toEqual([x.toArray(), x.dtype]);
    expect([copy.isContiguous(), copy.offset, copy.storage.length, copy.isLeaf]).toEqual([true, 0, x.size, true]);
  });
});

test('elements are to be written to, also those of a view, and backward notices', () => {
  const base = tensor(numbers);
  const x = base.slice(0, 4, 6);
  x.requiresGrad = true;
  const loss = x.mul(x).sum();
  elements(x).fill(-1);
  expect(base.slice(0, 3, 7).toArray()).toEqual([4, -1, -1, 7]);
  expect(() => {
    loss.backward();
  }).toThrow('changed in place since');
  expect(() => elements(tensor(numbers, { shape: [6, 4] }).T)).toThrow(RangeError);
});

describe('compileKernels', () => {
  // A module that imports the memory and exports a function without arguments: the element at address 64 of it is set to 5.
  const digits =
    '0061736d01000000' +
    '010401600000' + // () -> ()
    '020f0103656e76066d656d6f7279020000' + // import "env" "memory"
    '03020100' +
    '0708010473657435' +
    '0000' + // export "set5"
    '0a0c010a0041c00041053602000b';

  test('lets kernels of other packages work in the one memory', () => {
    const { set5 } = compileKernels(digits) as { readonly set5: () => void };
    const before = new Uint32Array(linearMemory?.buffer ?? new ArrayBuffer(0), 64, 1).slice();
    set5();
    const found = new Uint32Array(linearMemory?.buffer ?? new ArrayBuffer(0), 64, 1);
    expect(found[0]).toBe(5);
    found.set(before);
  });

  test('gives null where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect(compileKernels(digits)).toBeNull();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
