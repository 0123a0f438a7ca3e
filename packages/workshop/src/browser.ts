import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

type Environment = Readonly<Record<string, string | undefined>>;

/** The Chromium of this machine: CHROMIUM_PATH, or the first on the PATH. Throws when CHROMIUM_PATH names no file. */
export function findChromium(env: Environment = process.env): string | undefined {
  const { CHROMIUM_PATH: given } = env;
  if (given !== undefined && given !== '') {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH is ${given}, and there is no such file`);
    return given;
  }
  return findOnPath(['chromium', 'chromium-browser', 'google-chrome'], env);
}

/** The first of some programs that is on the PATH: of the first name in any folder, else of the next. */
export function findOnPath(names: readonly string[], { PATH = '' }: Environment = process.env): string | undefined {
  const folders = PATH.split(path.delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

/** Why tests are skipped on a machine without a Chromium: they say so, once in each file. */
export const noChromium =
  'skipped: there is no Chromium here. Install one (apt-get install chromium), or set CHROMIUM_PATH to yours';

export async function launchChromium(executablePath: string): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return await chromium.launch({ executablePath, headless: true, args, timeout: 0 });
}

/** Opens a page with a context of its own. Nothing it waits for has a limit: the tests have one. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.context().setDefaultTimeout(0);
  return page;
}

/**
 * Bundles code, with all that it imports, for a browser. Imports are found from `folder`; what needs Node rejects. With the condition
 * `@mg/source` it takes the sources of our packages, and needs no build.
 */
export async function bundleForBrowser(
  code: string,
  folder: string,
  conditions: readonly string[] = [],
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    write: false,
    platform: 'browser',
    conditions: [...conditions],
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('\n');
}

/** A module in one text, with all that it imports. Rejects when it needs what browsers lack. */
export function bundledModule(module: string): Promise<string> {
  return bundleForBrowser(`export * from './${path.basename(module)}';`, path.dirname(module));
}

/**
 * Runs a bundled module in a page of its own, which can reach no network. Gives what it exports as `checked`; rejects with what
 * it throws.
 */
export async function runInBrowser(browser: Browser, bundle: string): Promise<unknown> {
  const page = await openPage(browser);
  try {
    const answers = new Map([
      ['/', { contentType: 'text/html', body: '<!doctype html><title>A snippet</title>' }],
      ['/snippet.js', { contentType: 'text/javascript', body: bundle }],
    ]);
    await page.route('**/*', async (route) => {
      const answer = answers.get(new URL(route.request().url()).pathname);
      await (answer ? route.fulfill(answer) : route.abort());
    });
    await page.goto('http://localhost/');
    // As text: a function would have its import() rewritten by the test runner.
    return await page.evaluate<unknown>(`import('/snippet.js').then(({ checked }) => checked)`);
  } finally {
    await page.close();
  }
}
