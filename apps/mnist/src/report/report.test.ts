import { describe, expect, test } from 'vitest';
import { madeUpRun } from '../../test/made-up-run.ts';
import { all, cells, decodePng, pixel, readPage, texts } from '../../test/read-page.ts';
import { reportHtml } from './report.ts';

const run = madeUpRun();
const page = readPage(reportHtml(run));

describe('the report of a run', () => {
  test('has a title, a language, and headings in order', () => {
    expect(page.querySelector('html')?.getAttribute('lang')).toBe('en');
    expect(texts(page, 'title')[0]).toBe('mlp on MNIST: a training run');
    expect(texts(page, 'h1')).toEqual(['mlp on MNIST']);
    expect(texts(page, 'h2')).toEqual(['Curves', 'Classes', 'Most wrong', 'First layer', 'Settings']);
    const levels = all(page, 'h1, h2, h3').map(({ tagName }) => Number(tagName.slice(1)));
    expect(levels.every((level, i) => level <= (levels[i - 1] ?? 0) + 1)).toBe(true);
  });

  test('starts with the key figures', () => {
    const figures = Object.fromEntries(texts(page, 'dt').map((name, i) => [name, texts(page, 'dd')[i]]));
    const { confusion } = run.test;
    const wrong = confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label));
    const count = confusion.flat().reduce((sum, images) => sum + images, 0);
    expect(figures).toEqual({
      'test accuracy': `${run.test.accuracy.toFixed(2)} %`,
      'test loss': '0.4321 nats',
      wrong: `${wrong.reduce((sum, images) => sum + images, 0)} of ${count}`,
      'best validation accuracy': '89.33 % (epoch 3)',
      epochs: '3 of 3 in 3.8 s',
    });
  });

  test('lists the epochs', () => {
    expect(texts(page, '[aria-label=Epochs] thead th')).toEqual([
      'epoch',
      'training loss',
      'training accuracy',
      'validation loss',
      'validation accuracy',
      'seconds',
    ]);
    expect(cells(page, '[aria-label=Epochs] table')[1]).toEqual(['2', '0.2500', '90.29 %', '0.3000', '89.22 %', '1.3']);
  });

  test('has the confusion matrix, the scores and the settings', () => {
    const counts = cells(page, '.matrix').map((row) => row.slice(1).map(Number));
    expect(counts).toEqual(run.test.confusion);
    expect(cells(page, '.scores')).toHaveLength(10);
    expect(cells(page, '.settings')).toEqual([
      ['model', 'mlp'],
      ['epochs', '3'],
      ['batch size', '32'],
      ['learning rate', '0.001'],
      ['seed', '7'],
      ['trained on all images', 'no'],
      ['data', 'MNIST'],
      ['node', 'v20.20.0'],
    ]);
  });

  test('shows the most wrong images, ink on paper, with label, class, probabilities and index', () => {
    const captions = texts(page, '.mistakes figcaption');
    expect(captions).toHaveLength(9);
    expect(captions[2]).toBe('2, taken for 3 3: 88.00 % 2: 5.20 % test image 5');
    const image = all(page, '.mistakes img')[2];
    expect(image?.getAttribute('alt')).toBe('Test image 5, labelled 2');
    const png = decodePng(image?.getAttribute('src'));
    expect([png.width, png.height]).toEqual([28, 28]);
    for (const [x, y] of [
      [0, 0],
      [27, 0],
      [3, 27],
    ] as const) {
      const ink = run.test.data.images[5 * 784 + y * 28 + x] ?? 0;
      expect(pixel(png, x, y)).toEqual([255 - ink, 255 - ink, 255 - ink, 255]);
    }
  });

  test('needs nothing from elsewhere, and no script', () => {
    expect(all(page, 'script, iframe, object, embed')).toEqual([]);
    const addresses = all(page, '[src], [href]').map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href'),
    );
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter((address) => !address?.startsWith('data:'))).toEqual([]);
    expect(reportHtml(run)).not.toMatch(/url\(|@import|https?:(?!\/\/www\.w3\.org)/);
  });

  test('is accessible by keyboard and screen reader', () => {
    expect(all(page, 'img').filter((image) => (image.getAttribute('alt') ?? '') === '')).toEqual([]);
    expect(all(page, 'th').filter((cell) => cell.getAttribute('scope') === null)).toEqual([]);
    expect(all(page, '.scrolling').every((box) => box.getAttribute('tabindex') === '0')).toBe(true);
    for (const section of all(page, 'section')) {
      expect(page.querySelector(`#${section.getAttribute('aria-labelledby') ?? ''}`)?.tagName).toBe('H2');
    }
  });
});

test('texts of the settings are escaped', () => {
  const evil = `"><script>alert('1')</script>&amp;`;
  const report = reportHtml({ ...run, config: { ...run.config, data: evil, [evil]: evil } });
  const escaped = readPage(report);
  expect(all(escaped, 'script')).toEqual([]);
  expect(texts(escaped, 'h1')).toEqual([`mlp on ${evil}`]);
  expect(cells(escaped, '.settings').at(-1)).toEqual([evil, evil]);
});

test('an unfinished run says that it is', () => {
  const unfinished = readPage(reportHtml({ ...run, metrics: run.metrics.slice(0, 30), test: undefined }));
  expect(texts(unfinished, 'h2')).toEqual(['Curves', 'Test images', 'First layer', 'Settings']);
  expect(texts(unfinished, '.note')).toEqual([
    'No epochs yet.',
    'The run is not finished: the model is tested once, at the end.',
  ]);
  expect(texts(unfinished, 'dd')).toEqual(['0 of 3']);
  expect(all(unfinished, '.matrix, .mistakes, [aria-label=Epochs]')).toEqual([]);
});

test('a run on all images has no columns of validation', () => {
  const metrics = run.metrics.map((line) =>
    line.type === 'epoch' ? { ...line, validationLoss: null, validationAccuracy: null } : line,
  );
  const full = readPage(reportHtml({ ...run, config: { ...run.config, full: true }, metrics }));
  expect(texts(full, '[aria-label=Epochs] thead th')).toEqual([
    'epoch',
    'training loss',
    'training accuracy',
    'seconds',
  ]);
  expect(cells(full, '[aria-label=Epochs] table')[0]).toEqual(['1', '0.5000', '90.14 %', '1.3']);
  expect(texts(full, 'dt')).not.toContain('best validation accuracy');
  expect(cells(full, '.settings')).toContainEqual(['trained on all images', 'yes']);
});

test('a run without an error says so', () => {
  const test = { ...run.test, confusion: [[5]], mostWrong: [], accuracy: 100 };
  const report = reportHtml({ ...run, test });
  expect(report).toContain('No image was taken for another class.');
  expect(report).not.toContain('strongest shade');
});

test.for([3, 200])('%i classes, of images that are not square', (classes) => {
  const other = madeUpRun({ classes, rows: 12, cols: 20 });
  const report = readPage(reportHtml(other));
  const counts = cells(report, '.matrix').map((row) => row.slice(1).map(Number));
  expect(counts).toEqual(other.test.confusion);
  const [image] = all(report, '.mistakes img');
  expect(image?.getAttribute('width')).toBe('20');
  expect(image?.getAttribute('height')).toBe('12');
});

test('the file is small: 20,000 steps, and as many classes as a byte tells', () => {
  expect(reportHtml(madeUpRun({ epochs: 20, stepsPerEpoch: 1_000 })).length).toBeLessThan(400_000);
  const run = madeUpRun({ classes: 256, rows: 2, cols: 2 });
  const confusion = run.test.confusion.map((row, label) =>
    row.map((count, predicted) => (label === predicted || (label * 31 + predicted) % 7 === 0 ? count : 0)),
  );
  expect(reportHtml({ ...run, test: { ...run.test, confusion } }).length).toBeLessThan(1_000_000);
});
