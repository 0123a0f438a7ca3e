// Runs a peer by the arguments that every measured script takes:
//
//   node PEER.js train W1|W2|W3 WARM STEPS
//   node PEER.js cold
//   node PEER.js matmul|elementwise|reductions SECONDS
import { printOutput } from '../dist/output.js';
import { timeCalls, timeTraining } from '../dist/timing.js';
import { batches, noise } from './digits.js';

const batchSizes = { W1: 32, W2: 256, W3: 64 };

/**
 * `trainer(work)` gives a step: a function of a batch that returns its loss, or a promise of it. `operations[topic]()` gives
 * functions by name.
 */
export async function run({ version, trainer, operations }) {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'cold') {
    await trainer('W1')(noise(32));
    printOutput({ version, figures: { doneAt: Date.now() } });
  } else if (command === 'train') {
    const [work, warm, steps] = args;
    const losses = training(trainer(work), batchSizes[work]);
    printOutput({ version, figures: await timeTraining(losses, { warm: Number(warm), steps: Number(steps) }) });
  } else {
    printOutput({ version, figures: await timeCalls(operations[command](), Number(args[0])) });
  }
}

async function* training(step, batchSize) {
  for await (const batch of batches(batchSize)) yield await step(batch);
}
