import path from 'node:path';
import { type DefaultTheme, type UserConfig } from 'vitepress';
import { writeApiReference } from '../src/api-reference.ts';
import { linkMirrors, mirrorsOf, writeMirrors } from '../src/mirror.ts';
import { sidebar } from '../src/sidebar.ts';
import { publishedPackages } from '../src/workspace.ts';

const site = path.join(import.meta.dirname, '..');
const root = path.join(site, '../..');
const packages = publishedPackages(root);
const mirrors = mirrorsOf(packages);

// The pages that are made from the packages are written before VitePress looks for pages. An edit to a README shows at
// once while one works; an edit to a doc comment shows after a restart.
writeMirrors(site, root, mirrors);
await writeApiReference(site, packages);

const config: UserConfig<DefaultTheme.Config> = {
  title: 'MicroGrad+',
  description: 'Automatic differentiation and small neural networks in TypeScript',
  lang: 'en',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }]],
  markdown: {
    config: (markdown) => {
      linkMirrors(markdown, mirrors, root);
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Packages', items: packages.map(({ name, folder }) => ({ text: name, link: `/packages/${folder}` })) },
      { text: 'API', link: '/api/' },
    ],
    sidebar: sidebar(site, packages),
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        // VitePress's own rendering for its index of words colours all code first, which takes most of the time. Only what
        // would be a tag is escaped, as there.
        _render: (source, env, markdown) => {
          const highlight = (code: string): string => code.replaceAll('&', '&#x26;').replaceAll('<', '&#x3C;');
          return markdown.renderer.render(markdown.parse(source, env), { ...markdown.options, highlight }, env);
        },
      },
    },
    footer: { message: 'MIT licence' },
  },
};

export default config;
