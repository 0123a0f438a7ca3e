import { expect, test } from 'vitest';
import { type Mark, marksOf } from './marks.ts';
import { bareLoop, flushedPyTorch, inNode, ours, pyTorch } from './participants.ts';
import { type Recording } from './recordings.ts';
import { type Conditions, report } from './report.ts';

const recordings: Recording[] = [
  { topic: 'W1', participant: ours(24), round: 1, figures: { ms: 0.4, loss: 0.1 } },
  { topic: 'W1', participant: pyTorch, round: 1, version: '1.13', figures: { ms: 1, loss: 0.1 } },
  { topic: 'W1', participant: flushedPyTorch, round: 1, version: '1.13', figures: { ms: 0.5, loss: 0.1 } },
  { topic: 'W1', participant: inNode('tfjs', 20), round: 1, figures: { ms: 3, loss: 0.1 } },
  { topic: 'W1', participant: inNode('jax-js', 24), round: 1, figures: { ms: 2, loss: 0.1 } },
  { topic: 'W1', participant: inNode('jax-js', 20), round: 1, error: 'a | b' },
  { topic: 'matmul', participant: ours(24), round: 1, figures: { '256': 1000 } },
  { topic: 'matmul', participant: bareLoop(24), round: 1, figures: { multiplyAndAdd: 200 } },
  { topic: 'elementwise', participant: ours(24), round: 1, figures: { add: 400, relu: 100 } },
  { topic: 'elementwise', participant: bareLoop(24), round: 1, figures: { copy: 100 } },
  { topic: 'cold', participant: ours(24), round: 1, figures: { ms: 180 } },
];
const sizes = { '@mg/scalar': 2.25, '@mg/tensor': 50, '@mg/nn': 9, '@mg/optim': 5 };
const marks = new Map(marksOf(recordings, sizes).map((mark) => [mark.what, mark]));

test.each<[string, Partial<Mark>]>([
  ['W1 against PyTorch, Node 24', { figure: '0.750 : 1.88 s an epoch', ratio: '0.40 ×', isMet: true }],
  ['W1 against PyTorch, Node 20', { figure: '', mark: 'at most 0.60 ×', isMet: undefined }],
  ['W1 against PyTorch, denormals flushed, Node 24', { ratio: '0.80 ×', mark: 'at most 0.70 ×', isMet: false }],
  [
    'W1 against the best in JavaScript, Node 24',
    { figure: '0.750 : 3.75 s an epoch (jax-js, Node 24)', ratio: '0.20 ×', isMet: true },
  ],
  // 33.6 and 50 GFLOP/s
  ['matmul n = 256 against a loop of multiply and add, Node 24', { ratio: '0.67 ×', isMet: false }],
  // 30 GB/s of 80, and all of 80
  ['x + y of 1e6 floats against a copy loop, Node 24', { figure: '30.0 : 80.0 GB/s', ratio: '0.38 ×', isMet: false }],
  ['relu of 1e6 floats against a copy loop, Node 24', { ratio: '1.00 ×', mark: 'at least 0.80 ×', isMet: true }],
  ['cold start to the first training step', { figure: '0.180 s', ratio: '1.00 ×', isMet: true }],
  ['size of tensor with its kernels', { figure: '50.0 kB', mark: 'at most 45 kB', isMet: false }],
  ['size of nn + optim', { figure: '14.0 kB', isMet: true }],
])('mark: %s', (what, expected) => {
  expect(marks.get(what)).toMatchObject(expected);
});

test('all marks are there, measured or not', () => {
  expect(marksOf([], {}).map(({ isMet }) => isMet)).toEqual(Array.from({ length: 33 }, () => undefined));
});

const conditions: Conditions = {
  processor: 'Abacus 3',
  cores: 2,
  date: '2026-01-31',
  nodes: ['24.21.0'],
  rounds: 1,
  isQuick: true,
  blas: 'Haswell',
  missing: ['Node 20: start with it'],
};
const page = report(conditions, recordings, sizes, ours(24));

test('the page says where and how it was measured, and what was not', () => {
  expect(page).toContain('2026-01-31, Abacus 3 (2 cores), Node 24.21.0; OpenBLAS Haswell.');
  expect(page).toContain('A quick run');
  expect(page).toContain('all take turns, in 1 round,');
  expect(page).toContain('Not measured here:\n\n- Node 20: start with it');
});

test('the page has a table for each topic, with figures and ratios', () => {
  expect(page).toContain('| W1 against PyTorch, Node 20 |  |  | at most 0.60 × | not measured |');
  expect(page).toContain('| @mg, Node 24 | 0.750 | 0.100 |');
  expect(page).toContain('| PyTorch (1.13) | 1.88 (2.50 ×) | 0.100 |');
  expect(page).toContain('- jax-js, Node 20 fails: a | b');
  expect(page).toContain('| @mg/tensor | 50.0 |');
  expect(page.match(/^## .*/gm)).toHaveLength(1 + 4 + 1);
});
