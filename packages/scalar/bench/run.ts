// `pnpm bench`: the engine, the seed's Value ported line by line and, if MICROGRAD_DIR names a checkout of
// karpathy/micrograd, micrograd in Python. Each measurement is a process of its own, they take turns, and medians of the
// rounds are compared, so that a machine that is busy for a while disturbs all of them alike.
//
//   ROUNDS=5      how many rounds
//   PYTHON=python3
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const folder = import.meta.dirname;
const { ROUNDS = '5', PYTHON = 'python3', MICROGRAD_DIR } = process.env;

const engines: Record<string, (work: string) => [program: string, args: string[]]> = {
  '@mg/scalar': (work) => [process.execPath, [path.join(folder, 'work.mjs'), 'scalar', work]],
  'the seed, ported': (work) => [process.execPath, [path.join(folder, 'work.mjs'), 'seed', work]],
};
if (MICROGRAD_DIR) {
  const script = path.resolve('bench/micrograd.py');
  engines.micrograd = (work) => [PYTHON, [script, work]];
  engines['micrograd, no gc'] = (work) => [PYTHON, [script, work, 'nogc']];
}

function milliseconds(program: string, args: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
  return Number(stdout.trim());
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

for (const work of ['moons', 'tree']) {
  const times = new Map(Object.keys(engines).map((name) => [name, [] as number[]]));
  for (let round = 0; round < Number(ROUNDS); round++) {
    for (const [name, command] of Object.entries(engines)) times.get(name)?.push(milliseconds(...command(work)));
  }
  const ours = median(times.get('@mg/scalar') ?? []);
  for (const [name, list] of times) {
    const ratio = median(list) / ours;
    console.log(
      `${work.padEnd(6)} ${name.padEnd(18)} ${median(list).toFixed(1).padStart(8)} ms  ${ratio.toFixed(1).padStart(5)} ×`,
    );
  }
}
if (!MICROGRAD_DIR) console.log('set MICROGRAD_DIR to a checkout of karpathy/micrograd to measure it as well');
