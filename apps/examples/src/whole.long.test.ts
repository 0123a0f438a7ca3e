import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { run as iris } from './iris.ts';
import { run as regression } from './regression.ts';
import { run as spacedRepetition } from './spaced-repetition.ts';
import { run as transfer } from './transfer.ts';
import { run as vae } from './vae.ts';

type Example = readonly [name: string, run: () => void | Promise<void>, result: string];

const quick: readonly Example[] = [
  ['regression', regression, 'a square metre costs 9.5'],
  ['iris', iris, 'of 30 flowers of the test are right'],
];

/** A minute in all. The other examples take longer: `pnpm --filter @mg/examples start NAME` runs them whole. */
const slow: readonly Example[] = [
  ['spaced-repetition', spacedRepetition, 'that of the truth is'],
  ['vae', vae, 'A drawn digit'],
  ['transfer', transfer, 'of 500 images of new digits are right'],
];

test.each(process.env['WHOLE_SWEEPS'] === undefined ? quick : [...quick, ...slow])(
  '%s trains, states its result and asserts it',
  async (_, run, result) => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await Promise.resolve(run());
    expect(log.mock.calls.flat().join('\n')).toContain(result);
    log.mockRestore();
  },
);

test('worker trains in another thread, states its result and asserts it', () => {
  const start = path.join(import.meta.dirname, '../start.js');
  expect(execFileSync(process.execPath, [start, 'worker'], { encoding: 'utf8' })).toContain('new points are right');
});
