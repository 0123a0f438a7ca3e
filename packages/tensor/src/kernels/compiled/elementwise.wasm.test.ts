import { expect, test } from 'vitest';
import { compile } from '../../../assembly/compile.js';
import { elementwise } from './elementwise.wasm.ts';

test('the committed module is what its sources compile to', async () => {
  const isSame = (await compile('elementwise')) === elementwise;
  expect(isSame, 'assembly/ has changed: run `pnpm --filter @mg/tensor assembly`, and commit what it writes').toBe(
    true,
  );
});
