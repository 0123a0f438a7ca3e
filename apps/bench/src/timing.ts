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
 * Milliseconds of a training step, and the mean loss of the steps that were timed. `losses` trains: a step each time that it is
 * asked for the next loss.
 *
 * `ms` and `cpu` are means, of the clock and of the processor's time in all threads: they include what is not part of every step,
 * as the shuffling of an epoch and what compilers and collectors do. `p05` is what a step takes that nothing disturbs: one in twenty is
 * faster.
 */
export async function timeTraining(
  losses: Iterator<number, void> | AsyncIterator<number, void>,
  { warm, steps }: TrainingPlan,
): Promise<{ ms: number; cpu: number; p05: number; loss: number }> {
  let start = performance.now();
  let cpuBefore = process.cpuUsage();
  let sum = 0;
  const single: number[] = [];
  for (let i = -warm; i < steps; i++) {
    if (i === 0) {
      start = performance.now();
      cpuBefore = process.cpuUsage();
    }
    const before = performance.now();
    const next = losses.next();
    const { value } = next instanceof Promise ? await next : next;
    if (typeof value !== 'number') throw new Error(`the training ended after ${i + warm} steps`);
    if (i < 0) continue;
    sum += value;
    single.push(performance.now() - before);
  }
  const ms = (performance.now() - start) / steps;
  const { user, system } = process.cpuUsage(cpuBefore);
  const p05 = single.sort((a, b) => a - b)[Math.floor(0.05 * steps)] ?? NaN;
  return { ms, cpu: (user + system) / 1000 / steps, p05, loss: sum / steps };
}
