import path from 'node:path';
import { staleModules } from '@mg/workshop/assembly';
import { expect, test } from 'vitest';

test('the committed modules are what their sources compile to', async () => {
  const stale = await staleModules(path.join(import.meta.dirname, '../../..'));
  expect(stale, 'run `pnpm --filter @mg/tensor assembly`, and commit what it writes').toEqual([]);
});
