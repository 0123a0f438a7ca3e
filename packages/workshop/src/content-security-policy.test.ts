import path from 'node:path';
import { expect, test } from 'vitest';
import { bundleForBrowser, findChromium, launchChromium, noChromium, openPage } from './browser.ts';
import { serveFiles } from './file-server.ts';
import { root } from './workspace.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

const program = `
import { crossEntropy, Linear } from '@mg/nn';
import { Adam } from '@mg/optim';
import { manualSeed, memoryUsage, randn, tensor } from '@mg/tensor';

manualSeed(1);
const model = new Linear(40, 3);
const optimizer = new Adam(model.parameters());
const [x, y] = [randn([50, 40]), tensor(Array.from({ length: 50 }, (_, i) => i % 3), { dtype: 'int32' })];
export const losses = [0, 1, 2].map(() => {
  const loss = crossEntropy(model.forward(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.item();
});
export const isCompiled = memoryUsage().reserved > 0;
`;

test.skipIf(executable === undefined)(
  "a page without 'wasm-unsafe-eval' trains to the same losses, and is warned once",
  async () => {
    const bundle = await bundleForBrowser(program, path.join(root, 'apps/docs'), ['@mg/source']);
    const browser = await launchChromium(executable ?? '');
    const load = async (policy: string) => {
      const server = await serveFiles(
        { 'index.html': '<!doctype html><title>A page</title>', 'program.js': bundle },
        { 'content-security-policy': policy },
      );
      const page = await openPage(browser);
      const said: string[] = [];
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      await page.goto(server.url);
      const [losses, isCompiled] = await page.evaluate<[number[], boolean]>(
        `import('/program.js').then(({ losses, isCompiled }) => [losses, isCompiled])`,
      );
      await server.close();
      return { losses, isCompiled, said: said.filter((each) => !each.includes('favicon') && !each.includes('404')) };
    };
    const [free, forbidden] = [await load("script-src 'self' 'wasm-unsafe-eval'"), await load("script-src 'self'")];
    await browser.close();
    expect(free).toMatchObject({ isCompiled: true, said: [] });
    expect(forbidden).toMatchObject({
      isCompiled: false,
      losses: free.losses.map((loss) => expect.closeTo(loss, 5) as number),
      said: [expect.stringMatching(/^warning: @mg\/tensor: .* slower.* add 'wasm-unsafe-eval' to its script-src/)],
    });
  },
);
