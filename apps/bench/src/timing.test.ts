import { expect, test } from 'vitest';
import { timeCalls, timeTraining } from './timing.ts';

test('a training is warmed up, timed for as many steps as planned, and no step more', async () => {
  let step = 0;
  function* losses(): Generator<number, void> {
    for (;;) yield ++step;
  }
  const { ms, cpu, p05, loss } = await timeTraining(losses(), { warm: 2, steps: 3 });
  expect(step).toBe(5);
  expect(loss).toBe(4); // the mean of 3, 4 and 5
  for (const time of [ms, cpu, p05]) expect(time).toBeGreaterThanOrEqual(0);
});

test('a training may be asynchronous, and one that ends is an error', async () => {
  async function* losses(): AsyncGenerator<number, void> {
    for (const loss of [8, 4, 2]) yield await Promise.resolve(loss);
  }
  expect((await timeTraining(losses(), { warm: 1, steps: 2 })).loss).toBe(3);
  await expect(timeTraining(losses(), { warm: 2, steps: 2 })).rejects.toThrow('ended after 3 steps');
});

test('calls are timed by name, and what they promise is waited for', async () => {
  let [pending, most] = [0, 0];
  const wait = async (): Promise<void> => {
    most = Math.max(most, ++pending);
    await Promise.resolve();
    pending--;
  };
  const figures = await timeCalls({ nothing: () => undefined, wait }, 0.001);
  expect(Object.keys(figures)).toEqual(['nothing', 'wait']);
  expect(most).toBe(1);
});
