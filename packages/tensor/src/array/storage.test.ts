import { fromTypedArray, full, memoryUsage, noGrad, setMemoryLimit, Tensor, tensor, where, zeros } from '@mg/tensor';
import { afterEach, describe, expect, test } from 'vitest';
import { bytesPerElement, type DType, type TypedArray, viewOf } from './dtype.ts';
import { type LinearMemory, linearMemory } from './linear-memory.ts';
import { moveIn, Storage } from './storage.ts';

if (linearMemory === null) throw new Error('these tests need WebAssembly');
const memory: LinearMemory = linearMemory;
const { limit } = memory.usage();

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint8', 'bool'];

/** As many elements as make a storage that lives in linear memory, whatever the dtype. */
const LENGTH = 512;

/** Elements that any dtype holds. */
const sample = (length = LENGTH): number[] => Array.from({ length }, (_, i) => (i % 3 === 1 ? 1 : 0));

type Place = 'linear memory' | 'array' | 'both';

function placeOf(storage: Storage): Place {
  const isInArray = storage.read().buffer !== memory.buffer;
  if (storage.block === null) return 'array';
  return isInArray ? 'both' : 'linear memory';
}

/** Has all that lies in linear memory move out. */
function moveAllOut(): void {
  setMemoryLimit(0);
  setMemoryLimit(limit);
}

/** What a compiled kernel sees of a storage that was moved in, and writes to. */
function asKernelsSee({ dtype, address, length }: Storage): TypedArray {
  return viewOf(dtype, memory.buffer, address, length);
}

/** A storage made by an operation. */
function made(dtype: DType = 'float32', elements = sample()): Storage {
  const storage = Storage.empty(dtype, elements.length);
  storage.elements().set(elements);
  return storage;
}

const typedArray = (dtype: DType, elements = sample()): TypedArray => {
  const array = viewOf(dtype, new ArrayBuffer(elements.length * bytesPerElement(dtype)), 0, elements.length);
  array.set(elements);
  return array;
};

afterEach(() => {
  setMemoryLimit(limit);
});

describe.each(dtypes)('a storage of %s', (dtype) => {
  test('made by an operation lives in linear memory, and moves out and in again', () => {
    const storage = made(dtype);
    expect(placeOf(storage)).toBe('linear memory');
    expect((storage.block?.start ?? 1) % 64).toBe(0);
    moveAllOut();
    expect(placeOf(storage)).toBe('array');
    expect([...storage.read()]).toEqual(sample());
    expect(moveIn(storage)).toBe(true);
    expect(placeOf(storage)).toBe('both');
    expect([...asKernelsSee(storage)]).toEqual(sample());
    expect([...storage.read()]).toEqual(sample());
  });

  test('of the user’s numbers lives in an array, also while it is in linear memory', () => {
    const array = typedArray(dtype);
    const storage = Storage.of(dtype, array);
    expect(placeOf(storage)).toBe('array');
    moveIn(storage);
    expect(placeOf(storage)).toBe('both');
    expect(storage.read()).toBe(array);
    expect([...asKernelsSee(storage)]).toEqual(sample());
  });

  test('that was moved in and not written is dropped, and nothing is copied', () => {
    const array = typedArray(dtype);
    const storage = Storage.of(dtype, array);
    moveIn(storage);
    moveAllOut();
    expect(placeOf(storage)).toBe('array');
    expect(storage.read()).toBe(array);
  });

  test('that was written after it was moved in moves out anew', () => {
    const [array, other] = [typedArray(dtype), typedArray(dtype)];
    const [written, compiled] = [Storage.of(dtype, array), Storage.of(dtype, other)];
    moveIn(written, compiled);
    written.elements()[0] = 1;
    asKernelsSee(compiled)[2] = 1;
    compiled.wrote();
    expect([placeOf(written), placeOf(compiled)]).toEqual(['linear memory', 'linear memory']);
    moveAllOut();
    expect([...written.read()]).toEqual(sample().with(0, 1));
    expect([...compiled.read()]).toEqual(sample().with(2, 1));
    expect([array[0], other[2]]).toEqual([0, 0]);
  });

  test('that was handed out is copied in for each kernel, and what that writes is copied out', () => {
    const storage = made(dtype);
    const { array } = storage;
    expect(placeOf(storage)).toBe('array');
    expect([...array]).toEqual(sample());
    for (const index of [0, 2, 3]) {
      array[index] = 1;
      moveIn(storage);
      expect(asKernelsSee(storage)[index]).toBe(1);
      expect(storage.read()).toBe(array);
    }
    asKernelsSee(storage)[5] = 1;
    storage.wrote();
    expect(array[5]).toBe(1);
    moveAllOut();
    expect(storage.array).toBe(array);
    expect(storage.elements()).toBe(array);
  });

  test('that was handed out while it was in both is the array of before', () => {
    const own = typedArray(dtype);
    const storage = Storage.of(dtype, own);
    moveIn(storage);
    expect(storage.array).toBe(own);
    expect(placeOf(storage)).toBe('array');
  });

  test('that was handed out is written where it was handed out, also by what does not use linear memory', () => {
    const storage = made(dtype);
    const { array } = storage;
    moveIn(storage);
    storage.elements()[0] = 1;
    expect(array[0]).toBe(1);
    expect(placeOf(storage)).toBe('array');
  });

  test('of zeros is zeros, where others were before', () => {
    const { used } = memoryUsage();
    const dirty = made(dtype, new Array<number>(LENGTH).fill(1));
    const at = dirty.block?.start;
    memory.free(dirty);
    const storage = Storage.zeros(dtype, LENGTH);
    expect(storage.block?.start).toBe(at);
    expect(storage.read().every((x) => x === 0)).toBe(true);
    memory.free(storage);
    expect(memoryUsage().used).toBe(used);
  });

  test('that is small lives in an array, until a kernel wants it together with others', () => {
    const small = Storage.empty(dtype, 3);
    small.elements().set([1, 0, 1]);
    expect(placeOf(small)).toBe('array');
    moveIn(small, made());
    expect(placeOf(small)).toBe('both');
    expect([...asKernelsSee(small)]).toEqual([1, 0, 1]);
  });
});

test('from 256 bytes on elements live in linear memory', () => {
  expect(Storage.empty('float32', 63).block).toBeNull();
  expect(Storage.empty('float32', 64).block).not.toBeNull();
  expect(Storage.empty('bool', 255).block).toBeNull();
  expect(Storage.empty('float64', 32).block).not.toBeNull();
  expect(Storage.zeros('float32', 0).length).toBe(0);
});

test('one storage may be several operands of a kernel', () => {
  const storage = Storage.of('float32', typedArray('float32'));
  expect(moveIn(storage, storage, storage)).toBe(true);
  expect([...asKernelsSee(storage)]).toEqual(sample());
});

test('operands are in memory together, however little of it there is', () => {
  setMemoryLimit(0);
  const storages = [
    made(),
    Storage.of('float32', typedArray('float32')),
    made(),
    Storage.sharing('float32', typedArray('float32')),
  ];
  const { evictions } = memoryUsage();
  expect(moveIn(...storages)).toBe(true);
  for (const storage of storages) expect([...asKernelsSee(storage)]).toEqual(sample());
  made();
  expect(memoryUsage().evictions).toBe(evictions + storages.length);
});

test('the operands of one kernel make room for those of the next', () => {
  setMemoryLimit(0);
  const storages = dtypes.map((dtype) => Storage.of(dtype, typedArray(dtype)));
  for (const storage of storages) {
    expect(moveIn(storage)).toBe(true);
    expect(memoryUsage().used).toBe(LENGTH * bytesPerElement(storage.dtype));
  }
});

test('a storage has an address only in linear memory', () => {
  expect(() => Storage.of('float32', typedArray('float32')).address).toThrow('no address before moveIn');
});

describe.each(dtypes)('a tensor of %s', (dtype) => {
  const options = dtype === 'bool' ? { dtype } : {};

  test('is made of a copy', () => {
    const array = typedArray(dtype);
    const x = tensor(array, options);
    expect(x.dtype).toBe(dtype);
    array.fill(1);
    expect(x.eq(0).to('int32').sum().item()).toBe(sample().filter((each) => each === 0).length);
    x.data.fill(0);
    expect(array.every((each) => each === 1)).toBe(true);
  });

  test('data is no view of linear memory, and stays right when that grows', () => {
    const x = zeros([LENGTH], { dtype }).add(tensor(typedArray(dtype), options).to(dtype === 'bool' ? 'int32' : dtype));
    const result = dtype === 'bool' ? x.to('bool') : x;
    expect(placeOf(result.storage)).toBe('linear memory');
    const { data } = result;
    expect(data.buffer).not.toBe(memory.buffer);
    const before = memory.buffer;
    setMemoryLimit(2 * before.byteLength + limit);
    full([before.byteLength / 4], 1);
    expect(memory.buffer).not.toBe(before);
    expect([...data]).toEqual(sample());
    expect(result.data).toBe(data);
  });
});

test.each(dtypes.filter((dtype) => dtype !== 'bool'))(
  'fromTypedArray of %s is the array, in both directions',
  (dtype) => {
    const array = typedArray(dtype);
    const x = fromTypedArray(array, [LENGTH / 8, 8]);
    const zerosIn = () => x.eq(0).to('int32').sum().item();
    expect(x.dtype).toBe(dtype);
    const before = zerosIn();
    array[0] = 1;
    expect(zerosIn()).toBe(before - 1);
    array[2] = 1;
    expect(zerosIn()).toBe(before - 2);
    x.add_(x);
    expect([array[0], array[1], array[3]]).toEqual([2, 2, 0]);
    moveAllOut();
    x.slice(0, 0, 1).fill_(7);
    expect([...array.subarray(0, 9)]).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 0]);
    array[0] = 5;
    expect(x.slice(0, 0, 1).toArray()).toEqual([[5, 7, 7, 7, 7, 7, 7, 7]]);
    expect(x.data).toBe(array);
  },
);

describe('data', () => {
  const shape = [LENGTH / 8, 8] as const;
  const ramp = (): Tensor =>
    tensor(
      typedArray(
        'float32',
        Array.from({ length: LENGTH }, (_, i) => i),
      ),
      { shape },
    );

  test('that is written is seen by every operation after it, compiled or not', () => {
    const x = ramp().add(0);
    const { data } = x;
    for (const value of [7, 8, 9]) {
      data[3] = value;
      expect(x.add(1).slice(0, 0, 1).toArray()).toEqual([[1, 2, 3, value + 1, 5, 6, 7, 8]]);
      expect(x.sum().item()).toBe(((LENGTH - 1) * LENGTH) / 2 - 3 + value);
      expect(x.neg().data[3]).toBe(-value);
    }
  });

  test('shows what is done in place, also after the tensor moved out', () => {
    const x = ramp().add(0);
    const { data } = x;
    noGrad(() => x.mul_(2));
    expect([...data.subarray(0, 4)]).toEqual([0, 2, 4, 6]);
    x.add(1);
    expect(placeOf(x.storage)).toBe('both');
    moveAllOut();
    expect(placeOf(x.storage)).toBe('array');
    x.sub_(1);
    x.slice(0, 1, 2).zero_();
    expect([...data.subarray(0, 10)]).toEqual([-1, 1, 3, 5, 7, 9, 11, 13, 0, 0]);
    expect(x.data).toBe(data);
  });

  test('of a view that starts further on is its part of the array', () => {
    const x = ramp().add(0);
    const part = x.slice(0, 2, 4);
    expect([...part.data]).toEqual(Array.from({ length: 16 }, (_, i) => 16 + i));
    expect(part.data.buffer).toBe(x.data.buffer);
    part.data[0] = -1;
    expect(x.add(0).slice(0, 2, 3).toArray()).toEqual([[-1, 17, 18, 19, 20, 21, 22, 23]]);
    part.add_(100);
    expect([...x.data.subarray(15, 19)]).toEqual([15, 99, 117, 118]);
  });

  test('of a tensor that is not contiguous throws, and says what to do', () => {
    const { T } = zeros([2, 3]);
    expect(() => T.data).toThrow(RangeError);
    expect(() => T.data).toThrow(
      'data: this tensor of shape [3, 2] is a view with strides [1, 3]; contiguous() gives a row-major copy',
    );
    expect(T.contiguous().data).toHaveLength(6);
    expect(() => zeros([4]).flip(0).data).toThrow('contiguous()');
  });

  test('is the same array each time, and each view gets the same memory', () => {
    const x = ramp().add(0);
    expect(x.data).toBe(x.data);
    expect(x.reshape([LENGTH]).data).toBe(x.data);
    expect(x.detach().data).toBe(x.data);
  });
});

describe('toArray, item and toString', () => {
  test('leave the elements where they are', () => {
    const x = full([LENGTH], 3);
    const [view, only] = [x.reshape([8, -1]).T, x.slice(0, 5, 6)];
    expect([x.toArray(), view.toArray()].flat(2).every((each) => each === 3)).toBe(true);
    expect(only.item()).toBe(3);
    expect(x.toString()).toContain('tensor([3, 3');
    expect(placeOf(x.storage)).toBe('linear memory');
    const numbers = tensor(typedArray('float32'));
    numbers.toArray();
    expect(placeOf(numbers.storage)).toBe('array');
    expect(numbers.neg().neg().toArray()).toEqual(sample());
    expect(placeOf(numbers.storage)).toBe('both');
  });

  test('copy', () => {
    const x = full([2], 3);
    const array = x.toArray();
    x.add_(1);
    expect(array).toEqual([3, 3]);
  });

  test('leave nothing behind', () => {
    const x = full([8, LENGTH], 3);
    const { used } = memoryUsage();
    x.T.toArray();
    x.T.toString();
    x.slice(0, 2, 4).toArray();
    expect(() => x.T.item()).toThrow('item');
    expect(memoryUsage().used).toBe(used);
  });
});

describe('a part of a large data set', () => {
  const ROWS = 20_000;

  /** How many bytes more are in linear memory after `fn` than before, its own tensors not counted. */
  function movedIn(storage: Storage, fn: () => Tensor): boolean {
    moveAllOut();
    fn();
    return storage.block !== null;
  }

  test('is computed on without moving the whole in', () => {
    const data = fromTypedArray(new Float32Array(ROWS * 10).fill(2), [ROWS, 10]);
    const owned = tensor(new Float32Array(ROWS * 10).fill(2), { shape: [ROWS, 10] });
    const weight = full([10, 8], 1);
    for (const all of [data, owned]) {
      const batch = all.slice(0, 500, 564);
      expect(movedIn(all.storage, () => batch.add(1))).toBe(false);
      expect(movedIn(all.storage, () => batch.sqrt())).toBe(false);
      expect(movedIn(all.storage, () => batch.T.contiguous())).toBe(false);
      expect(movedIn(all.storage, () => batch.matmul(weight))).toBe(false);
      expect(movedIn(all.storage, () => where(batch.gt(1), batch, 0))).toBe(false);
      expect(movedIn(all.storage, () => batch.sum(0))).toBe(false);
      expect(batch.add(1).sum().item()).toBe(64 * 10 * 3);
    }
    // The whole is moved in where all of it is wanted.
    expect(movedIn(owned.storage, () => owned.add(1))).toBe(true);
  });

  test('chooses in where without moving the whole in', () => {
    const data = tensor(new Uint8Array(ROWS * 10).fill(1), { shape: [ROWS, 10], dtype: 'bool' });
    const chosen = data.slice(0, 500, 564);
    const [a, b] = [full([64, 10], 1), full([64, 10], 2)];
    expect(movedIn(data.storage, () => where(chosen, a, b))).toBe(false);
    expect(where(chosen, a, b).sum().item()).toBe(640);
  });
});

test('a storage is worth moving in for a quarter of its elements, and for fewer where it is there already', () => {
  const storage = made();
  expect(storage.isWorthMovingIn(1)).toBe(true);
  moveAllOut();
  expect([storage.isWorthMovingIn(LENGTH / 4), storage.isWorthMovingIn(LENGTH / 4 - 1)]).toEqual([true, false]);
  moveIn(storage);
  expect(storage.isWorthMovingIn(1)).toBe(true);
  // What was handed out is copied in each time.
  expect(storage.array.length).toBe(LENGTH);
  moveIn(storage);
  expect([storage.isWorthMovingIn(LENGTH / 4), storage.isWorthMovingIn(LENGTH / 4 - 1)]).toEqual([true, false]);
});

test('a storage that was released says so wherever it is read', () => {
  const message = 'a tensor was read after its memory was released; this is a bug in @mg/tensor, please report it';
  const layout = { shape: [LENGTH], strides: [1], offset: 0 };
  const released = () => {
    const storage = made();
    storage.release();
    return storage;
  };
  expect(() => released().read()).toThrow(message);
  expect(() => released().elements()).toThrow(message);
  expect(() => released().array).toThrow(message);
  expect(() => new Tensor(released(), layout).sum()).toThrow(message);
  expect(() => new Tensor(released(), layout).toArray()).toThrow(message);
  // Compiled kernels read memory, and not arrays.
  expect(() => moveIn(released())).toThrow(message);
  expect(() => new Tensor(released(), layout).add(1)).toThrow(message);
});
