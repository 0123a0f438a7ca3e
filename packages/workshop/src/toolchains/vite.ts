import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
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

/** Starts Vite's server, which serves the sources, and tells its address. */
const serve = `
import { parentPort } from 'node:worker_threads';
import { createServer } from 'vite';

const server = await createServer({
  root: import.meta.dirname,
  logLevel: 'silent',
  server: { port: 0, host: '127.0.0.1' },
});
await server.listen();
parentPort.postMessage(server.resolvedUrls.local[0]);
`;

/** Opens the page of Vite's server. It has a thread, and so an environment, of its own: Vite sets NODE_ENV for all that follows. */
async function served({ folder }: Project): Promise<string> {
  const server = new Worker(path.join(folder, 'serve.js'), { execArgv: [] });
  try {
    const [address] = (await once(server, 'message')) as [string];
    return await openAddress(address);
  } finally {
    await server.terminate();
  }
}

export const viteToolchains: readonly Toolchain[] = Object.entries(programs).flatMap(([what, files]) =>
  Object.entries({ built, 'in development': served }).map(([how, tryIn]) => ({
    name: `Vite, ${what} ${how}`,
    tools,
    files: { ...files, 'serve.js': serve },
    tryIn,
    prints: programPrints,
  })),
);
