// Runs src/mutants.long.test.ts with many seeds (default 1,000): pnpm mutations [seeds]
import { startVitest } from 'vitest/node';

const [seeds = '1000'] = process.argv.slice(2);
process.env.MUTATION_SEEDS = seeds;
await startVitest('test', ['gradcheck/src/mutants'], {
  root: new URL('../../..', import.meta.url).pathname,
  testTimeout: 0, // none: it takes as long as it is told to
  disableConsoleIntercept: true,
  watch: false,
});
