import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type Block, GRAIN } from './allocator.ts';
import { LinearMemory, type Resident, type WasmMemory } from './linear-memory.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

const PAGE = 65_536;

const oneOf = (pages: number): LinearMemory => new LinearMemory(new WebAssembly.Memory({ initial: pages }));

/** What lies in a linear memory, and has a mark in each of its bytes. */
class Thing implements Resident {
  block: Block | null = null;
  older: Resident | null = null;
  newer: Resident | null = null;
  lastUse = 0;
  /** How often it was moved out. */
  moves = 0;
  readonly #memory: LinearMemory;
  readonly #mark: number;
  readonly #bytes: number;

  constructor(memory: LinearMemory, bytes: number, mark = 1) {
    this.#memory = memory;
    this.#bytes = bytes;
    this.#mark = mark;
  }

  place(): boolean {
    if (!this.#memory.place(this, this.#bytes)) return false;
    this.#content().fill(this.#mark);
    return true;
  }

  fillBlock(): void {
    // It is marked when it is in memory.
  }

  moveOut(): void {
    this.moves++;
    this.expectIntact();
  }

  expectIntact(): void {
    if (this.#content().some((byte) => byte !== this.#mark)) throw new Error(`${this.#mark} was overwritten`);
  }

  #content(): Uint8Array {
    if (this.block === null) throw new Error('this thing is not in memory');
    return new Uint8Array(this.#memory.memory.buffer, this.block.start, this.#bytes);
  }
}

/** Places things of `bytes` each, one at each tick. */
function fill(memory: LinearMemory, count: number, bytes: number): Thing[] {
  return Array.from({ length: count }, () => {
    memory.clock++;
    const thing = new Thing(memory, bytes);
    expect(thing.place()).toBe(true);
    return thing;
  });
}

const moved = (things: readonly Thing[]): number[] => things.flatMap(({ moves }, index) => (moves > 0 ? [index] : []));

describe('when memory is full', () => {
  test('it grows up to the limit, and then moves out what was unused for longest', () => {
    const memory = oneOf(1);
    memory.setLimit(4 * PAGE);
    const things = fill(memory, 3, PAGE);
    expect(memory.usage()).toEqual({ used: 3 * PAGE, reserved: 4 * PAGE, limit: 4 * PAGE, evictions: 0 });
    things.push(...fill(memory, 2, PAGE));
    expect(moved(things)).toEqual([0, 1]);
    expect(memory.usage()).toEqual({ used: 3 * PAGE, reserved: 4 * PAGE, limit: 4 * PAGE, evictions: 2 });
    expect(things.map(({ block }) => block !== null)).toEqual([false, false, true, true, true]);
  });

  test('use counts, and not age', () => {
    const memory = oneOf(4);
    memory.setLimit(4 * PAGE);
    const things = fill(memory, 3, PAGE);
    memory.clock++;
    for (const index of [1, 0]) memory.touch(things[index] as Thing);
    things.push(...fill(memory, 2, PAGE));
    expect(moved(things)).toEqual([1, 2]);
  });

  test('one large thing goes before many small ones, however often it is used', () => {
    const memory = oneOf(1);
    memory.setLimit(10 * PAGE);
    const [large] = fill(memory, 1, 8 * PAGE) as [Thing];
    const small = fill(memory, 16, PAGE / 8);
    for (const thing of [...small, large]) memory.touch(thing);
    small.push(...fill(memory, 8, PAGE / 8));
    expect(large.moves).toBe(1);
    expect(moved(small)).toEqual([]);
  });

  test('rather than grow, it moves out what nobody has used for thousands of ticks', () => {
    const memory = oneOf(1);
    const things = fill(memory, 20_000, 1024);
    // Memory doubles when it grows.
    expect(memory.usage().reserved).toBeLessThanOrEqual(2 * 4096 * 1024);
    const last = moved(things).at(-1) ?? 0;
    expect(last).toBeGreaterThan(20_000 - 3 * 4096);
    expect(last).toBeLessThan(20_000 - 4096 / 2);
  });

  test('room that somebody gave back is used before anything is moved out', () => {
    const memory = oneOf(4);
    memory.setLimit(4 * PAGE);
    const things = fill(memory, 3, PAGE);
    memory.free(things[1] as Thing);
    expect(memory.usage().used).toBe(2 * PAGE);
    fill(memory, 1, PAGE);
    expect(moved(things)).toEqual([]);
    expect(memory.usage().evictions).toBe(0);
  });

  test('as much is moved out as one large thing needs, although it was never one piece', () => {
    const memory = oneOf(4);
    memory.setLimit(4 * PAGE);
    const things = fill(memory, 12, PAGE / 4);
    fill(memory, 1, 2 * PAGE);
    expect(moved(things)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].slice(0, moved(things).length));
    expect(moved(things).length).toBeGreaterThanOrEqual(4);
    expect(memory.usage().used).toBeLessThanOrEqual(4 * PAGE);
    expect(memory.usage().reserved).toBe(4 * PAGE);
  });

  test('what is used at this tick stays, and the limit gives way', () => {
    const memory = oneOf(1);
    memory.setLimit(2 * PAGE);
    const old = fill(memory, 2, PAGE / 2);
    memory.clock++;
    const [touched] = old;
    if (touched !== undefined) memory.touch(touched);
    const operands = Array.from({ length: 4 }, () => new Thing(memory, PAGE));
    for (const operand of operands) expect(operand.place()).toBe(true);
    expect(moved(old)).toEqual([1]);
    expect(moved(operands)).toEqual([]);
    expect(memory.usage().used).toBe(4.5 * PAGE);
    expect(memory.usage().reserved).toBeGreaterThanOrEqual(4.5 * PAGE);
    expect(memory.usage().limit).toBe(2 * PAGE);
  });

  test('one thing larger than the limit is let in, and the limit holds again after it', () => {
    const memory = oneOf(1);
    memory.setLimit(2 * PAGE);
    fill(memory, 1, 8 * PAGE);
    expect(memory.usage()).toMatchObject({ used: 8 * PAGE, limit: 2 * PAGE });
    const small = fill(memory, 20, PAGE / 2);
    expect(memory.usage().used).toBeLessThanOrEqual(2 * PAGE);
    expect(moved(small)).toEqual(Array.from({ length: 16 }, (_, index) => index));
  });
});

describe('the limit', () => {
  test('moves out at once what is beyond a lower one, also what was just used', () => {
    const memory = oneOf(8);
    const things = fill(memory, 6, PAGE);
    memory.setLimit(2.5 * PAGE);
    expect(moved(things)).toEqual([0, 1, 2, 3]);
    expect(memory.usage()).toEqual({ used: 2 * PAGE, reserved: 8 * PAGE, limit: 2.5 * PAGE, evictions: 4 });
    memory.setLimit(0);
    expect(memory.usage()).toMatchObject({ used: 0, evictions: 6 });
  });

  test('holds for what comes after it, in memory that was larger before', () => {
    const memory = oneOf(8);
    memory.setLimit(PAGE);
    const things = fill(memory, 6, PAGE / 2);
    expect(memory.usage()).toEqual({ used: PAGE, reserved: 8 * PAGE, limit: PAGE, evictions: 4 });
    expect(moved(things)).toEqual([0, 1, 2, 3]);
  });

  test('is not passed by what memory grows to, where it is no whole number of pages', () => {
    const memory = oneOf(1);
    memory.setLimit(3.5 * PAGE);
    fill(memory, 6, PAGE / 2);
    expect(memory.usage().reserved).toBeLessThanOrEqual(3.5 * PAGE);
  });

  test('may be infinite', () => {
    const memory = oneOf(1);
    memory.setLimit(Infinity);
    fill(memory, 5, PAGE);
    expect(memory.usage()).toMatchObject({ used: 5 * PAGE, limit: Infinity, evictions: 0 });
  });

  test.each([-1, NaN])('is not %d', (bytes) => {
    const memory = oneOf(1);
    expect(() => {
      memory.setLimit(bytes);
    }).toThrow(`setMemoryLimit: takes a number of bytes from 0 up, got ${bytes}`);
    expect(memory.usage().limit).toBe(64 * 2 ** 20);
  });
});

describe('where the engine refuses to grow', () => {
  /** A memory of at most `most` pages. */
  function capped(most: number): WasmMemory {
    const memory = new WebAssembly.Memory({ initial: 1 });
    return {
      get buffer() {
        return memory.buffer;
      },
      grow(pages) {
        if (memory.buffer.byteLength / PAGE + pages > most) throw new RangeError('WebAssembly.Memory.grow(): refused');
        return memory.grow(pages);
      },
    };
  }

  test('others are moved out', () => {
    const memory = new LinearMemory(capped(3));
    const things = fill(memory, 10, PAGE / 2);
    expect(memory.usage().evictions).toBe(moved(things).length);
    expect(moved(things)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].slice(0, moved(things).length));
    expect(memory.usage().reserved).toBeLessThanOrEqual(3 * PAGE);
  });

  test('there is no room for what needs more than there is, and nothing is broken', () => {
    const memory = new LinearMemory(capped(3));
    const small = fill(memory, 1, 1000);
    memory.clock++;
    const large = new Thing(memory, 3 * PAGE);
    expect(large.place()).toBe(false);
    expect(large.block).toBeNull();
    expect(moved(small)).toEqual([0]);
    expect(memory.usage()).toMatchObject({ used: 0, evictions: 1 });
    fill(memory, 2, PAGE);
    expect(memory.usage().used).toBe(2 * PAGE);
  });

  test('the operands of one kernel are not moved out for each other', () => {
    const memory = new LinearMemory(capped(2));
    memory.clock++;
    const [a, b] = [new Thing(memory, PAGE), new Thing(memory, PAGE)];
    expect([a.place(), b.place()]).toEqual([true, false]);
    expect(moved([a, b])).toEqual([]);
    a.expectIntact();
  });
});

test('address 0 and the end of memory are nobody’s: kernels read a little beyond what they work on', () => {
  const memory = oneOf(1);
  memory.setLimit(PAGE);
  const thing = new Thing(memory, PAGE - 2 * GRAIN);
  expect(thing.place()).toBe(true);
  expect(thing.block).toMatchObject({ start: GRAIN, size: PAGE - 2 * GRAIN });
  expect(memory.usage()).toEqual({ used: PAGE - 2 * GRAIN, reserved: PAGE, limit: PAGE, evictions: 0 });
});

test('buffer is what the memory has now', () => {
  const memory = oneOf(1);
  const before = memory.buffer;
  const [thing] = fill(memory, 1, 1000);
  fill(memory, 1, 10 * PAGE);
  expect(before.byteLength).toBe(0);
  expect(memory.buffer).toBe(memory.memory.buffer);
  thing?.expectIntact();
});

test('freeing what is not in memory does nothing', () => {
  const memory = oneOf(1);
  memory.free(new Thing(memory, 1));
  expect(memory.usage().used).toBe(0);
});

/** What is done to a memory; `which` picks one of the things in it. */
type Step =
  | { readonly kind: 'place'; readonly bytes: number }
  | { readonly kind: 'touch' | 'free'; readonly which: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'limit'; readonly bytes: number };

test('in any order of calls: used adds up, nothing overlaps, the longest unused goes first and nothing of this tick', () => {
  const which = fc.nat();
  const bytes = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: PAGE }));
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: fc.record({ kind: fc.constant('place' as const), bytes }), weight: 12 },
    { arbitrary: fc.record({ kind: fc.constantFrom('touch' as const, 'free' as const), which }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant('tick' as const) }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant('limit' as const), bytes: fc.nat(4 * PAGE) }), weight: 1 },
  );
  let evictions = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const memory = oneOf(1);
      memory.setLimit(2 * PAGE);
      // From the longest unused to the last used.
      let inside: Thing[] = [];
      let evicted = 0;
      // What takes more than half of the limit goes before all else.
      const large = new Set<Thing>();
      const ofOrder = (things: readonly Thing[]) => things.filter((thing) => !large.has(thing));
      for (const [index, each] of steps.entries()) {
        let usedBy = memory.clock;
        if (each.kind === 'tick') {
          memory.clock++;
        } else if (each.kind === 'limit') {
          memory.setLimit(each.bytes);
          usedBy = Infinity; // a new limit moves out what was just used as well
          if (memory.usage().used > each.bytes) throw new Error('more is used than the new limit allows');
        } else if (each.kind === 'place') {
          const thing = new Thing(memory, each.bytes, 1 + (index % 255));
          if (!thing.place()) throw new Error('there is memory for this');
          inside.push(thing);
          if (2 * (thing.block?.size ?? 0) > memory.usage().limit) large.add(thing);
        } else {
          const [thing] = inside.splice(each.which % Math.max(1, inside.length), 1);
          if (thing === undefined) continue;
          if (each.kind === 'free') {
            memory.free(thing);
          } else {
            memory.touch(thing);
            inside.push(thing);
          }
        }
        const gone = inside.filter(({ block }) => block === null);
        evicted += gone.length;
        const order = ofOrder(inside);
        if (ofOrder(gone).some((thing, at) => thing !== order[at]))
          throw new Error('not the longest unused was moved out');
        if (gone.some(({ lastUse }) => lastUse >= usedBy)) throw new Error('what was used at this tick was moved out');
        inside = inside.filter(({ block }) => block !== null);

        const { used, limit } = memory.usage();
        const isBeyond = each.kind === 'place' && used > limit;
        if (isBeyond && inside.some(({ lastUse }) => lastUse < memory.clock)) {
          throw new Error('the limit was passed although something could have been moved out');
        }
        const blocks = inside.map(({ block }) => block as Block).toSorted((a, b) => a.start - b.start);
        if (blocks.reduce((sum, { size }) => sum + size, 0) !== used) throw new Error('used does not add up');
        let end = GRAIN;
        for (const { start, size } of blocks) {
          if (start < end) throw new Error('blocks overlap');
          end = start + size;
        }
        if (end > memory.usage().reserved) throw new Error('a block lies beyond the end');
      }
      for (const thing of inside) thing.expectIntact();
      expect(memory.usage().evictions).toBe(evicted);
      evictions += evicted;
    }),
    propertyRuns(1),
  );
  expect(evictions).toBeGreaterThan(scaled(500));
});

test('a size beyond 32-bit addresses finds no room, and moves nothing out', () => {
  const memory = oneOf(1);
  const thing = new Thing(memory, 1000);
  expect(thing.place()).toBe(true);
  memory.clock++;
  for (const bytes of [2 ** 32 + 1, 2 ** 34, 2 ** 38, 2 ** 53, Infinity, NaN]) {
    expect(memory.place(new Thing(memory, bytes), bytes)).toBe(false);
  }
  expect([thing.moves, memory.usage().used]).toEqual([0, thing.block?.size]);
});

test('if there is no memory to move a resident out to, nothing has changed', () => {
  const memory = oneOf(1);
  // A large one leaves more room than the limit allows to use.
  const large = new Thing(memory, 4 * PAGE);
  expect(large.place()).toBe(true);
  memory.free(large);
  memory.setLimit(1.5 * PAGE);
  const first = new Thing(memory, PAGE);
  expect(first.place()).toBe(true);
  memory.clock++;
  const moveOut = first.moveOut.bind(first);
  first.moveOut = () => {
    throw new RangeError('Array buffer allocation failed');
  };
  const second = new Thing(memory, PAGE, 2);
  for (let tries = 0; tries < 10; tries++) expect(() => second.place()).toThrow('Array buffer allocation failed');
  expect([second.block, memory.usage().used]).toEqual([null, first.block?.size]);
  first.expectIntact();
  first.moveOut = moveOut;
  expect(second.place()).toBe(true);
  second.expectIntact();
});

test.each([
  ['is missing', undefined, 'there is no WebAssembly here'],
  [
    'may not compile',
    { ...parts(), Module: refusing('unsafe-eval is not allowed') },
    "add 'wasm-unsafe-eval' to its script-src",
  ],
  [
    'may not make instances',
    { ...parts(), Instance: refusing('no instances') },
    "add 'wasm-unsafe-eval' to its script-src",
  ],
  ['has no memory', { ...parts(), Memory: refusing('out of memory') }, null],
])('where WebAssembly %s, everything runs, with the same report of memory', async (_, webAssembly, warning) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.stubGlobal('WebAssembly', webAssembly);
  vi.stubGlobal(Symbol.for('@mg/tensor.registry'), undefined);
  vi.resetModules();
  const { memoryUsage, ones, setMemoryLimit } = await import('@mg/tensor');
  expect(ones([1000]).add(1).sum().item()).toBe(2000);
  expect(ones([20, 20]).matmul(ones([20, 20])).sum().item()).toBe(8000); // prettier-ignore
  setMemoryLimit(1000);
  expect(memoryUsage()).toEqual({ used: 0, reserved: 0, limit: 0, evictions: 0 });
  expect(warn.mock.calls).toEqual(warning === null ? [] : [[expect.stringContaining(warning)]]);
  vi.unstubAllGlobals();
  warn.mockRestore();
});

/** The parts of WebAssembly that are used. */
function parts(): object {
  const { Memory, Module, Instance } = WebAssembly as unknown as Record<string, unknown>;
  return { Memory, Module, Instance };
}

/** A constructor that throws. */
function refusing(message: string): () => void {
  return function () {
    throw new EvalError(message);
  };
}

test('a change that is interrupted, wherever it is, loses no memory and gives none to two', () => {
  const memory = oneOf(4);
  memory.setLimit(4 * PAGE);
  let things = fill(memory, 20, 3000);
  let overflows = 0;
  const change = (): void => {
    memory.clock++;
    const thing = new Thing(memory, 2000 + 64 * (overflows % 50), 2 + (overflows % 200));
    things.push(thing);
    thing.place();
    memory.touch(things.find(({ block }) => block !== null) as Thing);
    memory.free(things[overflows % things.length] as Thing);
    memory.setLimit(4 * PAGE - 5000 * (overflows % 2));
  };
  // A stack overflow at each place: with less and less left of the stack.
  const within = (depth: number): void => {
    if (depth === 0) change();
    else within(depth - 1);
  };
  let depth = 1;
  try {
    for (; ; depth += 100) within(depth);
  } catch {
    // The last hundred frames are what matters.
  }
  for (let each = depth - 200; each < depth + 50; each++) {
    try {
      within(each);
    } catch {
      overflows++;
    }
    memory.clock++;
    memory.free(new Thing(memory, 64)); // it has no block
    const next = new Thing(memory, 100, 255);
    expect(next.place()).toBe(true);
    things.push(next);
    const inside = things.filter(({ block }) => block !== null);
    const used = inside.reduce((sum, { block }) => sum + (block?.size ?? 0), 0);
    expect(memory.usage().used).toBe(used);
    const ends = inside.map(({ block }) => block as Block).toSorted((one, other) => one.start - other.start);
    for (const [index, block] of ends.slice(1).entries()) {
      expect(block.start).toBeGreaterThanOrEqual((ends[index] as Block).start + (ends[index] as Block).size);
    }
    things = inside;
  }
  expect(overflows).toBeGreaterThan(50);
});
