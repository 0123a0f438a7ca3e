import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Generator } from '@mg/tensor';
import { shifted } from './augment.ts';

/** The definition: every pixel from where it was, or paper. */
function moved(image: readonly number[], rows: number, cols: number, down: number, right: number): number[] {
  return image.map((_, place) => {
    const [row, col] = [Math.floor(place / cols) - down, (place % cols) - right];
    return row >= 0 && row < rows && col >= 0 && col < cols ? (image[row * cols + col] ?? NaN) : 0;
  });
}

test('each image is moved as a whole, by no more than asked, and as the generator says', () => {
  const size = fc.record({ rows: fc.integer({ min: 1, max: 6 }), cols: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(1e6),
      (task, most, count, seed) => {
        const { rows, cols } = task;
        const images = Uint8Array.from({ length: count * rows * cols }, (_, i) => 1 + ((i * 7) % 250));
        const before = [...images];
        const result = shifted(images, { ...task, classes: 2 }, most, new Generator(seed));
        const random = new Generator(seed);
        for (let image = 0; image < count; image++) {
          const [down, right] = [random.integer(-most, most + 1), random.integer(-most, most + 1)];
          const from = image * rows * cols;
          expect([...result.subarray(from, from + rows * cols)]).toEqual(
            moved(before.slice(from, from + rows * cols), rows, cols, down, right),
          );
        }
        expect([...images]).toEqual(before);
      },
    ),
  );
});

test('the nine shifts by at most a pixel come equally often', () => {
  const dot = new Uint8Array(25).fill(255, 12, 13);
  const images = new Uint8Array(25 * 9_000).map((_, i) => dot[i % 25] ?? 0);
  const result = shifted(images, { rows: 5, cols: 5, classes: 2 }, 1, new Generator(1));
  const counts = new Array<number>(25).fill(0);
  for (let i = 0; i < result.length; i++) if (result[i] === 255) counts[i % 25] = (counts[i % 25] ?? 0) + 1;
  const places = [6, 7, 8, 11, 12, 13, 16, 17, 18];
  // 1,000 each, give or take five standard deviations of 30.
  for (const place of places) expect(Math.abs((counts[place] ?? 0) - 1_000)).toBeLessThan(150);
  expect(places.reduce((sum, place) => sum + (counts[place] ?? 0), 0)).toBe(9_000);
});
