import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expectNoPath } from './bundle.ts';
import { openFolder } from './pages.ts';
import { program, programPrints } from './program.ts';
import { type Toolchain } from './toolchain.ts';

/** The page `/` renders on the server what the program logs there; the browser runs the program once more. */
const files = {
  'next.config.js': `export default { output: 'export', turbopack: { root: '/' }, outputFileTracingRoot: '/' };\n`,
  'app/layout.jsx': `
export default function Layout({ children }) {
  return <html><body>{children}</body></html>;
}
`,
  'app/answer.js': program('import').replace('console.log(', 'export const answer = (').trim(),
  'app/client.jsx': `
'use client';
import { useEffect } from 'react';
import { answer } from './answer.js';

export function Client() {
  useEffect(() => console.log(answer), []);
  return <pre>{answer}</pre>;
}
`,
  'app/page.jsx': `
import { answer } from './answer.js';
import { Client } from './client.jsx';

export default function Page() {
  return <><pre id="server">{answer}</pre><Client /></>;
}
`,
};

/** Next.js: a server component, and a client component rendered on the server and run in a browser. */
export const nextToolchains: readonly Toolchain[] = ['webpack', 'turbopack'].map((bundler) => ({
  name: `Next.js, ${bundler}`,
  tools: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  files,
  async tryIn({ folder, run }) {
    const env = { NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
    await run(process.execPath, ['node_modules/next/dist/bin/next', 'build', `--${bundler}`], env);
    const out = path.join(folder, 'out');
    expectNoPath(out, folder);
    const rendered = [...readFileSync(path.join(out, 'index.html'), 'utf8').matchAll(/<pre[^>]*>([^<]+)<\/pre>/g)];
    const texts = rendered.map(([, text]) => text);
    if (texts.length !== 2 || texts[0] !== texts[1]) throw new Error(`rendered on the server: ${texts.join(' and ')}`);
    return `${texts[0] ?? ''}\n${await openFolder(out)}`;
  },
  prints: `${programPrints}\n${programPrints}`,
}));
