import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../workspace.ts';
import { type Mapping, mappings, withTables } from './page.ts';
import { pageFile, type PublicNames, readPublicNames, usedNames } from './public-names.ts';
import { nameTables } from './pytorch-names.ts';
import { namesOfNeed, readPorts, score } from './score.ts';

const ports = readPorts(readFileSync(path.join(import.meta.dirname, 'ports.jsonl'), 'utf8'));
const rows = nameTables.flatMap(({ rows: each }) => each);

test.each([
  ['x.atan()', ['Tensor.atan']],
  ['x.sub(y).norm(-1)', ['Tensor.sub', 'Tensor.norm']],
  ['x.sort(axis).indices', ['Tensor.sort']],
  ["x.to('float32')", ['Tensor.to']],
  ['x.shape', ['Tensor.shape']],
  ['new SGD(model.parameters(), { lr: 0.1 })', ['SGD', 'Module.parameters']],
  ['class extends Module', ['Module']],
  ['concat([x, y], 0)', ['concat']],
  ['init.normal_(weight, { std: 0.02 })', ['init.normal_']],
  ["einsum('ij,jk->ik', x, y)", ['einsum']],
])('%s uses %s', (code, names) => {
  expect(usedNames(code).map(({ on, name }) => (on === undefined ? name : `${on}.${name}`))).toEqual(names);
});

describe('the score', () => {
  test('counts a row of which all needs and calls map, and tells what each name would lift', () => {
    const some = [
      { needs: [], calls: ['torch.a'] },
      { needs: ['Identity'], calls: ['torch.a'] },
      { needs: ['Identity'], calls: ['torch.b', 'torch.c'] },
      { needs: [], calls: ['torch.a', 'torch.c'] },
    ];
    expect(score(some, (name) => name === 'torch.a' || name === 'torch.b')).toEqual({
      rows: 4,
      ported: 1,
      byNeeds: 2,
      lacks: [
        { name: 'nn.Identity', rows: 2, lifts: 1 },
        { name: 'torch.c', rows: 2, lifts: 1 },
      ],
    });
  });

  test('a need means the names of its kind that the file calls, or else all', () => {
    expect(namesOfNeed('Conv1d/Conv3d', ['nn.Conv1d', 'nn.ReLU'])).toEqual(['nn.Conv1d']);
    expect(namesOfNeed('Conv1d/Conv3d', ['nn.ReLU'])).toEqual(['nn.Conv1d', 'nn.Conv3d']);
    expect(() => namesOfNeed('a kind', [])).toThrow('the need "a kind" is not in pytorch-names.ts');
  });

  test('is over 413 files, which call 243 names', () => {
    expect(ports.length).toBe(413);
    expect(new Set(ports.flatMap(({ calls }) => calls)).size).toBe(243);
  });
});

describe('a name of PyTorch maps', () => {
  const page = `# Page\n\n### Devices\n\n\`\`\`ts\n1 + 1; // => 2\n\`\`\`\n\n### In place\n\nNothing runs here.\n`;
  const without = (absent: string, untested: string): PublicNames => ({
    has: ({ name }) => name !== absent,
    isTested: ({ name }) => name !== untested,
  });
  const mapped = mappings(page, without('multinomial', 'zeros'));

  test('unless its name of ours is not public, or in no test', () => {
    expect(mapped.get('torch.multinomial')).toEqual({ kind: 'absent', names: ['multinomial'] });
    expect(mapped.get('torch.zeros')).toEqual({ kind: 'untested', names: ['zeros'] });
    expect(mapped.get('torch.ones')).toEqual({ kind: 'there' });
  });

  test('to a section that has an example', () => {
    expect(mapped.get('x.cuda')).toEqual({ kind: 'there' });
    expect(mapped.get('torch.no_grad')).toEqual({ kind: 'no example', names: ['#Without gradients'] });
    expect(mappings('### Devices\n', without('', '')).get('x.cuda')?.kind).toBe('no example');
  });
});

describe('the page', () => {
  const page = readFileSync(pageFile, 'utf8');
  let mapped: ReadonlyMap<string, Mapping>;
  beforeAll(async () => {
    mapped = mappings(page, await readPublicNames());
  });

  test('has the tables and the score of today', () => {
    const result = score(ports, (name) => mapped.get(name)?.kind === 'there');
    expect(page, 'names came or went: run pnpm --filter @mg/workshop ports').toBe(withTables(page, mapped, result));
  });

  test('has an example in each section that a table points to, and every public name of a table is tested', () => {
    const wrong = [...mapped].filter(([, { kind }]) => kind === 'untested' || kind === 'no example');
    expect(wrong).toEqual([]);
  });

  test('lists each name once', () => {
    expect(rows.map(([name]) => name).filter((name, at, all) => all.indexOf(name) !== at)).toEqual([]);
  });

  test('says the same as the methods that throw with our name', () => {
    const source = readFileSync(path.join(root, 'packages/tensor/src/ops/foreign-names.ts'), 'utf8');
    const foreign = [...source.matchAll(/^ {2}(\w+): (['"])(.*)\2,$/gm)];
    expect(foreign.length).toBeGreaterThan(20);
    for (const [, name = '', , ours = ''] of foreign) {
      const pytorch = `x.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      const [, row = ''] = rows.find(([each]) => each === pytorch) ?? [];
      expect(usedNames(row), pytorch).toEqual(usedNames(ours));
    }
  });
});
