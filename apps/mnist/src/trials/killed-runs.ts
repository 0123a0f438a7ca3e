// For the tests and for kill.ts: runs that are killed, and what comes of them.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Metrics } from '../metrics.ts';
import { startApp } from './start-app.ts';

/** What a run left: SHA-256 of its files, of the metrics without the times. */
export interface Digests {
  best: string;
  last: string;
  metrics: string;
}

/** What became of a run that was killed. */
export interface KilledRun {
  /** After which step it was gone on with; null if it was killed before its first checkpoint. */
  step: number | null;
  digests: Digests;
}

/** Trains without a stop; `milliseconds` is what that takes from the start of the process to its end. */
export async function trainWhole(args: readonly string[]): Promise<{ digests: Digests; milliseconds: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-whole-'));
  try {
    const startedAt = performance.now();
    await finish([...args, '--out', 'run'], folder);
    return { digests: digestsOf(path.join(folder, 'run')), milliseconds: performance.now() - startedAt };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Trains, kills the process without warning after so many milliseconds, and goes on from what is left, to the end. */
export async function trainKilled(args: readonly string[], killedAfter: number): Promise<KilledRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-killed-'));
  try {
    await startApp([...args, '--out', 'run'], {
      folder,
      onStart(child) {
        const timer = setTimeout(() => child.kill('SIGKILL'), killedAfter);
        child.on('close', () => {
          clearTimeout(timer);
        });
      },
    });
    const run = path.join(folder, 'run');
    // A run that was killed before its first checkpoint has written nothing that could be gone on with.
    const hasBegun = existsSync(path.join(run, 'config.json'));
    const step = hasBegun ? lastStep(run) : null;
    await finish(hasBegun ? ['--resume', '--out', 'run'] : [...args, '--out', 'run'], folder);
    return { step, digests: digestsOf(run) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function finish(args: readonly string[], folder: string): Promise<void> {
  const { code, stderr } = await startApp(args, { folder });
  if (code !== 0) throw new Error(`the run ended with ${code}: ${stderr}`);
}

/** Of the files of a run. */
export function digestsOf(run: string): Digests {
  const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
  return {
    best: hash(readFileSync(path.join(run, 'best.safetensors'))),
    last: hash(readFileSync(path.join(run, 'last.safetensors'))),
    metrics: hash(JSON.stringify(metricsOf(run).map((each) => ({ ...each, seconds: 0 })))),
  };
}

function lastStep(run: string): number {
  const header = readFileSync(path.join(run, 'last.safetensors')).toString('latin1');
  return Number(/\\"step\\":(\d+)/.exec(header)?.[1]);
}

function metricsOf(run: string): Metrics[] {
  const lines = readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Metrics);
}
