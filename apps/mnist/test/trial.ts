// Folders with made-up data to run the app in, removed after the tests of a file.
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

/** Runs the app with arguments, as typed in a folder. */
export function mnist(folder: string, ...args: string[]): Promise<Ending> {
  return startApp(args, { folder });
}

/** Parses the output of `--json`, or metrics.jsonl. */
export function jsonLines(text: string): Metrics[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Metrics);
}
