// Records what PyTorch computes from the same weights and data, as fixtures/NAME.json, and updates the table of the README. On a quiet
// machine, `taskset -c 0` keeps all on one core. Needs PyTorch 1.13 (Debian 12: apt-get install python3-torch libopenblas0-pthread).
// usage: pnpm --filter @mg/examples record [NAME…]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { load } from './load.js';

const here = import.meta.dirname;
const fixtureOf = (name) => path.join(here, 'fixtures', `${name}.json`);
const { twins } = await load('twins/twins');
const asked = process.argv.slice(2);

for (const name of asked.length > 0 ? asked : Object.keys(twins)) {
  const { recorded, timed, handOver, train } = twins[name];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twin-'));
  const file = path.join(folder, 'handed.safetensors');
  writeFileSync(file, await handOver());
  const script = path.join(here, 'pytorch', `${name}.py`);
  const answer = execFileSync('/usr/bin/python3', [script, file, String(timed)], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const theirs = JSON.parse(answer);

  await train(timed);
  const before = process.cpuUsage();
  await train(timed);
  const { user, system } = process.cpuUsage(before);
  const ms = { ours: (user + system) / 1000 / timed, theirs: theirs.ms };
  writeFileSync(fixtureOf(name), `${JSON.stringify({ losses: theirs.losses.slice(0, recorded), ms }, null, 2)}\n`);
}

const lines = (file) => readFileSync(path.join(here, file), 'utf8').trimEnd().split('\n').length;
const rows = readdirSync(path.join(here, 'fixtures')).map((file) => {
  const name = path.basename(file, '.json');
  const { losses, ms } = JSON.parse(readFileSync(fixtureOf(name), 'utf8'));
  const [first, last] = [losses[0], losses.at(-1)].map((loss) => loss.toFixed(4));
  const cells = [
    `\`${name}\``,
    lines(`src/${name}.ts`),
    lines(`pytorch/${name}.py`),
    `${first} → ${last} (${losses.length})`,
    `${ms.ours.toPrecision(3)} : ${ms.theirs.toPrecision(3)} ms`,
    (ms.ours / ms.theirs).toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
});
const readme = path.join(here, 'README.md');
const table = /(?<=\n\|(?:---\|)+\n)(?:\|.*\n)*(?=\n<!-- end of the table)/;
writeFileSync(readme, readFileSync(readme, 'utf8').replace(table, `${rows.join('\n')}\n`));
