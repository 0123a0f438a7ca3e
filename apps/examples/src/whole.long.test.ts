import { expect, test, vi } from 'vitest';
import { run as regression } from './regression.ts';
import { run as iris } from './iris.ts';

test.each([
  ['regression', regression, 'a square metre costs 9.5'],
  ['iris', iris, 'of 30 flowers of the test are right'],
])('%s trains, states its result and asserts it', async (_, run, result) => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  await run();
  expect(log.mock.calls.flat().join('\n')).toContain(result);
  log.mockRestore();
});
