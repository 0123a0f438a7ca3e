import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawDigits, type Drawing, drawMistakes } from './digits.ts';

/** An image from lines of `#`, ink, and `.`, paper. */
function image(caption: string, ...lines: string[]): Drawing {
  const pixels = Uint8Array.from(lines.join('').matchAll(/[.#]/g), ([character]) => (character === '#' ? 255 : 0));
  return { pixels, rows: lines.length, cols: lines[0]?.length ?? 0, caption };
}

const seven = image('7', '......', '.####.', '....#.', '...#..', '..#...', '......');
const one = image('1', '......', '...#..', '..##..', '...#..', '...#..', '......');

test('two rows of pixels in a line, side by side, without the margins that are empty in all', () => {
  expect(drawDigits([seven, one], { columns: 80, colour: false })).toBe(
    ['▀▀▀█   ▄█', ' ▄▀     █', '7     1'].join('\n'),
  );
});

test('a half line below an odd last row; an image without ink is blank', () => {
  expect(drawDigits([image('a', '#.#', '.#.', '###')], { columns: 80, colour: false })).toBe('▀▄▀\n▀▀▀\na');
  expect(drawDigits([image('none', '..', '..')], { columns: 80, colour: false }).trim()).toBe('none');
});

test('as many side by side as there is room for', () => {
  const drawn = (columns: number): number[] =>
    drawDigits([one, one, one, one, one], { columns, colour: false })
      .split('\n')
      .filter((line) => line.includes('1'))
      .map((line) => line.split('1').length - 1);
  expect(drawn(80)).toEqual([5]);
  expect(drawn(6)).toEqual([2, 2, 1]); // two of two pixels and a gap of two
  expect(drawn(5)).toEqual([1, 1, 1, 1, 1]);
});

test('a caption that is wider than its image makes room for itself, or is folded', () => {
  const four = { ...one, caption: '4, taken for 9 (98 %)' };
  expect(drawDigits([four, four], { columns: 44, colour: false }).split('\n')).toEqual([
    '▄█                     ▄█',
    ' █                      █',
    '4, taken for 9 (98 %)  4, taken for 9 (98 %)',
  ]);
  expect(drawDigits([four], { columns: 12, colour: false }).split('\n')).toEqual([
    '▄█',
    ' █',
    '4, taken for',
    '9 (98 %)',
  ]);
});

test('in colour: 24 greys, from black paper to white ink, the upper pixel before the lower one', () => {
  const pixels = Uint8Array.of(255, 128, 0, 1);
  expect(drawDigits([{ pixels, rows: 2, cols: 2, caption: 'x' }], { columns: 80, colour: true })).toBe(
    '\u001b[38;5;255m\u001b[48;5;232m▀\u001b[38;5;244m\u001b[48;5;232m▀\u001b[39m\u001b[49m\nx',
  );
});

test('a colour is written only where it changes', () => {
  const drawn = drawDigits([image('x', '####', '####')], { columns: 80, colour: true });
  expect(drawn).toBe('\u001b[38;5;255m\u001b[48;5;255m▀▀▀▀\u001b[39m\u001b[49m\nx');
});

test('a faint image is as clear as a dark one', () => {
  const faint = { ...one, pixels: one.pixels.map((pixel) => pixel / 16) };
  expect(drawDigits([faint], { columns: 80, colour: false })).toBe(drawDigits([one], { columns: 80, colour: false }));
});

test('a large image is made smaller, each pixel the mean of a square', () => {
  const rows = 128;
  const pixels = Uint8Array.from({ length: rows * rows }, (_, i) =>
    i % rows < rows / 2 ? 255 : i % 2 === 0 ? 100 : 60,
  );
  const lines = drawDigits([{ pixels, rows, cols: rows, caption: 'x' }], { columns: 80, colour: true }).split('\n');
  expect(lines).toHaveLength(17);
  expect(stripVTControlCharacters(lines[0] ?? '')).toBe('▀'.repeat(32));
  expect(lines[0]).toBe(
    `\u001b[38;5;255m\u001b[48;5;255m${'▀'.repeat(16)}\u001b[38;5;239m\u001b[48;5;239m${'▀'.repeat(16)}\u001b[39m\u001b[49m`,
  );
});

test('the squares at the right and lower edge may be smaller', () => {
  const large = { pixels: new Uint8Array(65 * 65).fill(255), rows: 65, cols: 65, caption: 'x' };
  const white = `\u001b[38;5;255m\u001b[48;5;255m${'▀'.repeat(22)}\u001b[39m\u001b[49m`;
  expect(drawDigits([large], { columns: 80, colour: true })).toBe(`${`${white}\n`.repeat(11)}x`);
});

test('never wider than the terminal, all captions there, and no control characters without colour', () => {
  const drawings = fc.array(
    fc
      .record({
        rows: fc.integer({ min: 1, max: 70 }),
        cols: fc.integer({ min: 1, max: 70 }),
        label: fc.nat({ max: 255 }),
        seed: fc.nat(),
      })
      .map(({ rows, cols, label, seed }) => ({
        rows,
        cols,
        caption: `${label}, taken for 9 (98 %)`,
        pixels: Uint8Array.from({ length: rows * cols }, (_, i) => (i * (seed % 97)) % 256),
      })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(drawings, fc.integer({ min: 20, max: 200 }), (images, columns) => {
      const plain = drawDigits(images, { columns, colour: false });
      expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(plain).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u);
      expect(plain.match(/taken/g)?.length ?? 0).toBe(images.length);
      const coloured = stripVTControlCharacters(drawDigits(images, { columns, colour: true }));
      expect(coloured.split('\n').length).toBe(plain.split('\n').length);
      expect(Math.max(...coloured.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 50 },
  );
});

test('draws misclassified images with label and prediction', () => {
  // Three images of 2×3: paper, paper, and a stroke on the left.
  const images = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 9, 255, 0, 9]);
  const data = { images, labels: Uint8Array.of(0, 1, 2), count: 3, rows: 2, cols: 3 };
  const mistake = { index: 2, label: 2, predicted: 7, predictedProbability: 0.999, labelProbability: 0.001 };
  const drawn = drawMistakes([mistake, { ...mistake, index: 0, label: 0 }], data, { columns: 80, colour: false });
  expect(drawn).toBe(['█', '2, taken for 7 (99 %)  0, taken for 7 (99 %)'].join('\n'));
});
