import { expect, test, vi } from 'vitest';

test('the moons example learns at least 99 % and draws its decision boundary', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  await import('../examples/moons.ts');
  const lines = print.mock.calls.flatMap(([text]) => String(text).split('\n'));
  print.mockRestore();

  const steps = lines.filter((line) => line.startsWith('step '));
  expect(steps.at(0)).toMatch(/loss 0\.\d+, accuracy \d\d %/);
  expect(Number(/accuracy (\d+) %/.exec(steps.at(-1) ?? '')?.[1])).toBeGreaterThanOrEqual(99);

  const picture = lines.filter((line) => /^[.+OX]+$/.test(line));
  expect(picture).toHaveLength(22);
  expect(picture[0]).toMatch(/^\.{40}/);
  expect(picture.at(-1)).toMatch(/^\+{40}/);
  expect(picture.some((line) => /\.O.*\+X/.test(line))).toBe(true);
});
