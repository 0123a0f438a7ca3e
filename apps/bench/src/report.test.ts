import { expect, test } from 'vitest';
import { type Mark, marksOf } from './marks.ts';
import { bareLoop, flushedPyTorch, foreachPyTorch, inNode, ours, pyTorch } from './participants.ts';
import { type Recording } from './recordings.ts';
import { type Conditions, marksPage, report } from './report.ts';

const recordings: Recording[] = [
  { topic: 'W1', participant: ours(24), round: 1, figures: { ms: 0.4, cpu: 0.6, p05: 0.3, loss: 0.1 } },
  { topic: 'W1', participant: pyTorch, round: 1, version: '1.13', figures: { ms: 1, cpu: 0.4, p05: 0.1, loss: 0.1 } },
  { topic: 'W1', participant: flushedPyTorch, round: 1, figures: { ms: 0.5, cpu: 0.8, p05: 0.25, loss: 0.1 } },
  { topic: 'W1', participant: foreachPyTorch, round: 1, figures: { ms: 0.6, cpu: 0.5, p05: 0.4, loss: 0.1 } },
  { topic: 'W1', participant: inNode('tfjs', 20), round: 1, figures: { ms: 3, cpu: 3, loss: 0.1 } },
  { topic: 'W1', participant: inNode('jax-js', 24), round: 1, figures: { ms: 2, cpu: 2, loss: 0.1 } },
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
  // Each measure uses the faster of Adam's loop and foreach, with denormals flushed. PyTorch's defaults are not used.
  [
    'W1 against PyTorch, Node 24, CPU',
    {
      figure: '1.13 : 0.938 CPU, s an epoch (PyTorch, denormals flushed, foreach)',
      ratio: '1.20 ×',
      mark: 'at most 0.92 ×',
      isMet: false,
    },
  ],
  [
    'W1 against PyTorch, Node 24, p05',
    { figure: '0.300 : 0.250 p05, ms a step (PyTorch, denormals flushed)', ratio: '1.20 ×' },
  ],
  ['W1 against PyTorch, Node 20, CPU', { figure: '', mark: 'at most 0.92 ×', isMet: undefined }],
  [
    'W1 against the best in JavaScript, Node 24, CPU',
    { figure: '1.13 : 3.75 CPU, s an epoch (jax-js, Node 24)', ratio: '0.30 ×', isMet: true },
  ],
  // 33.6 and 50 GFLOP/s
  ['matmul n = 256 against a loop of multiply and add, Node 24', { ratio: '0.67 ×', isMet: false }],
  // 30 GB/s of 80, and all of 80
  ['x + y of 1e6 floats against a copy loop, Node 24', { figure: '30.0 : 80.0 GB/s', ratio: '0.38 ×', isMet: false }],
  ['relu of 1e6 floats against a copy loop, Node 24', { ratio: '1.00 ×', mark: 'at least 0.90 ×', isMet: true }],
  ['cold start to the first training step', { figure: '0.180 s', ratio: '1.50 ×', isMet: false }],
  ['size of tensor with its kernels', { figure: '50.0 kB', mark: 'at most 68.6 kB', isMet: true }],
  ['size of nn + optim', { figure: '14.0 kB', isMet: true }],
])('mark: %s', (what, expected) => {
  expect(marks.get(what)).toMatchObject(expected);
});

test('all marks are there, measured or not', () => {
  expect(marksOf([], {}).map(({ isMet }) => isMet)).toEqual(Array.from({ length: 43 }, () => undefined));
});

const conditions: Conditions = {
  processor: 'Abacus 3',
  cores: 2,
  date: '2026-01-31',
  nodes: ['24.21.0'],
  rounds: 1,
  isQuick: true,
  blas: [
    { told: 'Haswell', found: { name: 'Haswell', microseconds: 231.4 } },
    { told: undefined, found: { name: 'Zen', microseconds: 300 } },
    { told: 'SkylakeX', found: undefined },
  ],
  missing: ['Node 20: start with it'],
};
const page = report(conditions, recordings, sizes, ours(24));

test('the page says where and how it was measured, and what was not', () => {
  expect(page).toContain(
    '2026-01-31, Abacus 3 (2 cores), Node 24.21.0. OpenBLAS with the kernels Haswell, the fastest for 256 × 256: Haswell 231 µs; its own choice, Zen 300 µs; SkylakeX does not run here.',
  );
  expect(page).toContain('A quick run');
  expect(page).toContain('all take turns, in 1 round,');
  expect(page).toContain('Not measured here:\n\n- Node 20: start with it');
});

test('the page has a table for each topic, with figures and ratios', () => {
  expect(page).toContain('| @mg, Node 24 | 1.13 | 0.750 | 0.300 | 0.100 |');
  expect(page).toContain('| PyTorch (1.13) | 0.750 (0.67 ×) | 1.88 (2.50 ×) | 0.100 (0.33 ×) | 0.100 |');
  expect(page).toContain('- jax-js, Node 20 fails: a | b');
  expect(page).toContain('| @mg/tensor | 50.0 |');
  expect(page.match(/^## .*/gm)).toHaveLength(4 + 1);
});

test('the marks are on a separate page', () => {
  expect(marksPage(conditions, recordings, sizes)).toContain(
    '| W1 against PyTorch, Node 20, CPU |  |  | at most 0.92 × | not measured |',
  );
  expect(page).not.toContain('at most');
});
