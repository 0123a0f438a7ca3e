// Kills a training process at 30 random moments, goes on with each run, and compares the files that come of it, byte by byte, with
// those of a run that was never stopped: pnpm --filter @mg/mnist kill [--times N] [--seed N] [-- ARGUMENTS OF THE APP]
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
console.log(`never stopped: ${(whole.milliseconds / 1000).toFixed(1)} s, ${JSON.stringify(whole.digests)}`);

let different = 0;
for (let kill = 1; kill <= Number(values.times); kill++) {
  // One in each part of the time that it takes: early, late and in between.
  const killedAfter = (whole.milliseconds * (kill - 1 + random.random())) / Number(values.times);
  const { step, digests } = await trainKilled(args, killedAfter);
  const isSame = JSON.stringify(digests) === JSON.stringify(whole.digests);
  if (!isSame) different++;
  const from = step === null ? 'before its first checkpoint' : `gone on with after step ${step}`;
  console.log(
    `${kill}: killed after ${(killedAfter / 1000).toFixed(2)} s, ${from}: ${isSame ? 'the same' : JSON.stringify(digests)}`,
  );
}
console.log(`${different} of ${values.times} runs came to other bytes`);
process.exitCode = different === 0 ? 0 : 1;
