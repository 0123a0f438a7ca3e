import { describe, expect, test } from 'vitest';
import { centred } from './centre.ts';
import { type Drawing as Found } from './ink.ts';

type Drawing = Pick<Found, 'width' | 'height' | 'ink'>;

function drawing(width: number, height: number, ink: (x: number, y: number) => number): Drawing {
  return {
    width,
    height,
    ink: Float32Array.from({ length: width * height }, (_, i) => ink(i % width, Math.floor(i / width))),
  };
}

function measured(image: Uint8Array, cols: number): { wide: number; high: number; x: number; y: number } {
  const inked = [...image].flatMap((value, i) => (value > 0 ? [{ value, x: i % cols, y: Math.floor(i / cols) }] : []));
  const mass = inked.reduce((sum, { value }) => sum + value, 0);
  const mean = (axis: 'x' | 'y'): number => inked.reduce((sum, pixel) => sum + pixel.value * pixel[axis], 0) / mass;
  const extent = (axis: 'x' | 'y'): number =>
    Math.max(...inked.map((pixel) => pixel[axis])) - Math.min(...inked.map((pixel) => pixel[axis])) + 1;
  return { wide: extent('x'), high: extent('y'), x: mean('x'), y: mean('y') };
}

/** An L, whose centre of mass is not the centre of its box. */
function ell(width: number, height: number, left: number, top: number, size: number): Drawing {
  const on = (x: number, y: number): boolean =>
    x >= left && y >= top && x < left + size && y < top + 1.5 * size && (x < left + size / 3 || y >= top + 1.2 * size);
  return drawing(width, height, (x, y) => (on(x, y) ? 0.9 : 0));
}

test.each([[ell(300, 200, 17, 30, 100)], [ell(90, 90, 60, 4, 20)], [ell(40, 50, 3, 2, 30)], [ell(40, 50, 12, 19, 9)]])(
  '20 pixels on the longer side, the proportions kept, the centre of mass at (14, 14)',
  (drawn) => {
    const image = centred(drawn, 28, 28);
    const { wide, high, x, y } = measured(image, 28);
    expect([wide, high]).toEqual([13, 20]);
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.51); // the bytes are rounded
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.51);
    expect(Math.max(...image)).toBe(255);
  },
);

test('whole pixels: ink of the size of the box is moved and not changed', () => {
  const drawn = drawing(50, 40, (x, y) =>
    x >= 9 && x < 29 && y >= 5 && y < 12 ? ((x * 31 + y * 17) % 100) / 100 + 0.2 : 0,
  );
  const image = centred(drawn, 28, 28);
  const most = Math.max(...drawn.ink);
  const values = [...drawn.ink].filter((x) => x > 0).map((x) => Math.round((255 * x) / most));
  expect([...image].filter((x) => x > 0)).toEqual(values);
});

test('of two places that are as near, the one nearer to the beginning', () => {
  // The centre of mass of 20 even pixels is at 9.5: MNIST has 13.5, not 14.5.
  const { x, y } = measured(
    centred(
      drawing(20, 20, () => 1),
      28,
      28,
    ),
    28,
  );
  expect([x, y]).toEqual([13.5, 13.5]);
});

test('a faint thin line is stretched to 255', () => {
  const image = centred(
    drawing(400, 400, (x, y) => (x === 100 && y > 50 && y < 350 ? 0.3 : 0)),
    28,
    28,
  );
  expect(measured(image, 28)).toMatchObject({ wide: 1, high: 20 });
  expect(Math.max(...image)).toBe(255);
});

describe('other sizes', () => {
  test.each([
    [32, 24, 23, 15],
    [8, 8, 6, 4],
    [16, 64, 11, 7],
    [64, 16, 17, 11],
    [1, 1, 1, 1],
  ])('%i×%i', (rows, cols, high, wide) => {
    const image = centred(ell(60, 60, 11, 7, 30), rows, cols);
    expect(image).toHaveLength(rows * cols);
    expect(measured(image, cols)).toMatchObject({ wide, high });
  });
});

test('all ink stays in the image, however uneven', () => {
  const drawn = drawing(200, 200, (x, y) => (x < 20 && y < 20 ? 1 : x === y ? 0.1 : 0));
  expect(measured(centred(drawn, 28, 28), 28)).toMatchObject({ wide: 20, high: 20 });
});
