import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { findChromium, noChromium } from './browser.ts';
import { chromiumEngine, thisNode } from './engine.ts';
import { shortDigest, statedDigests } from './engines-page.ts';
import { folderTest } from './folder-test.ts';
import { type Digests } from './same-bits-program.ts';
import { digestsIn } from './same-bits.ts';
import { buildStaged, stageWorkspace } from './published.ts';
import { publishedPackages } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

const page = readFileSync(path.join(import.meta.dirname, '../ENGINES.md'), 'utf8');

const shortened = (digests: Digests): object =>
  Object.fromEntries(Object.entries(digests).map(([part, digest]) => [part, shortDigest(digest)]));

describe('the same seed gives the same bits', () => {
  folderTest('in Node and in Chromium, and they are those of ENGINES.md', async ({ folder }) => {
    stageWorkspace(folder);
    const folders = await Promise.all(
      publishedPackages
        .filter(({ shortName }) => ['tensor', 'nn', 'optim'].includes(shortName))
        .map((each) => buildStaged(folder, each)),
    );
    // Its tests train with optim, and so that of nn can import all three.
    const nn = folders.find((each) => path.basename(each) === 'nn') ?? '';
    const engines = [await thisNode(), ...(executable === undefined ? [] : [await chromiumEngine(executable)])];
    try {
      const digests = await Promise.all(engines.map((engine) => digestsIn(engine, nn)));
      for (const each of digests) expect(each).toEqual(digests[0]);
      const [first] = statedDigests(page).values();
      expect(
        digests.map(shortened),
        'other bits than ENGINES.md says: if that is what you want, pnpm --filter @mg/workshop engines writes it anew',
      ).toEqual(digests.map(() => first));
    } finally {
      await Promise.all(engines.map((engine) => engine.close()));
    }
  });
});
