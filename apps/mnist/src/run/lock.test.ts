import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunError } from './disk.ts';
import { lock } from './lock.ts';

/** What other processes do before a step of this one on the disk. */
const others = vi.hoisted((): { steps: number; before: (step: number) => void } => ({
  steps: 0,
  before: () => undefined,
}));

vi.mock(import('node:fs'), async (importOriginal) => {
  const fs = await importOriginal();
  const interrupted = <F extends (...args: never[]) => unknown>(act: F): F =>
    ((...args: Parameters<F>) => {
      others.before(others.steps++);
      return act(...args);
    }) as F;
  const names = ['lstatSync', 'mkdirSync', 'readdirSync', 'renameSync', 'rmdirSync', 'rmSync'] as const;
  return { ...fs, ...Object.fromEntries(names.map((name) => [name, interrupted(fs[name])])) };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mnist-lock-'));
});
afterEach(() => {
  others.before = () => undefined;
  rmSync(folder, { recursive: true });
});

/** Processes that are alive. */
const [one, two, three] = [process.pid, process.ppid, 1];

/** Locks without being interrupted; null if another process has the lock. */
function tryLock(pid: number): (() => void) | null {
  try {
    return lock(folder, pid);
  } catch (error) {
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toMatch(/: process \d+ is training this run\. /);
    return null;
  }
}

/** The lock of a process that has ended, with an entry as it was left. */
function left(pid = 999_999_999): void {
  mkdirSync(path.join(folder, 'lock', `${pid}-01234567-89ab-cdef-0123-456789abcdef`), { recursive: true });
}

const starts: [string, () => void][] = [
  ['no lock', () => undefined],
  ['the lock of a process that has ended', left],
  [
    'the lock of a process that ended while it released it',
    () => {
      mkdirSync(path.join(folder, 'lock'));
    },
  ],
];

describe.each(starts)('%s', (_, start) => {
  test('one process gets it, and the next after it', () => {
    start();
    const release = tryLock(one);
    expect(release).not.toBeNull();
    expect(tryLock(two)).toBeNull();
    expect(readdirSync(folder)).toEqual(['lock']);
    release?.();
    expect(readdirSync(folder)).toEqual([]);
    tryLock(two)?.();
  });

  // Another process runs between two steps of the first, and a third between two steps of that, for every two steps.
  test.each([
    ['and keep it', false],
    ['and release it', true],
  ])('when three processes take it %s, only one holds it at a time, in every order of their steps', (_, releases) => {
    let holders = 0;
    let schedules = 0;
    const run = (pid: number, interruptions: { at: number; pid: number }[]): void => {
      const [next, ...rest] = interruptions;
      let step = 0;
      const outer = others.before;
      others.before = () => {
        if (next !== undefined && step++ === next.at) {
          schedules++;
          run(next.pid, rest);
        }
      };
      const release = tryLock(pid);
      if (release !== null) {
        holders++;
        expect(holders, JSON.stringify({ pid, interruptions })).toBe(1);
        if (releases) {
          holders--;
          release();
        }
      }
      others.before = outer;
    };
    for (let first = 0; first < 12; first++) {
      for (let second = 0; second < 12; second++) {
        others.before = () => undefined;
        rmSync(path.join(folder, 'lock'), { recursive: true, force: true });
        start();
        holders = 0;
        run(one, [
          { at: first, pid: two },
          { at: second, pid: three },
        ]);
        if (!releases) expect(holders).toBe(1);
        if (releases) expect(tryLock(one)).not.toBeNull();
      }
    }
    expect(schedules).toBeGreaterThan(20);
  });
});

test('a lock of the same process number is of a process that had the number before', () => {
  left(one);
  tryLock(one)?.();
  expect(existsSync(path.join(folder, 'lock'))).toBe(false);
});

test('what is no lock is left alone', () => {
  const place = path.join(folder, 'lock');
  const other = path.join(folder, 'other');
  mkdirSync(path.join(other, 'mine'), { recursive: true });
  const things = [
    () => {
      writeFileSync(place, '4711');
    },
    () => {
      symlinkSync(other, place);
    },
    () => {
      mkdirSync(path.join(place, 'mine'), { recursive: true });
    },
  ];
  for (const make of things) {
    make();
    expect(() => lock(folder)).toThrow(
      `${place}: not a lock of this version. If no process is training this run, delete it`,
    );
    expect(readdirSync(other)).toEqual(['mine']);
    expect(readdirSync(folder).sort()).toEqual(['lock', 'other']);
    rmSync(place, { recursive: true });
  }
});
