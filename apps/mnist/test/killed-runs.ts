// Runs that are killed and resumed, for tests and for kill.ts.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Metrics } from '../src/metrics.ts';
import { startApp, type StartOptions } from './start-app.ts';

/** The results of a run: SHA-256 of its files, of the metrics without the times. */
export interface Digests {
  best: string;
  last: string;
  metrics: string;
}

/** A run that was killed and resumed. */
export interface KilledRun {
  /** The step of the checkpoint that it was resumed from; 0 is before the first step. */
  resumedFrom: number;
  digests: Digests;
}

/** Trains without an interruption. */
export async function trainWhole(args: readonly string[]): Promise<{ digests: Digests; steps: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-whole-'));
  try {
    await finish([...args, '--out', 'run'], folder);
    const run = path.join(folder, 'run');
    return { digests: digestsOf(run), steps: lastStep(run) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Trains until `step`, kills the process there without warning, and resumes the run to its end. */
export async function trainKilled(
  args: readonly string[],
  step: number,
  preload: StartOptions['preload'] = [],
): Promise<KilledRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-killed-'));
  try {
    const { code, stderr } = await startApp([...args, '--out', 'run', '--json'], {
      folder,
      env: { SIGNAL_AT_STEP: `SIGKILL:${step}` },
      preload: ['signal-at-step.js', ...preload],
    });
    if (code !== null) throw new Error(`the run was not killed after step ${step}, but ended with ${code}: ${stderr}`);
    const run = path.join(folder, 'run');
    const resumedFrom = lastStep(run);
    await finish(['--resume', '--out', 'run'], folder);
    return { resumedFrom, digests: digestsOf(run) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function finish(args: readonly string[], folder: string): Promise<void> {
  const { code, stderr } = await startApp(args, { folder });
  if (code !== 0) throw new Error(`the run ended with ${code}: ${stderr}`);
}

/** The digests of a run's folder. */
export function digestsOf(run: string): Digests {
  const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
  return {
    best: hash(readFileSync(path.join(run, 'best.safetensors'))),
    last: hash(readFileSync(path.join(run, 'last.safetensors'))),
    metrics: hash(JSON.stringify(metricsOf(run).map((each) => ({ ...each, seconds: 0 })))),
  };
}

/** The step of a run's last checkpoint. */
export function lastStep(run: string): number {
  const header = readFileSync(path.join(run, 'last.safetensors')).toString('latin1');
  return Number(/\\"step\\":(\d+)/.exec(header)?.[1]);
}

function metricsOf(run: string): Metrics[] {
  const lines = readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Metrics);
}
