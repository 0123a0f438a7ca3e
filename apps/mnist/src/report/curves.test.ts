import { describe, expect, test } from 'vitest';
import { madeUpEpoch, madeUpStep } from '../../test/made-up-run.ts';
import { all, type PageElement, readPage, texts } from '../../test/read-page.ts';
import { type Metrics } from '../metrics.ts';
import { curves } from './curves.ts';

const steps = (count: number) => Array.from({ length: count }, (_, i) => madeUpStep(i + 1));
const draw = (metrics: readonly Metrics[]): PageElement => readPage(curves(metrics).markup);
const titles = (page: PageElement): string[] => texts(page, 'h3');
const labels = (page: PageElement): (string | null)[] => all(page, 'svg').map((svg) => svg.getAttribute('aria-label'));
const points = (path: PageElement | null | undefined): number => path?.getAttribute('d')?.split(/[ML]/).length ?? 0;

describe('of a whole run', () => {
  const page = draw([...steps(1_000), madeUpEpoch(1), madeUpEpoch(2), madeUpEpoch(3)]);

  test('are four, with axes and their units', () => {
    expect(titles(page)).toEqual([
      'Loss of each step',
      'Learning rate of each step',
      'Loss of each epoch',
      'Accuracy of each epoch',
    ]);
    const shown = texts(page, 'svg').map((text) =>
      ['nats', 'accuracy, %', 'step →', 'epoch →'].filter((unit) => text.includes(unit)),
    );
    expect(shown).toEqual([['nats', 'step →'], ['step →'], ['nats', 'epoch →'], ['accuracy, %', 'epoch →']]);
  });

  test('have descriptions for screen readers', () => {
    expect(labels(page)).toEqual([
      'Loss of the steps: 1.1 at step 3, 0.042 at step 998',
      'Learning rate of the steps: 0.0010 at step 3, 0.000040 at step 998',
      'loss, nats (logarithmic): training 0.500 in epoch 1, 0.167 in epoch 3; validation 0.600 in epoch 1, 0.200 in epoch 3',
      'accuracy, %: training 90.1 in epoch 1, 90.4 in epoch 3; validation 89.1 in epoch 1, 89.3 in epoch 3',
    ]);
    expect(all(page, 'svg').map((svg) => svg.getAttribute('role'))).toEqual(['img', 'img', 'img', 'img']);
    expect(all(page, 'svg [aria-label]')).toEqual([]);
  });

  test('thin the steps, and say so', () => {
    const lines = all(page, 'path[stroke="var(--training)"], [stroke="var(--training)"] path');
    expect(points(lines[0])).toBe(201); // what stands before the first M, and 200 points
    expect(texts(page, 'figcaption')[0]).toContain('mean of 5 steps; eight in ten');
  });

  test('have a dot for each epoch and series', () => {
    expect(texts(page, 'title')).toHaveLength(12);
    expect(texts(page, 'title')).toContain('epoch 3, validation: 89.33');
    expect(texts(page, '.key')).toEqual(['training', 'validation', 'training', 'validation']);
  });
});

test('the loss of a few steps is drawn without a band', () => {
  const page = draw(steps(20));
  expect(titles(page)).toEqual(['Loss of each step']);
  expect(texts(page, 'figcaption')).toEqual(['The cross-entropy of a batch.']);
});

test('one epoch is drawn as dots', () => {
  const page = draw([...steps(20), madeUpEpoch(1)]);
  expect(titles(page)).toEqual(['Loss of each step', 'Loss of each epoch', 'Accuracy of each epoch']);
  expect(texts(page, 'title')).toHaveLength(4);
});

test('without validation there is no such series', () => {
  const full = { ...madeUpEpoch(1), validationLoss: null, validationAccuracy: null };
  const page = draw([...steps(20), full, { ...full, epoch: 2 }]);
  expect(texts(page, '.key')).toEqual(['training', 'training']);
  expect(curves([full]).markup).not.toContain('var(--validation)');
});

test('many epochs are a line without dots', () => {
  const page = draw(Array.from({ length: 300 }, (_, i) => madeUpEpoch(i + 1)));
  expect(texts(page, 'title')).toEqual([]);
  expect(texts(page, 'svg').every((text) => text.includes('300'))).toBe(true);
});

test('a note says what is missing', () => {
  expect(texts(draw([]), 'figure, .note')).toEqual(['No steps yet.']);
  expect(texts(draw(steps(20)), '.note')).toEqual(['No epochs yet.']);
  expect(texts(draw([...steps(20), madeUpEpoch(1)]), '.note')).toEqual([]);
});

test('a learning rate that changes is drawn', () => {
  expect(titles(draw(steps(80)))).toEqual(['Loss of each step', 'Learning rate of each step']);
});

test('losses that are 0 or not finite are left out', () => {
  const [first, second] = [madeUpStep(1), madeUpStep(2)];
  const metrics = [first, second, { ...second, loss: NaN }, { ...second, loss: 0 }];
  const page = draw([...metrics, madeUpEpoch(1), { ...madeUpEpoch(2), trainLoss: 0, validationLoss: NaN }]);
  expect(labels(page)).toEqual([
    'Loss of the steps: 2.4 at step 1, 1.2 at step 2',
    'loss, nats (logarithmic): training 0.500 in epoch 1; validation 0.600 in epoch 1',
    'accuracy, %: training 90.1 in epoch 1, 90.3 in epoch 2; validation 89.1 in epoch 1, 89.2 in epoch 2',
  ]);
  expect(all(page, 'path').filter((path) => /NaN|Infinity/.test(path.getAttribute('d') ?? ''))).toEqual([]);
});
