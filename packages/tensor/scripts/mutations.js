// Runs the mutated files of src/io/safetensors-fuzz.long.test.ts, 1,000,000 of them unless told otherwise: pnpm mutations [files]
import { startVitest } from 'vitest/node';

const [files = '1000000'] = process.argv.slice(2);
process.env.MUTATIONS = files;
await startVitest('test', ['safetensors-fuzz'], {
  root: new URL('../../..', import.meta.url).pathname,
  testTimeout: 0, // none: it takes as long as it is told to
  disableConsoleIntercept: true,
  watch: false,
});
