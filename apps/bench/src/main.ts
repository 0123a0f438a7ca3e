import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { minifiedSize } from '@mg/workshop/size';
import { readCommandLine, usage } from './command-line.ts';
import { findInstalled } from './installed.ts';
import { type Sizes } from './marks.ts';
import { ours, participantsOf } from './participants.ts';
import { triedBlas, type TriedBlas, writeInputs } from './prepare.ts';
import { type Recording } from './recordings.ts';
import { marksPage, report } from './report.ts';
import { runRounds } from './rounds.ts';
import { topicsOf } from './topics.ts';

const app = path.join(import.meta.dirname, '..');

/** Measures, prints a line of JSON for each run on standard output, and writes the two pages. */
async function main(args: readonly string[]): Promise<void> {
  const { rounds, only, quick, nodes, out } = readCommandLine(args, path.join(app, 'RESULTS.md'));
  const installed = findInstalled(nodes);
  for (const each of installed.missing) console.error(`missing: ${each}`);

  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const recordings: Recording[] = [];
  let blas: readonly TriedBlas[];
  try {
    await writeInputs(folder);
    blas = triedBlas(installed);
    const told = blas[0]?.told;
    const participants = participantsOf(installed, {
      folder,
      blas: told === undefined ? {} : { OPENBLAS_CORETYPE: told },
    });
    for (const topic of topicsOf(participants, { only, quick })) {
      console.error(`${topic.name}: ${topic.turns.map(({ participant }) => participant).join(' · ')}`);
      const start = performance.now();
      runRounds(topic, {
        rounds,
        pin: installed.pin,
        onRecording: (recording) => {
          recordings.push(recording);
          console.log(JSON.stringify(recording));
        },
      });
      console.error(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }

  const processors = os.cpus();
  const conditions = {
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    date: new Date().toISOString().slice(0, 10),
    nodes: installed.nodes.map(({ version }) => version),
    rounds,
    isQuick: quick,
    blas,
    missing: installed.missing,
  };
  const reference = ours(installed.nodes.at(-1)?.major ?? 0);
  const measuredSizes = only.includes('sizes') ? await sizes() : {};
  const page = report(conditions, recordings, measuredSizes, reference);
  const marks = marksPage(conditions, recordings, measuredSizes);
  if (out === undefined) {
    console.error(`${page}\n${marks}`);
    return;
  }
  const file = path.resolve(process.env['INIT_CWD'] ?? '.', out);
  writeFileSync(file, page);
  writeFileSync(path.join(path.dirname(file), 'MARKS.md'), marks);
}

async function sizes(): Promise<Sizes> {
  const entries = ['scalar', 'tensor', 'nn', 'optim'].map(async (name) => {
    const size = await minifiedSize(path.join(app, '../../packages', name));
    return [`@mg/${name}`, size] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof RangeError || error instanceof TypeError) console.error(usage);
  process.exitCode = 1;
}
