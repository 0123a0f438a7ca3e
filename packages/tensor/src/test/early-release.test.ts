import {
  defineOp,
  enableGrad,
  fromTypedArray,
  full,
  grad,
  GraphError,
  memoryUsage,
  noGrad,
  scalar,
  setMemoryLimit,
  slice,
  type Tensor,
  tensor,
  trace,
  where,
} from '@mg/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GRAIN } from '../array/allocator.ts';
import { drop, escape, hold, outside, scope } from '../array/lifetime.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** Large enough to live in linear memory, and just a block long. */
const SHAPE = [8, 32] as const;
const SIZE = 256;
const BYTES = 4 * SIZE;

/** Numbers that are all different and that float32 holds. */
const numbers = Array.from({ length: SIZE }, (_, i) => (i - 100) / 64);
const constant = (): Tensor => tensor(numbers, { shape: SHAPE });
const leaf = (): Tensor => tensor(numbers, { shape: SHAPE, requiresGrad: true });

/** How much more of linear memory is used after `fn` than before. */
function growth(fn: () => unknown): number {
  const { used, evictions } = memoryUsage();
  fn();
  if (memoryUsage().evictions !== evictions) throw new Error('something moved out: used says nothing here');
  return memoryUsage().used - used;
}

const elementsOf = (x: Tensor): number[] => ([x.toArray()] as unknown[]).flat(x.ndim) as number[];

/** Writes to memory that was released: it is given out again. */
function scribble(): void {
  for (let i = 0; i < 16; i++) full(SHAPE, NaN);
}

/** Asserts that a tensor holds what it should, for compiled kernels as well as for others. */
function expectHolds(x: Tensor | null | undefined, expected: readonly number[] | number, tolerance = 0): void {
  if (!x) throw new Error('there is no tensor');
  scribble();
  for (const read of [x, x.detach().mul(1)]) {
    const elements = elementsOf(read);
    const wanted = elements
      .map((_, i) => (typeof expected === 'number' ? expected : (expected[i] ?? NaN)))
      .map(Math.fround);
    if (typeof expected !== 'number') expect(elements.length).toBe(expected.length);
    const isRight = (each: number, i: number) =>
      Math.abs(each - (wanted[i] ?? NaN)) <= tolerance * Math.abs(wanted[i] ?? NaN);
    const wrong = elements.findIndex((each, i) => !isRight(each, i));
    if (wrong >= 0) expect(elements[wrong], `element ${wrong}`).toBe(wanted[wrong]);
  }
}

/** Asserts that a tensor can be read, and was not written to since: its numbers, whatever they are, are none of a scribble. */
function expectReadable(x: Tensor): void {
  scribble();
  for (const read of [x, x.detach().mul(1)]) expect(elementsOf(read).every(Number.isFinite)).toBe(true);
}

describe('what is released', () => {
  test('all that a scope made but its result', () => {
    const [x, y] = [full(SHAPE, 2), full(SHAPE, 3)];
    let inside = 0;
    const run = () =>
      scope(() => {
        const { used } = memoryUsage();
        const result = x.mul(y).add(x).neg();
        inside = memoryUsage().used - used;
        return result;
      });
    expect(growth(run)).toBe(BYTES);
    expect(inside).toBe(3 * BYTES);
    expectHolds(run(), -8);
  });

  test('what an inner scope returned, when the outer one closes', () => {
    const x = constant().add(0);
    expect(growth(() => scope(() => scope(() => x.mul(2).add(1)).add(scope(() => x.add(1).mul(3)))))).toBe(BYTES);
  });

  test('what an operation makes on its way', () => {
    const x = constant().add(0);
    expect(growth(() => x.logSoftmax(1))).toBe(BYTES);
    const y = leaf();
    y.neg(); // moves y in
    expect(growth(() => y.logSoftmax(1))).toBe(BYTES);
    // Operands that no kernel takes as they lie are copied, and the copies are released.
    const cube = full([4, 8, 8], 2);
    expect(growth(() => cube.permute([2, 1, 0]).permute([2, 0, 1]).add(cube))).toBe(BYTES);
    expect(growth(() => cube.permute([1, 2, 0]).sum(0))).toBe(4 * 32); // the sums
  });

  test('what an operation in place makes', () => {
    const [x, y] = [full(SHAPE, 3), full(SHAPE, 2)];
    const change = (): void => {
      x.add_(y).mul_(y).sub_(y).div_(y);
      x.T.add_(y.T);
      x.slice(0, 0, 4).copy_(y.slice(0, 4));
    };
    expect(growth(change)).toBe(0);
    expectHolds(x.slice(0, 0, 4), 2);
    expectHolds(x.slice(0, 4), 6);
  });

  test('what backward makes, but the gradients of the leaves', () => {
    const x = leaf();
    const loss = x.mul(x).mul(0.25).exp().mul(3).add(x).sum();
    expect(
      growth(() => {
        loss.backward();
      }),
    ).toBe(BYTES);
    const expected = numbers.map((each) => {
      const inner = Math.fround(Math.fround(each * each) * 0.25);
      return 1 + 1.5 * each * Math.exp(inner);
    });
    const found = elementsOf(x.grad as Tensor);
    for (const [i, each] of expected.entries()) expect(found[i]).toBeCloseTo(each, 4);
  });

  test('what grad makes, but its results', () => {
    const [x, y] = [leaf(), leaf()];
    const loss = x.mul(y).mul(x).sum();
    expect(growth(() => grad([loss], [x, y]))).toBe(2 * BYTES);
  });

  test('what backward adds to a gradient that is there already', () => {
    const x = leaf();
    x.mul(2).sum().backward();
    const loss = x.mul(3).sum();
    // The sum is a new tensor, and the one before is released.
    const step = (): void => {
      loss.backward(null, { retainGraph: true });
    };
    expect(growth(step)).toBe(0);
    const seen = x.grad; // from now on somebody holds that one
    expect(growth(step)).toBe(BYTES);
    expectHolds(seen, 5);
    expectHolds(x.grad, 8);
  });

  test('a gradient that nobody has seen, when another or none takes its place', () => {
    const x = leaf();
    const step = (): void => {
      x.mul(3).sum().backward();
    };
    step();
    const { used } = memoryUsage();
    x.zeroGrad();
    expect(memoryUsage().used).toBe(used - BYTES);
    step();
    const seen = x.grad;
    x.zeroGrad();
    step();
    x.grad = seen;
    expectHolds(seen, 3);
    x.grad = null;
    expectHolds(seen, 3);
  });

  test('what was saved inside a scope, when backward has used it', () => {
    const x = leaf();
    x.neg(); // moves x in
    const { used } = memoryUsage();
    const kept = (): number => memoryUsage().used - used;
    const y = scope(() => x.neg().exp().neg());
    expect(kept()).toBe(2 * BYTES); // the result, and the output of exp
    y.sum().backward(null, { retainGraph: true });
    expect(kept()).toBe(3 * BYTES + GRAIN); // and the gradient, and the sum
    x.zeroGrad();
    y.sum().backward();
    expect(kept()).toBe(2 * BYTES + 2 * GRAIN); // the gradient before was released, and the output of exp too
  });

  test('what is needed no more, in a pass that goes only part of the way', () => {
    const x = leaf();
    const h = scope(() => x.neg().exp().neg());
    const y = scope(() => h.neg().exp().neg());
    // Frees what was saved above h; its gradient is new.
    expect(growth(() => grad([y.sum()], [h]))).toBe(GRAIN); // the sum
    // Frees what was saved below.
    expect(
      growth(() => {
        h.sum().backward();
      }),
    ).toBe(GRAIN);
  });

  test('nothing that was saved under noGrad, for nothing is saved', () => {
    const x = leaf();
    x.neg();
    expect(growth(() => noGrad(() => scope(() => x.neg().exp().neg())))).toBe(BYTES);
  });

  test('what a scope makes before and after it calls code outside, however that ends', () => {
    const x = full(SHAPE, 2);
    const around = (call: (h: Tensor) => Tensor) => (): Tensor =>
      scope(() => {
        const before = x.neg().neg();
        const result = outside(() => call(escape(before.neg())));
        return result.neg().add(before).neg();
      });
    // What code outside was given, what it made, and the result.
    expect(growth(around((h) => h.neg()))).toBe(3 * BYTES);
    const fail = (h: Tensor): Tensor => {
      throw new Error(`outside, with ${h.size} elements`);
    };
    expect(
      growth(() => {
        expect(around(fail)).toThrow('outside, with 256 elements');
      }),
    ).toBe(BYTES);
    const mend = (): Tensor =>
      scope(() => {
        expect(() => outside(() => fail(x))).toThrow('outside');
        return x.neg().neg();
      });
    expect(growth(mend)).toBe(BYTES);
  });

  test('all that was made in a scope that throws', () => {
    const x = constant().add(0);
    const fail = (): Tensor =>
      scope(() => {
        const y = x.mul(2).add(1);
        scope(() => {
          y.mul(3);
          throw new Error('inside');
        });
        return y;
      });
    expect(
      growth(() => {
        expect(fail).toThrow('inside');
      }),
    ).toBe(0);
    // No scope is open any more.
    expectHolds(
      x.add(1).mul(1),
      numbers.map((each) => each + 1),
    );
  });
});

describe('what reaches code outside can be read later', () => {
  test('the result of a scope', () => {
    const x = constant();
    expectHolds(
      scope(() => x.add(1).mul(2)),
      numbers.map((each) => (each + 1) * 2),
    );
  });

  test('a view that a scope returned', () => {
    const x = constant();
    const doubled = numbers.map((each) => each * 2);
    expectHolds(
      scope(() => x.mul(2).reshape([SIZE])),
      doubled,
    );
    expectHolds(
      scope(() => x.mul(2).slice(0, 4)),
      doubled.slice(SIZE / 2),
    );
    expectHolds(
      scope(() => x.mul(2).T.T.detach()),
      doubled,
    );
  });

  test('an input of a scope that is its result, or a view of which is', () => {
    const x = constant().add(0);
    for (const identity of [
      () => x,
      () => x.detach(),
      () => x.contiguous(),
      () => x.to('float32'),
      () => x.reshape([SIZE]),
      () => scope(() => x.T).T,
    ]) {
      const result = scope(identity);
      expect(result.storage).toBe(x.storage);
      expectHolds(result, numbers);
    }
    expectHolds(x, numbers);
  });

  test('the same, of a tensor that an outer scope made', () => {
    const x = constant();
    let given: Tensor | undefined;
    const result = scope(() => {
      given = x.mul(2);
      const same = scope(() => given as Tensor);
      const view = scope(() => same.reshape([SIZE]));
      return scope(() => view.reshape(SHAPE));
    });
    expect(result.storage).toBe(given?.storage);
    expectHolds(
      result,
      numbers.map((each) => each * 2),
    );
  });

  test('one result of nested scopes, that is used again in the outer one', () => {
    const x = leaf();
    const result = scope(() => {
      const y = scope(() => x.mul(2).exp());
      const z = scope(() => y.mul(y));
      return y
        .add(z)
        .sub(scope(() => z))
        .sub(y.mul(0));
    });
    const plain = x.mul(2).exp();
    expectHolds(result.sub(plain.add(plain.mul(plain)).sub(plain.mul(plain))), 0);
    result.sum().backward();
    expectHolds(x.grad?.sub(plain.mul(2)), 0);
  });

  test('what was made before and after a scope that threw', () => {
    const x = leaf();
    const y = x.mul(2);
    expect(() =>
      scope(() => {
        y.mul(y).exp();
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expectHolds(
      y,
      numbers.map((each) => each * 2),
    );
    y.mul(y).sum().backward();
    expectHolds(
      x.grad,
      numbers.map((each) => each * 8),
    );
  });

  describe('what code that is called by `outside` gets to see', () => {
    test('its input, what it makes, and what it returns', () => {
      const x = leaf();
      const kept: Tensor[] = [];
      const layer = (input: Tensor): Tensor => {
        const made = input.add(1);
        const own = scope(() => made.mul(2).neg());
        kept.push(input, made, own);
        return own.reshape([SIZE]);
      };
      const result = scope(() => {
        const h = escape(x.mul(2));
        return outside(() => layer(h))
          .reshape(SHAPE)
          .neg();
      });
      const [input, made, own] = kept;
      expectHolds(
        input,
        numbers.map((each) => each * 2),
      );
      expectHolds(
        made,
        numbers.map((each) => each * 2 + 1),
      );
      expectHolds(
        own,
        numbers.map((each) => -2 * (each * 2 + 1)),
      );
      expectHolds(
        result,
        numbers.map((each) => 2 * (each * 2 + 1)),
      );
      result.sum().backward();
      for (const each of kept) expectReadable(each);
      expectHolds(x.grad, 4);
    });

    test('what it returns as it was given it', () => {
      const x = constant();
      let kept: Tensor | undefined;
      const result = scope(() => {
        const h = escape(x.mul(2));
        return outside(() => (kept = h));
      });
      for (const each of [kept, result])
        expectHolds(
          each,
          numbers.map((x0) => x0 * 2),
        );
    });

    test('although it throws, and the scope goes on', () => {
      const x = constant();
      const kept: Tensor[] = [];
      const result = scope(() => {
        const h = x.mul(2);
        expect(() =>
          outside(() => {
            kept.push(x.add(1));
            throw new Error('outside');
          }),
        ).toThrow('outside');
        return h.add(1);
      });
      expectHolds(
        kept[0],
        numbers.map((each) => each + 1),
      );
      expectHolds(
        result,
        numbers.map((each) => each * 2 + 1),
      );
    });
  });

  describe('a hook', () => {
    test('of a leaf: the gradient that it keeps is not the one in grad', () => {
      const x = leaf();
      let kept: Tensor | undefined;
      x.registerHook((g) => {
        kept = g;
      });
      x.mul(x).sum().backward();
      expectHolds(
        kept,
        numbers.map((each) => 2 * each),
      );
      x.grad?.zero_();
      expectHolds(
        kept,
        numbers.map((each) => 2 * each),
      );
    });

    test('of the inside: the gradient that it keeps', () => {
      const x = leaf();
      const kept: Tensor[] = [];
      const h = scope(() => x.mul(2).mul(x));
      h.registerHook((g) => {
        kept.push(g, g.reshape([SIZE]), g.add(1));
      });
      h.mul(h).sum().backward();
      const expected = numbers.map((each) => Math.fround(4 * each * each));
      expectHolds(kept[0], expected);
      expectHolds(kept[1], expected);
      expectHolds(
        kept[2],
        expected.map((each) => each + 1),
      );
    });

    test('of a tensor in a scope', () => {
      const x = leaf();
      let kept: Tensor | undefined;
      const y = scope(() => {
        const h = x.mul(3);
        h.registerHook((g) => {
          kept = g;
        });
        return h.mul(h);
      });
      y.sum().backward();
      expectHolds(
        kept,
        numbers.map((each) => 6 * each),
      );
      expectHolds(
        x.grad,
        numbers.map((each) => 18 * each),
      );
    });

    test.each(['leaf', 'interior'])('of %s: what it returns goes on, stays its own, and is kept', (place) => {
      const x = leaf();
      const kept: Tensor[] = [];
      const h = place === 'leaf' ? x : x.mul(1);
      h.registerHook((g) => {
        const mine = g.mul(2);
        kept.push(g, mine);
        return mine;
      });
      h.registerHook((g) => {
        kept.push(g);
        return g.reshape([SIZE]).reshape(SHAPE);
      });
      h.mul(h).sum().backward();
      const [given, mine, second] = kept;
      expect(second).toBe(mine);
      expectHolds(
        given,
        numbers.map((each) => 2 * each),
      );
      x.grad?.mul_(0);
      expectHolds(x.grad?.add(1), 1);
      expectHolds(
        mine,
        numbers.map((each) => 4 * each),
      );
    });

    test('that returns a tensor which it holds from elsewhere', () => {
      const [x, mine] = [leaf(), constant().mul(3)];
      const h = x.mul(1);
      h.registerHook(() => mine);
      x.registerHook(() => mine);
      h.sum().backward();
      h.sum().mul(0);
      x.grad?.zero_();
      expectHolds(
        mine,
        numbers.map((each) => 3 * each),
      );
    });

    test('that returns what it was given', () => {
      const [x, y] = [leaf(), leaf()];
      let kept: Tensor | undefined;
      const h = x.add(y);
      h.registerHook((g) => (kept = g));
      h.mul(2).sum().backward();
      x.grad?.zero_();
      expectHolds(y.grad, 2);
      expectHolds(kept, 2);
    });

    test('that runs a pass of its own', () => {
      const [x, z] = [leaf(), leaf()];
      let inner: Tensor | undefined;
      const h = x.mul(2);
      h.registerHook((g) => {
        enableGrad(() => {
          [inner] = grad([z.mul(z).mul(g).sum()], [z]);
          z.mul(3).sum().backward();
        });
      });
      h.mul(5).sum().backward();
      expectHolds(
        inner,
        numbers.map((each) => 10 * each),
      );
      expectHolds(z.grad, 3);
      expectHolds(x.grad, 10);
    });

    test('that throws: what was made before can be read, and memory goes on', () => {
      const x = leaf();
      let kept: Tensor | undefined;
      const h = x.mul(2);
      const remove = h.registerHook((g) => {
        kept = g;
        throw new Error('from the hook');
      });
      const y = h.mul(h);
      expect(() => {
        y.sum().backward();
      }).toThrow('from the hook');
      expectHolds(
        kept,
        numbers.map((each) => 4 * each),
      );
      expectHolds(
        y,
        numbers.map((each) => 4 * each * each),
      );
      remove();
      h.sum().backward();
      expectHolds(x.grad, 2);
    });
  });

  test('retainGrad: the gradients of the inside, each its own', () => {
    const x = leaf();
    const h = x.mul(2);
    const sum = scope(() => {
      const inner = h.add(x);
      inner.retainGrad();
      return inner;
    });
    h.retainGrad();
    sum.mul(sum).sum().backward();
    const expected = numbers.map((each) => 6 * each);
    sum.grad?.mul_(1);
    for (const g of [sum.grad, h.grad]) expectHolds(g, expected);
    h.grad?.zero_();
    expectHolds(sum.grad, expected);
    expectHolds(
      x.grad,
      numbers.map((each) => 18 * each),
    );
  });

  describe('a callback of defineOp', () => {
    const kept: Record<string, Tensor> = {};
    const product = defineOp({
      name: 'product',
      forward: (a: Tensor, b: Tensor) => {
        const made = a.mul(b);
        Object.assign(kept, { a, b, made, output: made.neg() });
        return kept['output'] as Tensor;
      },
      backward: (g, [a, b], output) => {
        const gradients = [g.mul(b).neg(), g.mul(a).neg()];
        Object.assign(kept, { g, ga: gradients[0], gb: gradients[1], savedA: a, savedB: b, savedOutput: output });
        return gradients;
      },
    });

    test('keeps what it was given and made, forward and backward, also inside of a scope', () => {
      const x = leaf();
      const y = scope(() => product(x.mul(2), x.add(1)).mul(3));
      y.sum().backward();
      const [a, b] = [numbers.map((each) => 2 * each), numbers.map((each) => each + 1)];
      const output = a.map((each, i) => -each * (b[i] ?? 0));
      expect(Object.keys(kept)).toHaveLength(10);
      expectHolds(kept['a'], a);
      expectHolds(kept['b'], b);
      expectHolds(
        kept['made'],
        output.map((each) => -each),
      );
      expectHolds(kept['output'], output);
      expectHolds(kept['g'], 3);
      expectHolds(
        kept['ga'],
        b.map((each) => -3 * each),
      );
      expectHolds(
        kept['gb'],
        a.map((each) => -3 * each),
      );
      expectHolds(kept['savedA'], a);
      expectHolds(kept['savedB'], b);
      expectHolds(kept['savedOutput'], output);
      expectHolds(
        y,
        output.map((each) => 3 * each),
      );
      expectHolds(
        x.grad,
        a.map((each, i) => -3 * each - 6 * (b[i] ?? 0)),
      );
    });

    test('keeps what forward was given and made where nothing is recorded', () => {
      const x = constant();
      const y = noGrad(() => scope(() => product(x.mul(2), x.add(1)).mul(3)));
      expectHolds(
        kept['a'],
        numbers.map((each) => 2 * each),
      );
      expectHolds(
        kept['b'],
        numbers.map((each) => each + 1),
      );
      const output = numbers.map((each) => -2 * each * (each + 1));
      expectHolds(kept['output'], output);
      expectHolds(
        y,
        output.map((each) => 3 * each),
      );
    });

    test('gives gradients that are not those in grad', () => {
      const [x, y] = [leaf(), leaf()];
      product(x, y).sum().backward();
      x.grad?.zero_();
      y.grad?.zero_();
      for (const g of [kept['ga'], kept['gb']])
        expectHolds(
          g,
          numbers.map((each) => -each),
        );
    });

    test('may return an input, a view of it, or one tensor twice', () => {
      const same = defineOp({
        forward: (...[a]: [Tensor, Tensor]) => a,
        backward: (g) => [g, g],
      });
      const flat = defineOp({ forward: (a: Tensor) => a.reshape([SIZE]), backward: (g) => [g.reshape(SHAPE)] });
      const [x, y] = [leaf(), leaf()];
      const h = x.mul(2);
      const out = scope(() => flat(same(h, y)));
      out.mul(3).sum().backward();
      expectHolds(
        out,
        numbers.map((each) => 2 * each),
      );
      expectHolds(
        h,
        numbers.map((each) => 2 * each),
      );
      x.grad?.zero_();
      expectHolds(y.grad, 3);
    });

    test('that reads elements, with a gradient for each of two inputs under createGraph', () => {
      const onArrays = defineOp({
        forward: (a: Tensor, b: Tensor) =>
          fromTypedArray(
            a.data.map((each, i) => each * (b.data[i] ?? 0)),
            SHAPE,
          ),
        backward: (g, [a, b]) => [
          fromTypedArray(
            g.data.map((each, i) => each * (b.data[i] ?? 0)),
            SHAPE,
          ),
          fromTypedArray(
            g.data.map((each, i) => each * (a.data[i] ?? 0)),
            SHAPE,
          ),
        ],
      });
      const [x, y] = [leaf(), leaf()];
      const [dx, dy] = grad([onArrays(x, y).mul(1).sum()], [x, y], { createGraph: true });
      expectHolds(dx, numbers);
      expectHolds(dy, numbers);
      expect(() => grad([dx.sum()], [x])).toThrow(GraphError);
    });

    test('is called anew in each pass, also with the same gradient', () => {
      const seen: number[] = [];
      const noted = defineOp({
        forward: (a: Tensor) => a.mul(1),
        backward: (g) => {
          seen.push(g.slice(0, 0, 1).slice(1, 0, 1).item());
          return [g.mul(1)];
        },
      });
      const x = leaf();
      const y = noted(x);
      const g = full(SHAPE, 1);
      y.backward(g, { retainGraph: true });
      g.fill_(2);
      y.backward(g);
      expect(seen).toEqual([1, 2]);
      expectHolds(x.grad, 3);
    });

    test('is called anew for another input in another pass, also with the same gradient', () => {
      const times = defineOp({
        forward: (a: Tensor, b: Tensor) => a.mul(b),
        backward: (g, [a, b]) => [g.mul(b), g.mul(a)],
      });
      const [x, y] = [leaf(), leaf()];
      const z = times(x, y);
      const g = full(SHAPE, 1);
      const [dx] = grad([z], [x], { gradOutputs: [g], retainGraph: true });
      g.fill_(2);
      const [dy] = grad([z], [y], { gradOutputs: [g], createGraph: true });
      expectHolds(dx, numbers);
      expectHolds(
        dy,
        numbers.map((each) => 2 * each),
      );
      expect(dy.requiresGrad).toBe(true);
    });

    test('gets a gradient whose data it can read, wherever that comes from', () => {
      const negative = defineOp({
        forward: (a: Tensor) => a.neg(),
        backward: (g) => [
          fromTypedArray(
            g.data.map((each) => -each),
            g.shape,
          ),
        ],
      });
      const x = leaf();
      negative(x).sum().backward();
      expectHolds(x.grad, -1);
    });

    test('may return a tensor that it holds from elsewhere, which stays what it is', () => {
      const mine = full(SHAPE, 7);
      const always = defineOp({ forward: (a: Tensor) => (a.ndim > 0 ? mine : a), backward: (g) => [g.mul(0)] });
      const x = leaf();
      const y = always(x);
      y.sum().backward();
      expectHolds(y, 7);
      expect(mine.requiresGrad).toBe(false);
    });
  });

  describe('a graph of gradients', () => {
    test('that grad made: its results, first and second, after each graph was freed', () => {
      const x = leaf();
      const y = scope(() => x.mul(x).mul(x));
      const [d1] = grad([y.sum()], [x], { createGraph: true });
      const inner = scope(() => d1.mul(d1));
      const [d2] = grad([inner.sum()], [x], { createGraph: true });
      const [d3] = grad([d2.sum()], [x]);
      expectHolds(
        d1,
        numbers.map((each) => 3 * each ** 2),
        1e-6,
      );
      expectHolds(
        inner,
        numbers.map((each) => 9 * each ** 4),
        1e-6,
      );
      expectHolds(
        d2,
        numbers.map((each) => 36 * each ** 3),
        1e-6,
      );
      expectHolds(
        d3,
        numbers.map((each) => 108 * each ** 2),
        1e-6,
      );
      expect(() => grad([d2.sum()], [x])).toThrow('the graph was freed');
      expectHolds(
        y,
        numbers.map((each) => each ** 3),
      );
    });

    test('of several results that share parts, freed one after the other', () => {
      const [x, y] = [leaf(), leaf()];
      const z = scope(() => x.mul(y).exp().mul(x));
      const [dx, dy] = grad([z.sum()], [x, y], { createGraph: true });
      const [dxx] = grad([dx.sum()], [x], { retainGraph: true });
      const [dyy] = grad([dy.sum()], [y]);
      const e = numbers.map((each) => Math.exp(each * each));
      const [first, second] = [dx.detach(), dy.detach()];
      expectHolds(
        first,
        numbers.map((each, i) => (1 + each * each) * (e[i] ?? NaN)),
        1e-6,
      );
      expectHolds(
        second,
        numbers.map((each, i) => each * each * (e[i] ?? NaN)),
        1e-6,
      );
      expectHolds(
        dxx,
        numbers.map((each, i) => (2 * each + each ** 3) * (e[i] ?? NaN)),
        1e-5,
      );
      expectHolds(
        dyy,
        numbers.map((each, i) => each ** 3 * (e[i] ?? NaN)),
        1e-5,
      );
    });

    test('of backward: what stands in grad', () => {
      const x = leaf();
      x.mul(x).mul(x).sum().backward(null, { createGraph: true });
      const first = x.grad;
      const [d2] = grad([(first as Tensor).sum()], [x]);
      x.mul(x).sum().backward(null, { createGraph: true });
      expectHolds(
        first,
        numbers.map((each) => 3 * each * each),
      );
      expectHolds(
        d2,
        numbers.map((each) => 6 * each),
      );
      expectHolds(
        x.grad,
        numbers.map((each) => 3 * each * each + 2 * each),
      );
    });

    test('with a hook in it, that keeps first and second gradients', () => {
      const x = leaf();
      const kept: Tensor[] = [];
      const h = x.mul(x);
      h.registerHook((g) => {
        kept.push(g);
      });
      const [d1] = grad([h.mul(h).sum()], [x], { createGraph: true });
      grad([d1.sum()], [x]);
      expectHolds(
        kept[0],
        numbers.map((each) => 2 * each * each),
      );
      for (const each of kept) expectReadable(each);
    });
  });

  test('trace: upstream, contribution and sum of every step', () => {
    const [x, y] = [leaf(), leaf()];
    const root = scope(() => {
      const h = x.mul(y);
      // What it starts with is passed on to nobody: neg makes a gradient of its own.
      return h.mul(h).add(h).add(x.logSoftmax(1).mul(0)).sum().neg();
    });
    const steps = trace(root);
    expect(trace(root).length).toBe(steps.length);
    root.backward();
    expect(steps.length).toBeGreaterThan(8);
    const seen = steps.flatMap(({ upstream, edges }) => [upstream, ...edges.flatMap((e) => [e.contribution, e.sum])]);
    for (const each of seen) expectReadable(each);
    for (const input of [x, y]) {
      const { upstream } = steps.find(({ node }) => node.tensor === input) ?? {};
      const last = steps.flatMap(({ edges }) => edges).findLast((edge) => edge.input.tensor === input);
      expect(upstream).toBe(last?.sum);
      expectHolds(upstream?.sub(input.grad as Tensor), 0);
    }
    const own = leaf();
    const given = full(SHAPE, 2, { dtype: 'float64' });
    for (const each of [own, own.neg()]) expectHolds(trace(each, given)[0]?.upstream, 2);
  });

  test('gradients in grad: the first one stays when a second one is added', () => {
    const x = leaf();
    x.mul(x).sum().backward();
    const first = x.grad;
    x.mul(3).sum().backward();
    expectHolds(
      first,
      numbers.map((each) => 2 * each),
    );
    expectHolds(
      x.grad,
      numbers.map((each) => 2 * each + 3),
    );
    x.zeroGrad();
    x.mul(5).sum().backward();
    expectHolds(
      first,
      numbers.map((each) => 2 * each),
    );
    expectHolds(x.grad, 5);
  });

  test('a pass inside of a scope: gradients, also where they were added or copied, and what hooks keep', () => {
    const [x, y, z] = [leaf(), leaf(), leaf()];
    const kept: Tensor[] = [];
    z.registerHook((g) => {
      kept.push(g, g.mul(2));
    });
    scope(() => {
      x.add(y).mul(z).sum().backward();
      const sum = x.add(y).mul(2).sum();
      sum.backward();
      const [first, second, third] = grad([x.mul(3).add(y).sum()], [x, x, y]);
      kept.push(first, second, third);
      return sum;
    });
    for (const leafOfSum of [x, y])
      expectHolds(
        leafOfSum.grad,
        numbers.map((each) => each + 2),
      );
    const sums = numbers.map((each) => 2 * each);
    expectHolds(z.grad, sums);
    expectHolds(kept[0], sums);
    expectHolds(
      kept[1],
      sums.map((each) => 2 * each),
    );
    for (const [index, value] of [3, 3, 1].entries()) expectHolds(kept[2 + index], value);
  });

  test('an input that was named twice: two gradients', () => {
    const x = leaf();
    const [a, b] = grad([x.mul(x).sum()], [x, x]);
    a.zero_();
    expectHolds(
      b,
      numbers.map((each) => 2 * each),
    );
    const [c, d] = grad([x.mul(x).sum()], [x, x]);
    d.zero_();
    expectHolds(
      c,
      numbers.map((each) => 2 * each),
    );
  });

  test('gradients that are views: copies of their part, row-major', () => {
    const x = leaf();
    const weights = numbers.toReversed();
    x.T.mul(tensor(weights, { shape: [32, 8] }))
      .sum()
      .backward();
    expect(x.grad?.isContiguous()).toBe(true);
    expect(x.grad?.data.length).toBe(SIZE);
    expectHolds(x.grad?.T, weights);
    const w = full([2, 32], 1, { requiresGrad: true });
    const [placed] = grad([x.slice(0, 2, 4)], [x], { gradOutputs: [w], createGraph: true });
    const [dw] = grad([placed.neg()], [w], { gradOutputs: [constant()] });
    expect(dw.storage.length).toBe(dw.size);
    expectHolds(
      dw,
      numbers.slice(64, 128).map((each) => -each),
    );
  });

  test('leaves that get one and the same gradient: each its own', () => {
    const leaves = [leaf(), leaf(), leaf()] as const;
    const [x, y, z] = leaves;
    x.add(y).add(z).mul(2).sum().backward();
    for (const each of leaves) {
      for (const other of leaves) if (other !== each) expect(each.grad?.storage).not.toBe(other.grad?.storage);
    }
    x.grad?.zero_();
    expectHolds(y.grad, 2);
    y.grad?.zero_();
    expectHolds(z.grad, 2);
    const [dx, dy] = grad([x.add(y)], [x, y], { gradOutputs: [full(SHAPE, 3)] });
    dx.zero_();
    expectHolds(dy, 3);
  });

  test('the gradient that backward was given: it is not the one in grad', () => {
    for (const g of [full(SHAPE, 7), full([SIZE], 7).reshape(SHAPE), full(SHAPE, 7, { dtype: 'float64' })]) {
      const x = leaf();
      x.backward(g);
      x.add(0).backward(g);
      x.reshape([SIZE]).reshape(SHAPE).backward(g);
      x.mul(2).backward(g);
      expectHolds(x.grad, 35);
      x.grad?.zero_();
      expectHolds(g, 7);
      const [dx] = grad([x], [x], { gradOutputs: [g] });
      dx.zero_();
      expectHolds(g, 7);
    }
  });

  test('tensors changed in place, inside of a scope and out', () => {
    const x = leaf();
    const y = scope(() => {
      const h = x.mul(2);
      const e = h.exp();
      h.mul_(h);
      return h.add(e);
    });
    y.mul_(2);
    y.sum().backward();
    const e = numbers.map((each) => Math.exp(2 * each));
    expectHolds(
      y,
      numbers.map((each, i) => 2 * (4 * each * each + (e[i] ?? NaN))),
      1e-6,
    );
    expectHolds(
      x.grad,
      numbers.map((each, i) => 2 * (8 * each + 2 * (e[i] ?? NaN))),
      1e-5,
    );
  });

  test('what was seen through data', () => {
    const x = constant();
    let data: unknown;
    const result = scope(() => {
      const h = x.mul(2);
      ({ data } = h);
      return h.neg();
    });
    expect([...(data as Float32Array)]).toEqual(numbers.map((each) => 2 * each));
    expectHolds(
      result,
      numbers.map((each) => -2 * each),
    );
  });
});

test('a tensor that was let go of once too often says so when it is read', () => {
  const message = 'read after its memory was released; this is a bug in @mg/tensor, please report it';
  const wrong = (read: (x: Tensor) => unknown) => () =>
    scope(() => {
      const x = constant().mul(2);
      drop(x);
      read(x);
      return x;
    });
  for (const read of [
    (x: Tensor) => x.toArray(),
    (x: Tensor) => x.data,
    (x: Tensor) => x.sum(),
    (x: Tensor) => x.add(1),
    (x: Tensor) => x.T.contiguous(),
    (x: Tensor) => x.fill_(1),
    (x: Tensor) => where(x.gt(0), x, 0),
    (x: Tensor) => x.slice(0, 0, 1).exp(),
  ]) {
    expect(wrong(read)).toThrow(message);
  }
  const small = scalar(1);
  expect(() =>
    scope(() => {
      const x = small.add(1);
      drop(x);
      return scalar(x.item());
    }),
  ).toThrow(message);
});

test('a tensor that is held is not released, nor one that nobody counts', () => {
  const x = constant();
  let held: Tensor | undefined;
  scope(() => {
    held = x.mul(2);
    hold(held);
    return x;
  });
  expectHolds(
    held,
    numbers.map((each) => 2 * each),
  );
  drop(held as Tensor);
  expect(() => held?.toArray()).toThrow('was released');
  drop(x);
  hold(x);
  expectHolds(x, numbers);
});

/** A computation on two tensors, some parts of it in scopes. */
type Expression =
  | { readonly kind: 'input'; readonly which: 0 | 1 }
  | { readonly kind: 'unary' | 'scope'; readonly op: number; readonly x: Expression }
  | { readonly kind: 'binary'; readonly op: number; readonly x: Expression; readonly y: Expression }
  | { readonly kind: 'twice'; readonly op: number; readonly x: Expression };

const unary: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.mul(0.5).exp(),
  (x) => x.relu(),
  (x) => x.T.contiguous().T,
  (x) => x.reshape([SIZE]).flip(0).reshape(SHAPE),
  (x) => x.logSoftmax(1),
  (x) => x.sum(0, { keepdims: true }).mul(0.125).broadcastTo(SHAPE),
  (x) => x.mul(x).add(1).sqrt(),
  (x) => x.slice(1, 0, 16).add(x.slice(1, 16)).reshape([-1, 1]).broadcastTo([128, 2]).reshape(SHAPE),
  (x) => x.clone().mul_(0.5).add_(1),
  (x) => x.matmul(x.T).mul(0.01).matmul(x).mul(0.01),
  (x) => x.div(x.mul(x).add(2)),
];
const binary: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y.slice(0, 0, 1)),
  (x, y) => x.mul(y).mul(0.25),
  (x, y) => where(x.gt(y), x, y),
  (x, y) => x.add(y.mean()),
];

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 7, depthSize: 'large' },
    {
      arbitrary: fc.record({ kind: fc.constant('input' as const), which: fc.constantFrom(0 as const, 1 as const) }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        kind: fc.constantFrom('unary' as const, 'scope' as const, 'scope' as const, 'twice' as const),
        op: fc.nat(unary.length - 1),
        x: tie('expression'),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('binary' as const),
        op: fc.nat(binary.length - 1),
        x: tie('expression'),
        y: tie('expression'),
      }),
      weight: 2,
    },
  ),
}));

/** Computes an expression; `inScope` is `scope`, or just calls. */
function evaluate(each: Expression, inputs: readonly [Tensor, Tensor], inScope: (fn: () => Tensor) => Tensor): Tensor {
  switch (each.kind) {
    case 'input':
      return inputs[each.which];
    case 'unary':
      return unary[each.op]?.(evaluate(each.x, inputs, inScope)) ?? inputs[0];
    case 'scope':
      return inScope(() => evaluate(each.x, inputs, inScope));
    case 'twice': {
      const x = inScope(() => evaluate(each.x, inputs, inScope));
      return x.mul(inScope(() => x)).mul(0.25);
    }
    case 'binary': {
      const [x, y] = [evaluate(each.x, inputs, inScope), evaluate(each.y, inputs, inScope)];
      return binary[each.op]?.(x, y) ?? x;
    }
  }
}

test('scopes change no bit of values, gradients and second derivatives, and keep nothing after backward', () => {
  const bits = (x: Tensor | null): unknown => x && [...new Uint32Array(x.clone().data.slice().buffer)];
  let withGradients = 0;
  fc.assert(
    fc.property(expression, (given) => {
      const results = [scope, (fn: () => Tensor) => fn()].map((inScope) => {
        const inputs = [leaf(), constant().mul(0.5).detach()] as const;
        inputs[1].requiresGrad = true;
        const value = inScope(() => evaluate(given, inputs, inScope));
        for (let i = 0; i < 8; i++) full(SHAPE, NaN);
        if (!value.requiresGrad) return [bits(value)];
        withGradients++;
        const first = grad([value.sum()], inputs, { createGraph: true, allowUnused: true });
        for (let i = 0; i < 8; i++) full(SHAPE, NaN);
        const connected = first.filter((g) => g?.requiresGrad === true) as Tensor[];
        const second = connected.map((g) => grad([g.mul(g).sum()], inputs, { allowUnused: true, retainGraph: true }));
        value.sum().backward();
        return [value, ...first, ...second.flat(), ...inputs.map((x) => x.grad)].map(bits);
      });
      expect(results[0]).toEqual(results[1]);

      // In a scope of its own, all but the value and the gradients is gone when backward has run. What was made before makes room.
      const { limit } = memoryUsage();
      setMemoryLimit(0);
      setMemoryLimit(limit);
      const inputs = [leaf(), leaf()] as const;
      for (const x of inputs) x.neg(); // moves them in
      const grown = growth(() => {
        const value = scope(() => evaluate(given, inputs, scope).mul(1));
        if (value.requiresGrad) scope(() => value.sum()).backward();
      });
      const gradients = inputs.filter((x) => x.grad !== null).length;
      expect(grown).toBe(BYTES * (1 + gradients) + (gradients > 0 ? GRAIN : 0)); // and the sum
    }),
    propertyRuns(1.5),
  );
  expect(withGradients).toBeGreaterThan(scaled(100));
});

test('what set has written to is known to backward after the scope has closed', () => {
  const x = tensor(
    Array.from({ length: 100 }, () => 1),
    { requiresGrad: true },
  );
  const y = scope(() => {
    const h = x.mul(1);
    h.set(slice(0, 90), 0);
    return h.mul(2);
  });
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual(Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 2)));
});
