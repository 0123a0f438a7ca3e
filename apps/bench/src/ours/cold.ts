// usage: node cold.js cold -- a new process, up to the end of the first step of W1
import { rand, randint } from '@mg/tensor';
import { printOutput } from '../output.ts';
import { training } from './training.ts';

training('W1', { images: rand([32, 784]), labels: randint(0, 10, [32]) }).next();
printOutput({ figures: { doneAt: Date.now() } });
