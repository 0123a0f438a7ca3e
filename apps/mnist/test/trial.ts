// For the tests: the app tried in folders with made-up data, which are gone when a file's tests have ended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { type MnistData } from '@mg/data-mnist/node';
import { type Metrics } from '../src/metrics.ts';
import { madeUpDigits, writeDataSet } from './made-up-digits.ts';
import { type Ending, startApp } from './start-app.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A new, empty folder. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mnist-'));
  folders.push(folder);
  return folder;
}

/** A new folder with a data set: 600 made-up images to train on and 50 to test, unless others are given. */
export function dataFolder(train: MnistData = madeUpDigits(600), test: MnistData = madeUpDigits(50)): string {
  const folder = writeDataSet(train, test);
  folders.push(folder);
  return folder;
}

/** Runs the app as if typed in a folder. */
export function mnist(folder: string, ...args: string[]): Promise<Ending> {
  return startApp(args, { folder });
}

/** What was printed with `--json`, or stands in metrics.jsonl. */
export function jsonLines(text: string): Metrics[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Metrics);
}
