import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { explains } from './defects/defect.ts';
import { differencesAgree } from './differences.ts';
import { isDefect } from './judge.ts';
import { type Library } from './library.ts';
import { bundleTensorFlow, loadTensorFlow } from './libraries/tfjs-bundle.ts';
import { defects, page } from './page.ts';
import { type Point, points, show } from './points.ts';
import { type Finding, libraries, run } from './run.ts';

/** All that the page says, with `--mode whole`. Else jax-js, which takes most of the time, is checked by finite differences at every eighth point. */
const isWhole = process.env['WHOLE_SWEEPS'] !== undefined;
const isChecked = ({ name }: Library, point: Point): boolean =>
  isWhole || !name.startsWith('jax-js') || points.indexOf(point) % 8 === 0;

let all: readonly Library[] = [];
let findings: readonly Finding[] = [];

beforeAll(async () => {
  const bundle = await bundleTensorFlow();
  all = await libraries(await loadTensorFlow(bundle));
  rmSync(path.join(path.dirname(bundle), '..'), { recursive: true });
  findings = run(all, isChecked);
});

const describeFinding = ({ library, point, level, judgement }: Finding): string =>
  `${library.name}, ${level} of ${point.op}, ${show(point)}: ${judgement.verdict}, ${judgement.found} for ${judgement.expected}`;

describe('whose gradients are right', () => {
  test('at least 40 operations are there in three libraries or more', () => {
    const packages = ['tensor', 'scalar', 'tfjs', 'jax-js'];
    const operations = new Set(points.map(({ op }) => op));
    const shared = [...operations].filter(
      (op) => all.filter((library) => packages.includes(library.name) && library.has(op)).length >= 3,
    );
    expect(shared.length).toBeGreaterThanOrEqual(40);
  });

  test('every operation has an ordinary point, and every point was answered by each library that has the operation', () => {
    for (const op of new Set(points.map((point) => point.op))) {
      expect(points.some((point) => point.op === op && point.kind === 'ordinary')).toBe(true);
    }
    for (const library of all.filter(({ name }) => name !== 'scalar')) {
      const own = points.filter(({ op }) => library.has(op));
      expect(findings.filter((each) => each.library === library)).toHaveLength(3 * own.length);
    }
  });

  test('what is wrong is explained by one defect of the page, each of which shows', () => {
    const wrong = findings.filter(({ judgement }) => isDefect(judgement.verdict));
    const reasons = (finding: Finding): number => defects.filter((defect) => explains(defect, finding)).length;
    expect(wrong.filter((each) => reasons(each) !== 1).map(describeFinding)).toEqual([]);
    expect(defects.filter((defect) => !wrong.some((each) => explains(defect, each)))).toEqual([]);
  });

  test('finite differences agree with the comparison', () => {
    const against = findings.filter((each) => differencesAgree(each) === false);
    expect(against.map(describeFinding)).toEqual([]);
  });

  test('the page says what was found', async () => {
    const [file, last] = ['../GRADIENTS.md', '## By finite differences'];
    const found = page(all, findings);
    if (isWhole) return expect(found).toMatchFileSnapshot(file);
    const written = readFileSync(path.join(import.meta.dirname, file), 'utf8');
    expect(found.split(last)[0]).toBe(written.split(last)[0]);
  });
});
