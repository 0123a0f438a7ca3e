import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Allocator, type Block, GRAIN } from './allocator.ts';
import { propertyRuns, scaled } from '../../fixtures/property-runs.ts';

/** What is done to an allocator: `which` picks one of the blocks that are given out. */
type Step =
  | { readonly kind: 'allocate'; readonly bytes: number }
  | { readonly kind: 'free'; readonly which: number }
  | { readonly kind: 'extend'; readonly by: number };

/** Sizes of every order of magnitude up to `largest`, and many of few bytes, so that lists get long. */
const bytesUpTo = (largest: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: Math.min(largest, 12 * GRAIN) }),
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -1, max: 1 }))
      .map(([part, off]) => Math.max(0, Math.min(largest, Math.floor(largest ** part) + off))),
  );

const stepsIn = (memory: number): fc.Arbitrary<readonly Step[]> => {
  const allocate = fc.record({ kind: fc.constant('allocate' as const), bytes: bytesUpTo(memory / 8) });
  const free = fc.record({ kind: fc.constant('free' as const), which: fc.nat() });
  const extend = fc.record({ kind: fc.constant('extend' as const), by: bytesUpTo(memory / 2) });
  const step = fc.oneof(
    { arbitrary: allocate, weight: 5 },
    { arbitrary: free, weight: 4 },
    { arbitrary: extend, weight: 1 },
  );
  return fc.array(step, { maxLength: 120, size: 'max' });
};

const roundUp = (bytes: number): number => Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);

/** All blocks in the order of memory, found from one of them. */
function walkFrom(block: Block): Block[] {
  const blocks = [block];
  for (let { below } = block; below !== null; { below } = below) blocks.unshift(below);
  for (let { above } = block; above !== null; { above } = above) blocks.push(above);
  return blocks;
}

/** What is wrong with blocks that should tile the memory from `start` to `end`, and of which `given` are given out. */
function problemsOf(blocks: readonly Block[], given: readonly Block[], start: number, end: number): string[] {
  const isGiven = new Set(given);
  const problems: string[] = [];
  if (isGiven.size < given.length) problems.push('a block was given out twice');
  let at = start;
  for (const [index, { start: own, size, isFree, below, above }] of blocks.entries()) {
    const check = (holds: boolean, problem: string): void => {
      if (!holds) problems.push(`block ${index} of ${size} bytes at ${own}: ${problem}`);
    };
    check(own === at, `the one below ends at ${at}`);
    check(own % GRAIN === 0 && size % GRAIN === 0 && size > 0, 'is not made of whole grains');
    check(below === (blocks[index - 1] ?? null) && above === (blocks[index + 1] ?? null), 'mistakes its neighbours');
    check(!(isFree && above?.isFree === true), 'is free, and so is the one above');
    check(isFree !== isGiven.delete(blocks[index] as Block), isFree ? 'is free, and given out' : 'was lost');
    at += size;
  }
  if (at !== end) problems.push(`the last block ends at ${at}, the memory at ${end}`);
  if (isGiven.size > 0) problems.push(`${isGiven.size} blocks were given out and are not in memory`);
  return problems;
}

/** Runs `steps` beside a model that knows no more than which blocks are given out; returns those. */
function run(allocator: Allocator, start: number, steps: readonly Step[]): Block[] {
  const given: Block[] = [];
  const free = (): Block[] => {
    const [first] = given;
    return first === undefined ? [] : walkFrom(first).filter(({ isFree }) => isFree);
  };
  for (const step of steps) {
    if (step.kind === 'extend') {
      allocator.extend(allocator.end + step.by);
    } else if (step.kind === 'free') {
      const [block] = given.splice(step.which % Math.max(1, given.length), 1);
      if (block !== undefined) allocator.free(block);
    } else {
      // Where nothing is given out, all is one free block.
      const sizes = given.length === 0 ? [allocator.end - start] : free().map(({ size }) => size);
      const isPossible = sizes.some((size) => size >= roundUp(step.bytes));
      const block = allocator.allocate(step.bytes);
      expect(block !== null).toBe(isPossible);
      if (block === null) continue;
      expect(block.size).toBe(roundUp(step.bytes));
      given.push(block);
    }
    const [first] = given;
    if (first === undefined) continue;
    expect(problemsOf(walkFrom(first), given, start, allocator.end)).toEqual([]);
  }
  return given;
}

describe('whatever is given out and taken back, in any order', () => {
  // Up to all that a 32-bit address reaches: an allocator knows addresses only.
  const memories = [2 ** 13, 2 ** 20, 2 ** 32 - 2 * GRAIN];
  const scenes = fc
    .constantFrom(...memories)
    .chain((memory) => fc.tuple(fc.constantFrom(0, 1, GRAIN, 1000), fc.constant(memory), stepsIn(memory)));

  test('blocks tile the memory, free neighbours are joined, and a request fails only where no free block is large enough', () => {
    let refused = 0;
    fc.assert(
      fc.property(scenes, ([from, memory, steps]) => {
        const allocator = new Allocator(from);
        const start = allocator.end;
        expect(start).toBe(Math.ceil(from / GRAIN) * GRAIN);
        allocator.extend(start + memory);
        const given = run(allocator, start, steps);

        // Every free block is there to be had: none was lost from the lists.
        const [first] = given;
        const free = first === undefined ? [] : walkFrom(first).filter(({ isFree }) => isFree);
        for (const { size } of free.toSorted((a, b) => b.size - a.size)) {
          const block = allocator.allocate(size);
          expect(block?.size).toBe(size);
          if (block !== null) given.push(block);
        }
        if (given.length > 0) {
          expect(allocator.allocate(1)).toBeNull();
          refused++;
        }

        // And all given back is one block.
        for (const block of given.toSorted((a, b) => ((a.start * 7919) % 104_729) - ((b.start * 7919) % 104_729))) {
          allocator.free(block);
        }
        const whole = allocator.allocate(allocator.end - start);
        expect(whole).toMatchObject({ start, size: allocator.end - start, below: null, above: null });
      }),
      propertyRuns(3),
    );
    expect(refused).toBeGreaterThan(scaled(100));
  });

  test('what is missing at the end is just enough', () => {
    fc.assert(
      fc.property(stepsIn(2 ** 13), bytesUpTo(2 ** 16), (steps, bytes) => {
        const allocator = new Allocator(0);
        allocator.extend(2 ** 13);
        run(allocator, 0, steps);
        const block = allocator.allocate(bytes);
        if (block !== null) return;
        const missing = allocator.missing(bytes);
        expect(missing).toBeGreaterThan(0);
        allocator.extend(allocator.end + missing - GRAIN);
        expect(allocator.allocate(bytes)).toBeNull();
        allocator.extend(allocator.end + GRAIN);
        expect(allocator.allocate(bytes)?.size).toBe(roundUp(bytes));
      }),
    );
  });
});

/** An allocator over `bytes`, and blocks of the given sizes, each followed by a block that stays, so that none can join. */
function apart(bytes: number, sizes: readonly number[]): { allocator: Allocator; blocks: Block[] } {
  const allocator = new Allocator(0);
  allocator.extend(bytes);
  const blocks = sizes.map((size) => {
    const block = allocator.allocate(size);
    allocator.allocate(1);
    if (block === null) throw new Error(`${bytes} bytes are too few for this test`);
    return block;
  });
  return { allocator, blocks };
}

describe('which block is given out', () => {
  test('one of just the size asked for, before a larger one is split', () => {
    const { allocator, blocks } = apart(2 ** 20, [256, 4096, 1024, 65_536]);
    for (const block of blocks) allocator.free(block);
    expect(allocator.allocate(1024)).toBe(blocks[2]);
    expect(allocator.allocate(4000)).toBe(blocks[1]);
    expect(allocator.allocate(200)).toBe(blocks[0]);
  });

  test('the last that was given back, of several of one size', () => {
    const { allocator, blocks } = apart(2 ** 20, [1024, 1024, 1024]);
    const [a, b, c] = blocks as [Block, Block, Block];
    for (const block of [b, c, a]) allocator.free(block);
    for (const expected of [a, c, b]) expect(allocator.allocate(1024)).toBe(expected);
  });

  test('one that lies deep in a list of smaller ones, where there is no other', () => {
    // All of these sizes are kept in one list.
    const sizes = [5056, ...new Array<number>(20).fill(4096)];
    const { allocator, blocks } = apart(20 * (4096 + GRAIN) + 5056 + GRAIN, sizes);
    for (const block of blocks) allocator.free(block);
    expect(allocator.allocate(5000)).toBe(blocks[0]);
    expect(allocator.allocate(5000)).toBeNull();
  });
});

test('a block is never empty, and memory is only ever added', () => {
  const allocator = new Allocator(0);
  expect(allocator.allocate(0)).toBeNull();
  allocator.extend(GRAIN - 1);
  expect(allocator.end).toBe(0);
  allocator.extend(3 * GRAIN + 1);
  allocator.extend(2 * GRAIN);
  expect(allocator.end).toBe(3 * GRAIN);
  expect(allocator.allocate(0)?.size).toBe(GRAIN);
});

test('a size up to 2^53 bytes gets a block that is large enough, or none', () => {
  for (let exponent = 6; exponent <= 52; exponent++) {
    for (const bytes of [2 ** exponent, 1.25 * 2 ** exponent, 2 ** (exponent + 1) - GRAIN]) {
      const small = new Allocator(0);
      small.extend(2 ** 20);
      const block = small.allocate(bytes);
      if (bytes > 2 ** 20) expect(block).toBeNull();
      else expect(block?.size).toBeGreaterThanOrEqual(bytes);
      const large = new Allocator(0);
      large.extend(2 ** 53);
      expect(large.allocate(bytes)?.size).toBeGreaterThanOrEqual(bytes);
    }
  }
});
