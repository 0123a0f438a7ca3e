import { expect, test } from 'vitest';
import { madeUpDigits, madeUpSettings as settings } from '../test/made-up-digits.ts';
import { splitValidation } from './data.ts';
import { train } from './train.ts';
import { extended, isFinished, startTraining, type Training } from './training.ts';

const data = splitValidation(madeUpDigits(120));

async function rates(training: Training): Promise<number[]> {
  const found = [];
  for await (const line of train(training, data, () => Promise.resolve()))
    if (line.type === 'step') found.push(line.lr);
  return found;
}

test('a finished run with more epochs continues on the cosine of a run of that many', async () => {
  const whole = await rates(startTraining({ ...settings, epochs: 5 }));
  const short = startTraining({ ...settings, epochs: 2 });
  expect(isFinished(short)).toBe(false);
  await rates(short);
  expect(isFinished(short)).toBe(true);
  const longer = extended(short, 5);
  expect([isFinished(longer), longer.settings.epochs, short.settings.epochs]).toEqual([false, 5, 2]);
  expect(longer.best).toEqual(short.best);
  const rest = await rates(longer);
  expect(rest).toEqual(whole.slice(14));
  expect(rest).toHaveLength(21);
  expect(isFinished(longer)).toBe(true);
});
