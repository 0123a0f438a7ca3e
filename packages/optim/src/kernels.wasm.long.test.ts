import path from 'node:path';
import { expect, test } from 'vitest';
import { staleModules } from '@mg/workshop/assembly';

test('the committed module is what its sources compile to', async () => {
  const stale = await staleModules(path.join(import.meta.dirname, '..'));
  expect(stale, 'run `pnpm --filter @mg/optim assembly`, and commit what it writes').toEqual([]);
});
