import { median } from './median.ts';

/** The clock is too coarse for one short call: calls are timed in groups that take about as many microseconds. */
const GROUP = 2000;

/** Median microseconds of each call, by its name. A library that cannot do one of them says so by leaving it out. */
export async function timeCalls(
  calls: Readonly<Record<string, () => unknown>>,
  seconds: number,
): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [name, call] of Object.entries(calls)) figures[name] = await timeCall(call, seconds);
  return figures;
}

/** Median microseconds of a call, over `seconds` of calls, after half as many to warm up. A promise is waited for. */
async function timeCall(call: () => unknown, seconds: number): Promise<number> {
  const alone = median(await samples(call, 1, seconds / 2));
  return median(await samples(call, Math.max(1, Math.floor(GROUP / alone)), seconds));
}

/** Mean microseconds of a call in each of the groups of `count` calls that fit into `seconds`, five at least. */
async function samples(call: () => unknown, count: number, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    times.push((1000 * (performance.now() - start)) / count);
  }
  return times;
}

/** How long to train: steps to warm up, and steps to time. */
export interface TrainingPlan {
  readonly warm: number;
  readonly steps: number;
}

/**
 * Mean milliseconds of a training step, and the mean loss of the steps that were timed. `losses` trains: a step each time
 * that it is asked for the next loss. The mean, not the median, so that it includes what is not part of every step, as the
 * shuffling of an epoch and what a collector does.
 */
export async function timeTraining(
  losses: Iterator<number, void> | AsyncIterator<number, void>,
  { warm, steps }: TrainingPlan,
): Promise<{ ms: number; loss: number }> {
  let start = performance.now();
  let sum = 0;
  for (let i = -warm; i < steps; i++) {
    if (i === 0) start = performance.now();
    const next = losses.next();
    const { value } = next instanceof Promise ? await next : next;
    if (typeof value !== 'number') throw new Error(`the training ended after ${i + warm} steps`);
    if (i >= 0) sum += value;
  }
  return { ms: (performance.now() - start) / steps, loss: sum / steps };
}
