import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundleForBrowser, findChromium, launchChromium, noChromium, openPage } from './browser.ts';
import { serveFiles } from './file-server.ts';
import { folderTest } from './folder-test.ts';
import { root } from './workspace.ts';
import { writeFiles } from './write-files.ts';

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

const docs = path.join(root, 'apps/docs');
const guide = readFileSync(path.join(docs, 'guides/workers.md'), 'utf8');

/** The file of that name in the guide. */
function fileOf(name: string): string {
  const [, code] = new RegExp(`^\`\`\`text ${name}\\n(.*?)^\`\`\``, 'ms').exec(guide) ?? [];
  if (code === undefined) throw new Error(`the guide has no ${name}`);
  return code;
}

/** Points in two classes: above and below a parabola. */
const makeData = `
const points = new Float32Array(400).map((_, i) => Math.fround(((i * 7919) % 401) / 200 - 1));
const labels = new Int32Array(200).map((_, i) => (points[2 * i + 1] > points[2 * i] ** 2 - 0.4 ? 1 : 0));
`;

const page = `
${fileOf('main.js')}
import { tensor } from '@mg/tensor';

export async function trained(steps, stopAt) {
  ${makeData}
  const x = tensor(Array.from({ length: 200 }, (_, i) => [points[2 * i], points[2 * i + 1]]));
  const y = tensor([...labels], { dtype: 'int32' });
  const controller = new AbortController();
  const progress = [];
  const running = train(points, labels, {
    steps,
    signal: controller.signal,
    onProgress: ({ step, loss }) => {
      progress.push(loss);
      if (step === stopAt) controller.abort();
    },
  });
  const moved = [points.length, labels.length];
  const { model, step } = await running;
  const right = model.forward(x).argmax(1).eq(y).to('float32').mean().item();
  return { progress, moved, step, right };
}
`;

interface Trained {
  readonly progress: readonly number[];
  readonly moved: readonly number[];
  readonly step: number;
  readonly right: number;
}

describe('"Training in a worker" of the site', () => {
  test.skipIf(executable === undefined)(
    'trains in Chromium, tells progress, and stops when it is told to',
    async () => {
      const server = await serveFiles({
        'index.html': '<!doctype html><title>A page</title>',
        'main.js': await bundleForBrowser(page, docs, ['@mg/source']),
        'worker.js': await bundleForBrowser(fileOf('worker.js'), docs, ['@mg/source']),
      });
      const browser = await launchChromium(executable ?? '');
      const opened = await openPage(browser);
      await opened.goto(server.url);
      const run = (args: string): Promise<Trained> =>
        opened.evaluate<Trained>(`import('/main.js').then(({ trained }) => trained(${args}))`);

      const whole = await run('200');
      expect(whole).toMatchObject({ step: 200, moved: [0, 0] });
      expect(whole.progress).toHaveLength(20);
      expect(whole.progress.at(-1)).toBeLessThan((whole.progress[0] ?? 0) / 4);
      expect(whole.right).toBeGreaterThan(0.95);

      // 1e9 steps would take weeks: that it ends shows that the message arrived.
      const stopped = await run('1e9, 50');
      expect(stopped.progress.slice(0, 5)).toEqual(whole.progress.slice(0, 5));
      expect(stopped.step).toBeGreaterThanOrEqual(50);
      await browser.close();
      await server.close();
    },
  );

  folderTest('trains in a thread of Node, and stops', async ({ folder }) => {
    const { outputFiles } = await build({
      stdin: { contents: fileOf('worker.js'), resolveDir: docs },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      conditions: ['@mg/source'],
    });
    writeFiles(folder, {
      'package.json': '{ "type": "module" }',
      'worker.js': outputFiles[0]?.text ?? '',
      'node-worker.js': fileOf('node-worker.js'),
    });
    const worker = new Worker(path.join(folder, 'node-worker.js'));
    const points = new Float32Array(400).map((_, i) => (i % 7) - 3);
    const labels = new Int32Array(200).map((_, i) => ((points[2 * i] ?? 0) > 0 ? 1 : 0));
    const losses: number[] = [];
    const state = await new Promise<{ name: string; data: Float32Array }[]>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (message: { type: string; loss: number; state: { name: string; data: Float32Array }[] }) => {
        if (message.type === 'done') resolve(message.state);
        else if (losses.push(message.loss) === 3) worker.postMessage({ type: 'stop' });
      });
      worker.postMessage({ type: 'train', points, labels, steps: 1e9 }, [points.buffer, labels.buffer]);
    });
    await worker.terminate();
    expect(points.length).toBe(0);
    expect(losses[2]).toBeLessThan(losses[0] ?? 0);
    expect(state.map(({ name, data }) => [name, data.length])).toEqual([
      ['0.weight', 32],
      ['0.bias', 16],
      ['2.weight', 32],
      ['2.bias', 2],
    ]);
  });
});
