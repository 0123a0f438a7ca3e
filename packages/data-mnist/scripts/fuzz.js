// Runs src/idx-fuzz.long.test.ts on many mutated files (default a million): pnpm --filter @mg/data-mnist fuzz [inputs] [seed]
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';

const [inputs = '1000000', seed = String(Date.now() % 2 ** 32)] = process.argv.slice(2);
Object.assign(process.env, { FUZZ_INPUTS: inputs, FUZZ_SEED: seed });
await startVitest('test', ['idx-fuzz'], {
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  testTimeout: 0, // none: it takes as long as it is told to
  disableConsoleIntercept: true,
  watch: false,
});
