import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EngineResults, enginesPage, isAsItShouldBe, shortDigest, statedDigests } from './engines-page.ts';
import { type Digests, type MathDigests, mathFunctions, sameBitsParts } from './same-bits-program.ts';
import { publishedPackages } from './workspace.ts';

const digits = (digit: number): string => String(digit).repeat(64);
const digestsOf = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> =>
  Object.fromEntries(names.map((name, index) => [name, digits(index)])) as Record<Name, string>;
const deterministic: Digests = digestsOf(sameBitsParts);
const math: MathDigests = digestsOf(mathFunctions);

const right = { tried: 3, skipped: 0, failures: [] };
const engine = (name: string, changes: Partial<EngineResults> = {}): EngineResults => ({
  name,
  version: '1.2.3',
  deterministic,
  free: { ...deterministic, W1: digits(8) },
  math,
  packages: new Map([['@mg/nn', right]]),
  ...changes,
});

describe('the page of results', () => {
  test('when all is well', () => {
    const page = enginesPage([
      engine('Node 20'),
      engine('Firefox', { packages: new Map([['@mg/nn', { ...right, skipped: 2 }]]) }),
    ]);
    expect(page).toContain('All 2 give the same bits.');
    expect(page).toContain('| @mg/nn | passes | passes, but for `/node` |');
    expect(page).not.toContain('**`');
    expect(page).not.toContain(' fail');
  });

  test('when an engine computes other bits', () => {
    const page = enginesPage([
      engine('Node 20'),
      engine('Bun', { deterministic: { ...deterministic, W3: digits(9) } }),
    ]);
    expect(page).toContain('**Different: Bun.**');
    expect(page.match(/\*\*`9{12}`\*\*/g)).toHaveLength(1);
  });

  test('when a package fails', () => {
    const failing = { tried: 3, skipped: 0, failures: ['README.md:8: it says 1\nbut it is 2'] };
    const page = enginesPage([engine('Node 20'), engine('Bun', { packages: new Map([['@mg/nn', failing]]) })]);
    expect(page).toContain('| @mg/nn | passes | **1 of 3 fail** |');
    expect(page).toContain('- @mg/nn in Bun, README.md:8: it says 1\n  but it is 2\n');
  });

  test('is read again', () => {
    const other = engine('Bun', { deterministic: { ...deterministic, W3: digits(9) } });
    const stated = statedDigests(enginesPage([engine('Node 20'), other]));
    expect([...stated.keys()]).toEqual(['Node 20', 'Bun']);
    expect(stated.get('Bun')).toEqual(
      Object.fromEntries(Object.entries(other.deterministic).map(([part, digest]) => [part, shortDigest(digest)])),
    );
  });
});

test.each<[string, Partial<EngineResults>, boolean]>([
  ['other bits where engines are free to round', { free: { ...deterministic, W1: digits(9) } }, true],
  ["an engine's own Math", { math: { ...math, exp: digits(9) } }, true],
  ['other bits', { deterministic: { ...deterministic, functions: digits(9) } }, false],
  ['a failing package', { packages: new Map([['@mg/nn', { ...right, failures: ['README.md:8: no'] }]]) }, false],
])('%s: is it as it should be?', (_, changes, isRight) => {
  expect(isAsItShouldBe([engine('Node 20'), engine('Bun', changes)])).toBe(isRight);
});

describe('ENGINES.md', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../ENGINES.md'), 'utf8');

  test('states the same digests for each engine', () => {
    const [first, ...others] = statedDigests(page).values();
    expect(others.length).toBeGreaterThanOrEqual(5);
    for (const each of others) expect(each).toEqual(first);
  });

  test('has a row for each package', () => {
    const rows = publishedPackages.map(({ manifest }) => `\n| ${manifest.name} | `);
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});
