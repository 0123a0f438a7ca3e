import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type MarkdownRenderer } from 'vitepress';
import { type Package } from './workspace.ts';

/** A page of the site that is a Markdown file of the repository, so that both say the same. */
export interface Mirror {
  /** The page, in the site's folder: `packages/scalar.md`. */
  readonly page: string;
  /** The file, from the root of the repository: `packages/scalar/README.md`. */
  readonly source: string;
}

/** Each package's README, the MNIST app's, what operations, gradients, engines and speed were compared with, and how to contribute. */
export function mirrorsOf(packages: readonly Package[]): Mirror[] {
  return [
    ...packages.map(({ folder }) => ({ page: `packages/${folder}.md`, source: `packages/${folder}/README.md` })),
    { page: 'mnist.md', source: 'apps/mnist/README.md' },
    { page: 'results/operations.md', source: 'packages/tensor/OPERATIONS.md' },
    { page: 'results/speed.md', source: 'apps/bench/RESULTS.md' },
    { page: 'results/gradients.md', source: 'apps/gradients/GRADIENTS.md' },
    { page: 'results/engines.md', source: 'packages/workshop/ENGINES.md' },
    { page: 'contributing.md', source: 'CONTRIBUTING.md' },
  ];
}

/** Writes the pages, each of which includes its file. Throws for a file that is missing. */
export function writeMirrors(site: string, root: string, mirrors: readonly Mirror[]): void {
  for (const { page, source } of mirrors) {
    const file = path.join(site, page);
    const text = `<!--@include: ${path.relative(path.dirname(file), path.join(root, source))}-->\n`;
    if (!existsSync(path.join(root, source)))
      throw new Error(`${source} is missing: write it, it is a page of the site`);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/**
 * Where a link that a mirrored file writes for the repository leads on the site: to the page of the file or folder that
 * it names, and null where that has none, as a source file. Links to other places, and within the page, stay as they are.
 * Throws where nothing has that name.
 */
export function siteLink(href: string, source: string, mirrors: readonly Mirror[], root: string): string | null {
  if (/^(?:[a-z]+:|#)/.test(href)) return href;
  const [name = '', fragment] = href.split('#');
  const target = path.posix.join(path.posix.dirname(source), decodeURI(name)).replace(/\/$/, '');
  if (!existsSync(path.join(root, target))) throw new Error(`${source} links to ${href}, which does not exist`);
  const mirror = mirrors.find((each) => each.source === target || each.source === `${target}/README.md`);
  return mirror === undefined ? null : `/${mirror.page}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** Lets the links of mirrored files lead to where they belong on the site. */
export function linkMirrors(markdown: MarkdownRenderer, mirrors: readonly Mirror[], root: string): void {
  markdown.core.ruler.push('mirror-links', ({ tokens, env }) => {
    const { relativePath } = env as { relativePath: string };
    const mirror = mirrors.find(({ page }) => page === relativePath);
    if (mirror === undefined) return;
    for (const block of tokens) {
      if (block.children === null) continue;
      let unlinked = false;
      block.children = block.children.filter((token) => {
        if (token.type === 'link_close') return !unlinked;
        if (token.type !== 'link_open') return true;
        const href = siteLink(token.attrGet('href') ?? '', mirror.source, mirrors, root);
        unlinked = href === null;
        if (href !== null) token.attrSet('href', href);
        return !unlinked;
      });
    }
  });
}
