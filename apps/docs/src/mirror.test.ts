import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMarkdownRenderer } from 'vitepress';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkMirrors, type Mirror, siteLink, writeMirrors } from './mirror.ts';

const mirrors: Mirror[] = [
  { page: 'packages/nn.md', source: 'packages/nn/README.md' },
  { page: 'packages/tensor.md', source: 'packages/tensor/README.md' },
  { page: 'contributing.md', source: 'CONTRIBUTING.md' },
];
let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mirror-'));
  for (const file of ['packages/nn/README.md', 'packages/nn/src/linear.ts', 'packages/tensor/README.md', 'LICENSE']) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), `# ${file}\n`);
  }
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('a link of a README', () => {
  test.each([
    ['../tensor/README.md', '/packages/tensor.md'],
    ['../tensor', '/packages/tensor.md'],
    ['../tensor/', '/packages/tensor.md'],
    ['../tensor/README.md#size', '/packages/tensor.md#size'],
    ['#size', '#size'],
    ['https://example.org/README.md', 'https://example.org/README.md'],
    ['src/linear.ts', null],
    ['../../LICENSE', null],
  ])('%s leads to %s', (href, expected) => {
    expect(siteLink(href, 'packages/nn/README.md', mirrors, root)).toBe(expected);
  });

  test('to nothing is an error that names both', () => {
    expect(() => siteLink('src/liner.ts', 'packages/nn/README.md', mirrors, root)).toThrow(
      'packages/nn/README.md links to src/liner.ts, which does not exist',
    );
  });

  test('is led there in the page; the text of one that leads nowhere stays', async () => {
    const markdown = await createMarkdownRenderer(root);
    linkMirrors(markdown, mirrors, root);
    const text = 'See [tensors](../tensor), [`linear`](src/linear.ts) and [more](https://example.org).';
    const mirrored = markdown.render(text, { relativePath: 'packages/nn.md' });
    expect(mirrored).toContain('<a href="/packages/tensor.html">tensors</a>, <code>linear</code> and <a');
    expect(mirrored.match(/<\/a>/g)).toHaveLength(2);

    const other = markdown.render('[tensors](./packages/tensor)', { relativePath: 'index.md' });
    expect(other).toContain('<a href="./packages/tensor.html">');
  });
});

test('a mirror includes its file, and a missing file is an error', () => {
  const site = path.join(root, 'apps/docs');
  writeMirrors(site, root, mirrors.slice(0, 2));
  expect(readFileSync(path.join(site, 'packages/nn.md'), 'utf8')).toBe(
    '<!--@include: ../../../packages/nn/README.md-->\n',
  );
  expect(() => {
    writeMirrors(site, root, mirrors);
  }).toThrow('CONTRIBUTING.md is missing: write it, it is a page of the site');
});
