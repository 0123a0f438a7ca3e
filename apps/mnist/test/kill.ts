// Kills a training process at 30 random steps, resumes each run, and compares its files, byte by byte, with those of a run that was
// never stopped: pnpm --filter @mg/mnist kill [--times N] [--seed N] [-- ARGUMENTS OF THE APP]
import { parseArgs } from 'node:util';
import { Generator } from '@mg/tensor';
import { trainKilled, trainWhole } from './killed-runs.ts';

const { values, positionals } = parseArgs({
  options: { times: { type: 'string', default: '30' }, seed: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const args = positionals.length > 0 ? positionals : ['--epochs', '2'];
const random = new Generator(Number(values.seed));

const whole = await trainWhole(args);
console.log(`never stopped: ${whole.steps} steps, ${JSON.stringify(whole.digests)}`);

let different = 0;
for (let kill = 1; kill <= Number(values.times); kill++) {
  // One in each part of the run: early, late and in between.
  const step = 1 + Math.floor((whole.steps * (kill - 1 + random.random())) / Number(values.times));
  const { resumedFrom, digests } = await trainKilled(args, step);
  const isSame = JSON.stringify(digests) === JSON.stringify(whole.digests);
  if (!isSame) different++;
  console.log(
    `${kill}: killed after step ${step}, resumed from step ${resumedFrom}: ${isSame ? 'the same' : JSON.stringify(digests)}`,
  );
}
console.log(`${different} of ${values.times} runs ended with different bytes`);
process.exitCode = different === 0 ? 0 : 1;
