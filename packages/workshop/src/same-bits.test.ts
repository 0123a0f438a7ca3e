import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Browser } from 'playwright-core';
import { bundleForBrowser, findChromium, launchChromium, noChromium, runInBrowser } from './browser.ts';
import { folderTest } from './folder-test.ts';

/**
 * A module that draws from every random function, and trains a small network on compiled and reference kernels alike;
 * `checked` is the FNV-1a hash of all the bytes that came of it.
 */
const program = `
import { Generator, bernoulli, noGrad, permutation, rand, randint, randn, setDeterministic, zeros } from '@mg/tensor';

setDeterministic(true);

let checked = 0x811c9dc5;
const add = ({ data }) => {
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) checked = Math.imul(checked ^ byte, 0x01000193) >>> 0;
};

for (const seed of [42, 2 ** 53 - 1]) {
  const generator = new Generator(seed);
  add(rand([100_000], { generator }));
  add(rand([100_000], { generator, dtype: 'float64' }));
  add(randn([100_000], { generator }));
  add(randn([300_000], { generator, dtype: 'float64' }));
  add(randint(-5, 1000, [100_000], { generator }));
  add(randint(0, 3 * 2 ** 51, [100_000], { generator, dtype: 'float64' }));
  add(bernoulli(0.3, [100_000], { generator }));
  add(permutation(100_000, { generator }));
}

for (const dtype of ['float32', 'float64']) {
  const generator = new Generator(7);
  const options = { generator, dtype };
  const x = randn([64, 20], options);
  const labels = randint(0, 5, [64, 1], { generator });
  const weights = [randn([20, 32], options), zeros([32], options), randn([32, 5], options)];
  for (const weight of weights) weight.requiresGrad = true;
  const [w1, b1, w2] = weights;
  for (let step = 0; step < 50; step++) {
    const loss = x.matmul(w1).add(b1).relu().matmul(w2).logSoftmax(1).gather(1, labels).mean().neg();
    loss.backward();
    noGrad(() => {
      for (const weight of weights) {
        weight.sub_(weight.grad.mul(0.1).div(weight.grad.mul(weight.grad).mean().sqrt().add(1)));
        weight.zeroGrad();
      }
    });
  }
  for (const weight of weights) add(weight);

  const images = randn([4, 3, 12, 12], options);
  const kernels = randn([8, 3, 3, 3], options);
  for (const leaf of [images, kernels]) leaf.requiresGrad = true;
  const y = images.conv2d(kernels, { padding: 1 }).maxPool2d(2).tanh().mul(images.mean().sigmoid());
  y.mul(y.erf().exp()).softmax(1).square().sum().backward();
  for (const each of [y, images.grad, kernels.grad]) add(each);
}

export { checked };
`;

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

describe.skipIf(executable === undefined)('the same seed gives the same bits', { timeout: 120_000 }, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  }, 60_000);

  afterAll(async () => {
    await browser.close();
  });

  folderTest('in Node and in Chromium', async ({ folder }) => {
    const bundle = await bundleForBrowser(program, path.join(import.meta.dirname, '../../tensor'));
    const file = path.join(folder, 'program.mjs');
    writeFileSync(file, bundle);
    const { checked } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { checked: number };
    expect(checked).toBeGreaterThan(0);
    expect(await runInBrowser(browser, bundle)).toBe(checked);
  });
});
