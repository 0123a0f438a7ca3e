import { expect, test } from 'vitest';
import { type Tally, tryAll } from '../test-engine/mutants.ts';

/** `pnpm mutations` sets more. */
const seeds = Number(process.env['MUTATION_SEEDS'] ?? 5);

const empty = (): Tally => ({ wrong: 0, caught: 0, right: 0, passed: 0, names: new Set(), failures: [] });

test(`every wrong gradient is caught and every right one passes, ${seeds} seeds`, () => {
  const tally = empty();
  for (let seed = 0; seed < seeds; seed++) tryAll(seed, tally);
  if (seeds > 5) {
    console.log(
      `${seeds} seeds: ${tally.caught} of ${tally.wrong} wrong gradients caught, ${tally.passed} of ${tally.right} right ones passed`,
    );
  }
  expect(tally.failures).toEqual([]);
  expect(tally.caught).toBe(tally.wrong);
  expect(tally.passed).toBe(tally.right);
  expect(tally.right).toBe(28 * seeds);
  // Mutants whose gradients are right by chance do not count, such as a constant that is shifted.
  if (seeds >= 5) expect(tally.names.size).toBe(416);
});

test('and in fast mode', () => {
  const tally = empty();
  tryAll(0, tally, { fast: true });
  expect(tally.failures).toEqual([]);
});
