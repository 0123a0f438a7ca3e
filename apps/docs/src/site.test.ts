import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishedPackages } from './workspace.ts';

const site = path.join(import.meta.dirname, '..');
const root = path.join(site, '../..');
const entries = publishedPackages(root).flatMap((each) => each.entries);

/** The built site: what is in its HTML pages, by address. */
const pages = new Map<string, string>();
let dist: string;

beforeAll(async () => {
  dist = mkdtempSync(path.join(tmpdir(), 'site-'));
  const vitepress = path.join(createRequire(import.meta.url).resolve('vitepress/package.json'), '../bin/vitepress.js');
  const env = { ...process.env, NODE_ENV: 'production' }; // vitest says 'test'
  // A dead link makes VitePress exit with 1.
  await promisify(execFile)(process.execPath, [vitepress, 'build', site, '--outDir', dist], { env });
  for (const file of files('.html')) pages.set(`/${file}`, readFileSync(path.join(dist, file), 'utf8'));
});

afterAll(() => {
  rmSync(dist, { recursive: true });
});

function files(extension: string): string[] {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith(extension))
    .sort();
}

function page(address: string): string {
  const html = pages.get(address);
  if (html === undefined) throw new Error(`${address} is not among the pages ${[...pages.keys()].join(' ')}`);
  return html;
}

/** The addresses in the attributes of a page, with `&amp;` and its like resolved. */
function addresses(html: string): string[] {
  return [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
}

describe('links', () => {
  test('every internal link leads to a page, and to a place in it', () => {
    const known = new Set(files('').map((file) => `/${file}`));
    const dead: string[] = [];
    let checked = 0;
    for (const [from, html] of pages) {
      for (const address of addresses(html)) {
        if (/^[a-z]+:/.test(address)) continue;
        const url = new URL(address, `http://site${from}`);
        const target = decodeURI(url.pathname).replace(/\/$/, '/index.html');
        const place = decodeURIComponent(url.hash.slice(1));
        if (!known.has(target) || (place !== '' && !page(target).includes(`id="${place}"`)))
          dead.push(`${from}: ${address}`);
        checked++;
      }
    }
    expect(dead).toEqual([]);
    expect(checked).toBeGreaterThan(1000);
  });

  test('no page loads anything from elsewhere', () => {
    const loaded = [...pages.values()].flatMap((html) =>
      [...html.matchAll(/<(?:script|link|img|iframe|source)\s[^>]*>/g)].flatMap(([tag]) => addresses(tag)),
    );
    expect(loaded.length).toBeGreaterThan(pages.size);
    expect(loaded.filter((address) => /^(?:[a-z]+:)?\/\//.test(address))).toEqual([]);

    const sheets = files('.css').map((file) => readFileSync(path.join(dist, file), 'utf8'));
    expect(sheets.length).toBeGreaterThan(0);
    const urls = sheets.flatMap((sheet) => [...sheet.matchAll(/url\(["']?([^)"']+)/g)].map(([, url = '']) => url));
    expect(urls.filter((url) => /^(?:[a-z]+:)?\/\//.test(url))).toEqual([]);
  });
});

describe('packages', () => {
  const published = readdirSync(path.join(root, 'packages')).filter((folder) => {
    const manifest = readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { private?: boolean }).private !== true;
  });

  test('there are six or more', () => {
    expect(published.length).toBeGreaterThanOrEqual(6);
  });

  test.each(published)('%s is in the sidebar, and its page is its README', (folder) => {
    const sidebar = /<aside class="VPSidebar"[\s\S]*?<\/aside>/.exec(page('/getting-started.html'))?.[0] ?? '';
    expect(addresses(sidebar)).toContain(`/packages/${folder}.html`);
    const readme = readFileSync(path.join(root, 'packages', folder, 'README.md'), 'utf8');
    const headings = [...readme.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ ([@\w/ -]+)$/gm)];
    expect(headings.length).toBeGreaterThan(0);
    for (const [, heading = ''] of headings) expect(page(`/packages/${folder}.html`)).toContain(`>${heading} <a`);
  });
});

describe('the API reference', () => {
  test.each(entries)('describes every export of $name', async ({ name, file }) => {
    const names = exportsOf(readFileSync(file, 'utf8'));
    expect(names).toEqual(expect.arrayContaining(Object.keys((await import(name)) as object)));

    const html = page(`/api/${name.replace('@mg/', '')}/index.html`);
    const inHeadings = [...html.matchAll(/<h3[^>]*>(\w+)/g)];
    const inTables = [...html.matchAll(/<td[^>]*><a [^>]*>(\w+)/g)];
    const described = [...inHeadings, ...inTables].map(([, each]) => each);
    expect(names.filter((each) => !described.includes(each))).toEqual([]);
  });

  test('knows the names that everyone looks for', () => {
    for (const address of [
      '/api/tensor/classes/Tensor.html',
      '/api/optim/classes/Adam.html',
      '/api/gradcheck/index.html',
    ]) {
      expect(page(address)).toContain('<h1');
    }
    expect(page('/api/tensor/classes/Tensor.html')).toContain('id="matmul"');
    expect(page('/api/gradcheck/index.html')).toContain('id="gradcheck"');
  });

  test('shows the signatures of plain tensors, without the checks of shapes', () => {
    const text = (address: string): string => page(address).replaceAll(/<[^>]*>/g, '');
    const tensor = text('/api/tensor/classes/Tensor.html');
    for (const signature of [
      'mul(other: Operand): Tensor;',
      'matmul(other: Tensor): Tensor;',
      'sum(axis?: Axes, options?: ReduceOptions): Tensor;',
      'permute(axes: readonly number[]): Tensor;',
      'reshape(shape: Shape): Tensor;',
      'chunk(count: number, axis?: number): Tensor[];',
      'neg(): Tensor&lt;S&gt;;',
    ]) {
      expect(tensor).toContain(signature);
    }
    expect(text('/api/tensor/index.html')).toContain('zeros(shape: Shape, options?: CreateOptions): Tensor;');
    expect(text('/api/nn/classes/Linear.html')).toContain('forward(x: Tensor): Tensor;');
    for (const address of ['/api/tensor/classes/Tensor.html', '/api/nn/classes/Linear.html']) {
      expect(text(address)).not.toMatch(/\b(Checked|ShapeOf|OutputShape)\b/);
    }
    // Several signatures are shown where they differ in more than the shapes.
    const several = [
      ...page('/api/tensor/classes/Tensor.html').matchAll(/<h3 id="(\w+)"(?:(?!<h3).)*?Call Signature/gs),
    ];
    expect(several.map(([, method]) => method)).toEqual(['clip', 'median', 'unique']);
    expect(text('/api/nn/classes/Linear.html')).not.toContain('Call Signature');
  });

  test('leaves out what a class inherits, and names that are not exported', () => {
    expect(page('/api/tensor/classes/ShapeError.html')).not.toContain('captureStackTrace');
    expect(page('/api/nn/classes/Module.html')).toContain('id="zerograd"');
    expect(page('/api/nn/classes/ReLU.html')).not.toContain('id="zerograd"');
    expect(page('/api/tensor/classes/Tensor.html')).not.toContain('Methods</code>');
  });
});

/** The names that a module exports, types among them: as far as our entries write exports. */
function exportsOf(source: string): string[] {
  const lists = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','));
  const listed = lists.map((each) =>
    each
      .trim()
      .replace(/^type /, '')
      .replace(/^.* as /, ''),
  );
  const namespaces = [...source.matchAll(/^export \* as (\w+)/gm)].map(([, each = '']) => each);
  const declared = [
    ...source.matchAll(/^export (?:declare |abstract |async )*(?:class|function\*?|const|let|interface|type) (\w+)/gm),
  ].map(([, each = '']) => each);
  return [...listed, ...namespaces, ...declared].filter((each) => each !== '');
}

test('troubleshooting has the five issues, each with a section', () => {
  const rows = readFileSync(path.join(site, 'troubleshooting.md'), 'utf8').match(/^\| \[.*$/gm) ?? [];
  const issues = rows.map((row) => /^\| \[(.*?)\]/.exec(row)?.[1]);
  expect(issues).toEqual([
    'Gradient explosion',
    'Gradients all zero',
    'Wrong gradient shape',
    'Numerical instability',
    'Memory issues',
  ]);
  for (const issue of issues) expect(page('/troubleshooting.html')).toMatch(new RegExp(`<h2[^>]*>${issue ?? ''} `));
});

test('getting started shows the figures of the README', () => {
  const figures = (file: string): string[] | null =>
    readFileSync(file, 'utf8').match(/^ +\d+ +\d\.\d{4} .* %|^test accuracy.*/gm);
  const shown = figures(path.join(site, 'getting-started.md'));
  expect(shown).toHaveLength(11);
  expect(shown).toEqual(figures(path.join(root, 'README.md')));
});
