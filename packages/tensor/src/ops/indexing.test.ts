import { grad, noGrad, slice, tensor, type Tensor, zeros } from '@mg/tensor';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type TypedArray } from '../array/dtype.ts';
import { Storage } from '../array/storage.ts';

const leaf = (...data: number[]) => tensor(data, { requiresGrad: true, dtype: 'float64' });
const i = (data: number | number[]) => tensor(data, { dtype: 'int32' });

describe('set to repeated indices', () => {
  test.each<[string, (b: Tensor, w: Tensor) => unknown, number[], number[]]>([
    ['a list', (b, w) => b.set(i([0, 0]), w), [0, 12], [0, 4, 6, 8]],
    ['negative indices', (b, w) => b.set(i([3, -1]), w), [0, 12], [2, 4, 6, 0]],
    ['a view', (b, w) => b.slice(0, 2).set(i([1, 1]), w), [0, 12], [2, 4, 6, 0]],
    ['two lists', (b, w) => b.reshape([2, 2]).set(i([1, 1]), i([0, 0]), w), [0, 12], [2, 4, 0, 8]],
    ['rows', (b, w) => b.reshape([2, 2]).set(i([1, 1]), w.unsqueeze(1)), [0, 24], [2, 4, 0, 0]],
    ['no repetition', (b, w) => b.set(i([2, 0]), w), [10, 12], [0, 4, 0, 8]],
    ['a mask', (b, w) => b.set(tensor([true, false, false, true]), w), [10, 12], [0, 4, 6, 0]],
    ['one value for all', (b, w) => b.set(i([0, 0, 1]), w.at(1)), [0, 24], [0, 0, 6, 8]],
  ])('%s: only what was written last receives a gradient', (_, change, ofW, ofA) => {
    const [a, w] = [leaf(1, 2, 3, 4), leaf(5, 6)];
    const b = a.mul(1);
    change(b, w);
    b.square().sum().backward();
    expect([w.grad?.toArray(), a.grad?.toArray()]).toEqual([ofW, ofA]);
  });

  test('has second derivatives', () => {
    const w = leaf(5, 6);
    const b = zeros([2], { dtype: 'float64' });
    b.set(i([1, 1]), w);
    const [first] = grad([b.pow(3).sum()], [w], { createGraph: true });
    expect(first.toArray()).toEqual([0, 108]);
    expect(grad([first.sum()], [w])[0].toArray()).toEqual([0, 36]);
  });
});

describe('the cost of set', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** How many elements of storages `run` makes, reads and writes; those of an array as a whole count all. */
  function elementsUsed(run: () => void): number {
    let used = 0;
    const counted = (array: TypedArray): TypedArray =>
      new Proxy(array, {
        get(target, key) {
          const property: unknown = Reflect.get(target, key, target);
          if (typeof key === 'string' && /^\d+$/.test(key)) used++;
          if (typeof property !== 'function' && key !== Symbol.iterator) return property;
          used += target.length;
          return (property as () => unknown).bind(target);
        },
        set(target, key, value: number) {
          used++;
          return Reflect.set(target, key, value, target);
        },
      });
    // eslint-disable-next-line @typescript-eslint/unbound-method -- static, and without this
    const [empty, of] = [Storage.empty, Storage.of];
    vi.spyOn(Storage, 'empty').mockImplementation((dtype, length) => {
      used += length;
      return empty(dtype, length);
    });
    vi.spyOn(Storage, 'of').mockImplementation((dtype, array) => {
      used += array.length;
      return of(dtype, array);
    });
    for (const access of ['read', 'elements'] as const) {
      const own = Storage.prototype[access];
      vi.spyOn(Storage.prototype, access).mockImplementation(function (this: Storage) {
        return counted(own.call(this));
      });
    }
    run();
    vi.restoreAllMocks();
    return used;
  }

  const places: Record<string, (size: number) => Tensor> = {
    'an array': (size) => tensor(new Float32Array(size)),
    'linear memory': (size) => tensor(new Float32Array(size)).add(1),
    'an array of float64': (size) => tensor(new Float64Array(size)),
  };
  const writes: Record<string, (x: Tensor) => unknown> = {
    'a number': (x) => x.set(7, 1),
    'an index from the end': (x) => x.set(-1, tensor(1)),
    'a list': (x) => x.set(i([3, 5]), 1),
    'a slice': (x) => x.set(slice(3, 9, 2), tensor([1, 2, 3])),
    'an index of two axes': (x) => x.reshape([2, -1]).set(1, 7, 1),
    'a list and a number': (x) => x.reshape([2, -1]).set(1, i([7]), 1),
    'two lists': (x) => x.reshape([2, 1, -1]).set(i([1, 0]), slice(), i([7, 8]), 1),
    'an index of a view': (x) => x.slice(0, 5).set(2, 1),
  };
  const modes: Record<string, (x: Tensor, write: (x: Tensor) => unknown) => unknown> = {
    'without gradients': (x, write) => write(x),
    'under noGrad': (x, write) => {
      x.requiresGrad = true;
      return noGrad(() => write(x));
    },
    recorded: (x, write) => write(x.requiresGrad ? x : x.add_(tensor(1, { requiresGrad: true }))),
  };
  test.each(Object.keys(places).flatMap((place) => Object.keys(modes).map((mode): [string, string] => [place, mode])))(
    'does not depend on the size of the tensor: in %s, %s',
    (place, mode) => {
      const [small, large] = [2000, 2_000_000].map((size) => {
        const x = places[place]?.(size) ?? zeros([size]);
        return Object.entries(writes).map(([name, write]) => {
          let used = 0;
          modes[mode]?.(x, (given) => {
            used = elementsUsed(() => write(given));
          });
          return [name, used];
        });
      });
      expect(large).toEqual(small);
      expect(small?.every(([, used]) => Number(used) > 0)).toBe(true);
    },
  );
});
