// usage: node train.js train W1|W2|W3|W4 WARM STEPS
import { printOutput } from '../output.ts';
import { timeTraining } from '../timing.ts';
import { readText } from '../text.ts';
import { trainingOnText } from './char-gpt.ts';
import { loadDigits } from './digits.ts';
import { training } from './training.ts';

const [, work = '', warm, steps] = process.argv.slice(2);
const losses = work === 'W4' ? trainingOnText(readText()) : training(work, await loadDigits());
printOutput({ figures: await timeTraining(losses, { warm: Number(warm), steps: Number(steps) }) });
