import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expectNoPath } from './bundle.ts';
import { openAddress, openFolder } from './pages.ts';
import { program, programPrints } from './program.ts';
import { type Project } from './project.ts';
import { type Toolchain } from './toolchain.ts';

const tools = { vite: '8.4.0' };

const page = {
  'index.html': '<!doctype html><link rel="icon" href="data:," /><script type="module" src="/main.js"></script>\n',
};

/** What the page itself runs, or leaves to a worker. */
const programs = {
  page: { ...page, 'main.js': program('import') },
  'module worker': {
    ...page,
    'main.js': "new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });\n",
    'worker.js': program('import'),
    'vite.config.js': "export default { worker: { format: 'es' } };\n",
  },
};

/** Builds the page, and opens what was built. */
async function built({ folder, node }: Project): Promise<string> {
  await node('node_modules/vite/bin/vite.js', 'build');
  const dist = path.join(folder, 'dist');
  expectNoPath(dist, folder);
  return await openFolder(dist);
}

/** What Vite exports, as far as this uses it. */
interface Vite {
  readonly createServer: (options: object) => Promise<{
    readonly listen: () => Promise<unknown>;
    readonly close: () => Promise<void>;
    readonly resolvedUrls: { readonly local: readonly string[] } | null;
  }>;
}

/** Opens the page of Vite's server, which serves the sources. */
async function served({ folder }: Project): Promise<string> {
  const entry = pathToFileURL(path.join(folder, 'node_modules/vite/dist/node/index.js'));
  const { createServer } = (await import(entry.href)) as Vite;
  const server = await createServer({ root: folder, logLevel: 'silent', server: { port: 0, host: '127.0.0.1' } });
  try {
    await server.listen();
    return await openAddress(server.resolvedUrls?.local[0] ?? 'no address');
  } finally {
    await server.close();
  }
}

export const viteToolchains: readonly Toolchain[] = Object.entries(programs).flatMap(([what, files]) =>
  Object.entries({ built, 'in development': served }).map(([how, tryIn]) => ({
    name: `Vite, ${what} ${how}`,
    tools,
    files,
    tryIn,
    prints: programPrints,
  })),
);
