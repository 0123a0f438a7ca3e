// usage: node train.js train W1|W2|W3 WARM STEPS
import { printOutput } from '../output.ts';
import { timeTraining } from '../timing.ts';
import { loadDigits } from './digits.ts';
import { training } from './training.ts';

const [, work = '', warm, steps] = process.argv.slice(2);
const losses = training(work, await loadDigits());
printOutput({ figures: await timeTraining(losses, { warm: Number(warm), steps: Number(steps) }) });
