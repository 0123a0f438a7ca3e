import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findChromium, launchChromium, noChromium, openPage } from '../browser.ts';

/** The types of files that the pages of tools have. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Opens the page `index.html` of a folder in Chromium, which can reach no network, as `openAddress` does. */
export async function openFolder(folder: string): Promise<string> {
  return await openAddress('http://localhost/', folder);
}

/**
 * Opens a page in Chromium. Gives what it, or a worker of it, first logs; rejects with what it throws. The files of `folder` take
 * the place of the network, if it is given.
 */
export async function openAddress(address: string, folder?: string): Promise<string> {
  const executable = findChromium();
  if (executable === undefined) throw new Error(noChromium.replace('skipped: ', ''));
  const browser = await launchChromium(executable);
  try {
    const page = await openPage(browser);
    if (folder !== undefined) {
      await page.route('**/*', async (route) => {
        const { pathname } = new URL(route.request().url());
        const file = path.join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
        const contentType = contentTypes[path.extname(file)] ?? 'text/plain';
        await route.fulfill(existsSync(file) ? { contentType, body: readFileSync(file, 'utf8') } : { status: 404 });
      });
    }
    const logged = new Promise<string>((resolve, reject) => {
      page.on('pageerror', reject);
      page.on('console', (message) => {
        if (message.type() === 'log') resolve(message.text());
        if (message.type() === 'error') reject(new Error(message.text()));
      });
    });
    logged.catch(() => undefined); // Whoever awaits it below hears of it.
    await page.goto(address);
    return await logged;
  } finally {
    await browser.close();
  }
}
