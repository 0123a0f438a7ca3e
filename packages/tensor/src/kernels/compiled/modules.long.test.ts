import { expect, test } from 'vitest';
import { modules } from '../../../assembly/modules.js';

test.each(modules.names)('the committed module %s is what its sources compile to', async (name) => {
  await expect(modules.check(name)).resolves.toBeUndefined();
});
