import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type DefaultTheme } from 'vitepress';
import { type Package } from './workspace.ts';

/** The list of pages, which every page shows. `api/typedoc-sidebar.json` has to be there. */
export function sidebar(site: string, packages: readonly Package[]): DefaultTheme.SidebarItem[] {
  const reference = readFileSync(path.join(site, 'api/typedoc-sidebar.json'), 'utf8');
  return [
    {
      text: 'Start',
      items: [
        { text: 'Getting started', link: '/getting-started' },
        { text: 'Training on MNIST', link: '/mnist' },
        { text: 'Architecture', link: '/architecture' },
        { text: 'Troubleshooting', link: '/troubleshooting' },
        { text: 'Contributing', link: '/contributing' },
      ],
    },
    ...folder(site, 'guides', 'Guides'),
    { text: 'Packages', items: packages.map((each) => ({ text: each.name, link: `/packages/${each.folder}` })) },
    {
      text: 'Results',
      items: [
        { text: 'Every operation beside PyTorch', link: '/results/operations' },
        { text: 'Speed beside other libraries', link: '/results/speed' },
        { text: 'Whose gradients are right', link: '/results/gradients' },
        { text: 'The same bits in every engine', link: '/results/engines' },
      ],
    },
    {
      text: 'API reference',
      link: '/api/',
      items: JSON.parse(reference) as DefaultTheme.SidebarItem[],
    },
  ];
}

/** The pages of a folder under their first headings, or nothing if there are none: a page has only to be put there. */
function folder(site: string, name: string, text: string): DefaultTheme.SidebarItem[] {
  const home = path.join(site, name);
  const files = existsSync(home) ? readdirSync(home).filter((file) => file.endsWith('.md')) : [];
  const items = files.sort().map((file) => ({
    text: /^# (.+)$/m.exec(readFileSync(path.join(home, file), 'utf8'))?.[1] ?? file,
    link: `/${name}/${path.basename(file, '.md')}`,
  }));
  return items.length === 0 ? [] : [{ text, items }];
}
