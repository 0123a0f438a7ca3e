import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { bundledModule } from './browser.ts';
import { type Engine } from './engine.ts';
import { runCommand } from './run-command.ts';

/** Asks for modules as long as it is open, and gives each a frame of its own. */
const page = `<!doctype html><title>Runs modules</title><script type="module">
for (;;) {
  const id = await (await fetch('/next')).text();
  const frame = document.createElement('iframe');
  frame.src = '/frame/' + id;
  document.body.append(frame);
}
</script><body>`;

const frame = (id: string): string => `<!doctype html><title>A module</title><script type="module">
const answer = await import('/module/${id}').then(({ checked }) => ({ checked }), (error) => ({ error: String(error) }));
await fetch('/answer/${id}', { method: 'POST', body: JSON.stringify(answer) });
</script>`;

/** What keeps Firefox from greeting, asking and calling home. */
const preferences = {
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

interface Answer {
  readonly checked?: unknown;
  readonly error?: string;
}

/**
 * A Firefox without a window. Nothing drives it: it opens a page of a server in this process, which asks for modules to run.
 *
 * Rejects when the command is no Firefox.
 */
export async function firefoxEngine(command: string): Promise<Engine> {
  const [version] = /\d+\.\d+(?:\.\d+)?/.exec(await runCommand(command, ['--version'], { cwd: '.' })) ?? [];
  if (version === undefined) throw new Error(`${command} --version prints no version: it is no Firefox`);

  const bundles: string[] = [];
  const answered = new Map<string, (answer: Answer) => void>();
  const waiting: string[] = [];
  let asking: ServerResponse | undefined;
  const handOut = (): void => {
    if (asking === undefined || waiting.length === 0) return;
    asking.end(waiting.shift());
    asking = undefined;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, kind = '', id = ''] = request.url?.split('/') ?? [];
    if (kind === 'next') {
      asking = response;
      handOut();
    } else if (kind === 'answer') {
      answered.get(id)?.(JSON.parse(await text(request)) as Answer);
      response.end();
    } else if (kind === 'module') {
      response.setHeader('content-type', 'text/javascript').end(bundles[Number(id)]);
    } else if (kind === 'frame' || kind === '') {
      response.setHeader('content-type', 'text/html').end(kind === '' ? page : frame(id));
    } else response.writeHead(404).end();
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const profile = mkdtempSync(path.join(tmpdir(), 'firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref('${name}', ${value});`);
  writeFileSync(path.join(profile, 'user.js'), lines.join('\n'));
  const args = ['--headless', '--no-remote', '--profile', profile, `http://127.0.0.1:${port}/`];
  const firefox = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  firefox.stdout.resume();
  // Its processes share the pipe, so it closes with the last of them.
  const closed = once(firefox, 'close');
  const noAnswer = closed.then((): Answer => ({ error: `${command} ended before it answered` }));

  return {
    name: 'Firefox',
    version,
    hasNodeBuiltins: false,
    async run(module) {
      const id = String(bundles.push(await bundledModule(module)) - 1);
      const answer = await Promise.race([
        new Promise<Answer>((resolve) => {
          answered.set(id, resolve);
          waiting.push(id);
          handOut();
        }),
        noAnswer,
      ]);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.checked;
    },
    async close() {
      firefox.kill();
      await closed;
      server.closeAllConnections();
      server.close();
      rmSync(profile, { recursive: true });
    },
  };
}
