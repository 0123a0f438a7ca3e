import { expect, test } from 'vitest';
import { fuzzParseIdx } from '../fixtures/mutated-files.ts';

// `pnpm --filter @mg/data-mnist fuzz` sets these, to run a million files and print a summary.
const { FUZZ_INPUTS, FUZZ_SEED } = process.env;
const [inputs, seed] = [Number(FUZZ_INPUTS ?? 20_000), Number(FUZZ_SEED ?? 1)];

test(`${inputs} mutated files: the right array, or an IdxError`, () => {
  const { right, refused, largestShare } = fuzzParseIdx(seed, inputs);
  if (FUZZ_INPUTS !== undefined) {
    console.log(`${inputs} files of seed ${seed}`);
    console.log(`${right} read; at most ${largestShare.toFixed(2)} bytes allocated for each byte of a file`);
    for (const [reason, count] of refused) console.log(`${count} rejected: ${reason}`);
  }
  expect([...refused.keys()].sort()).toEqual([
    'cut short: a header',
    'cut short: expected',
    'not an IDX file',
    'trailing bytes',
  ]);
  expect(Math.min(right, ...refused.values())).toBeGreaterThan(inputs / 50);
  expect(largestShare).toBeGreaterThan(0);
});
