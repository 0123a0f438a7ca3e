// usage: node memory.js memory STEPS -- W1 in one synchronous loop: by how much the process grows after the first tenth of the steps
import { printOutput } from '../output.ts';
import { loadDigits } from './digits.ts';
import { training } from './training.ts';

/** How often to look at the size. */
const EVERY = 1000;

const steps = Number(process.argv[3]);
const settled = steps / 10;
const losses = training('W1', await loadDigits());
let [before, largest] = [0, 0];
for (let step = 1; step <= steps; step++) {
  losses.next();
  const isSettled = step === settled;
  if (isSettled || (step > settled && (step % EVERY === 0 || step === steps))) {
    const resident = process.memoryUsage.rss();
    if (isSettled) before = resident;
    largest = Math.max(largest, resident);
  }
}
printOutput({ figures: { before: before / 1e6, growth: (largest - before) / 1e6 } });
