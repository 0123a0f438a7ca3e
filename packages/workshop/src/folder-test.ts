import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestAPI } from 'vitest';

/** A test with an empty folder of its own, which is gone when the test has finished. */
export const folderTest: TestAPI<{ folder: string }> = test.extend<{ folder: string }>({
  // Vitest wants the fixtures that this one needs in an object pattern: none.
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'workshop-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});
