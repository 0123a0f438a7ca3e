import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium, noChromium, openPage } from '@mg/workshop/browser';
import { madeUpRun } from '../../test/made-up-run.ts';
import { emptyFolder } from '../../test/trial.ts';
import { reportHtml, type ReportInput } from './report.ts';

const runs: readonly (readonly [name: string, run: ReportInput])[] = [
  ['a finished run', madeUpRun()],
  ['an unfinished run', { ...madeUpRun(), metrics: [], test: undefined }],
  ['a run with 200 classes', madeUpRun({ classes: 200, rows: 12, cols: 20 })],
];

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<typeof openPage>>;

/** What is looked at in a page; `width` is that of all it holds, in pixels. */
interface Seen {
  sections: number;
  images: number;
  broken: number;
  width: number;
  background: string;
}

/** As text: these sources are checked without the types of a browser. */
const look = `({
  sections: document.querySelectorAll('h2').length,
  images: document.images.length,
  broken: [...document.images].filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0).length,
  width: document.documentElement.scrollWidth,
  background: getComputedStyle(document.body).backgroundColor,
})`;

/** What a page asked for, beside itself and what it carries, and what it complained of. */
async function open(page: Page, file: string): Promise<{ requests: string[]; complaints: string[] }> {
  const address = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { requests, complaints };
}

const executable = findChromium();
if (executable === undefined) console.warn(noChromium);

describe.skipIf(executable === undefined)('report.html in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser.close();
  });

  test.for(runs)('%s needs no network and no script, and fits a telephone', async ([, run]) => {
    const file = path.join(emptyFolder(), 'report.html');
    writeFileSync(file, reportHtml(run));
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 375, height: 667 };
      const page = await openPage(browser, { viewport, colorScheme, offline: true, javaScriptEnabled: false });
      expect(await open(page, file)).toEqual({ requests: [], complaints: [] });
      const { sections, images, ...looks } = await page.evaluate<Seen>(look);
      expect(sections).toBeGreaterThanOrEqual(4);
      expect(images).toBeGreaterThanOrEqual(2);
      const background = colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(15, 19, 24)';
      expect(looks).toEqual({ width: 375, broken: 0, background });
      await page.close();
    }
  });
});
