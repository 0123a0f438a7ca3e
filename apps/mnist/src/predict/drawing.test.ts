import { describe, expect, test } from 'vitest';
import { centred } from './centre.ts';
import { drawingOn } from './drawing.ts';
import { type Picture, PictureError } from './picture.ts';

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

const [width, height] = [40, 30];

/** A seven without symmetry: a bar and a leg, 2 to 3 pixels wide. */
function onSeven(x: number, y: number): boolean {
  return (y >= 5 && y < 8 && x >= 12 && x < 26) || (y >= 8 && y < 25 && x >= 30 - y && x < 32 - y);
}

function picture(colour: (x: number, y: number) => Colour, max = 255): Picture {
  const samples = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) samples.set(colour(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, samples, max };
}

/** A picture of the seven in two colours. */
function seven(paper: Colour, pen: Colour): Picture {
  return picture((x, y) => (onSeven(x, y) ? pen : paper));
}

/** Which pixels hold ink, as text. */
function marks(drawn: Picture): string {
  const { ink } = drawingOn(drawn, 'a.png');
  return Array.from(ink, (x, i) => `${x > 0 ? '#' : '.'}${i % width === width - 1 ? '\n' : ''}`).join('');
}

const expected =
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (onSeven(x, y) ? '#' : '.')).join(''),
  ).join('\n') + '\n';

const [black, white, clear]: [Colour, Colour, Colour] = [
  [0, 0, 0, 255],
  [255, 255, 255, 255],
  [0, 0, 0, 0],
];

test.each<[string, Colour, Colour]>([
  ['black on white', white, black],
  ['white on black', black, white],
  ['grey on a lighter grey', [128, 128, 128, 255], [120, 120, 120, 255]],
  ['red on a green that is as light', [0, 76, 0, 255], [255, 0, 0, 255]],
  ['blue on black', black, [0, 0, 255, 255]],
  ['black on nothing', clear, black],
  ['white on nothing', clear, white],
  ['white on a nothing that is white', [255, 255, 255, 0], white],
  ['faint on nothing', clear, [0, 0, 0, 60]],
  ['opaque on half transparent', [0, 0, 0, 100], black],
  ['half transparent black, on white', [255, 255, 255, 255], [0, 0, 0, 128]],
  ['a stencil: nothing on white', white, clear],
  ['a hole in a black sheet', black, clear],
])('%s', (_, paper, pen) => {
  expect(marks(seven(paper, pen))).toBe(expected);
});

test('ink is 1 where the pen went, and in proportion along the edges', () => {
  const shades = [255, 191, 127, 0];
  const drawn = picture((x, y) => {
    const shade = x >= 10 && x < 14 && y > 4 && y < 20 ? (shades[13 - x] ?? 0) : 255;
    return [shade, shade, shade, 255];
  });
  const { ink } = drawingOn(drawn, 'a.png');
  const row = [...ink.subarray(10 * width + 9, 10 * width + 15)].map((x) => x / (ink[10 * width + 10] ?? 1));
  [0, 1, 0.502, 0.251, 0, 0].forEach((x, i) => {
    expect(row[i]).toBeCloseTo(x, 2);
  });
});

test('colours of 16 bits', () => {
  const { samples } = seven(white, black);
  expect(marks({ width, height, samples: Uint16Array.from(samples, (x) => 257 * x), max: 65535 })).toBe(expected);
});

test('a sheet with a transparent rim, and a drawing on it', () => {
  const rim = (x: number, y: number): boolean => x < 3 || y < 2 || x > 36 || y > 27 || (x === 3 && y === 2);
  expect(marks(picture((x, y) => (rim(x, y) ? clear : onSeven(x, y) ? black : white)))).toBe(expected);
  expect(marks(picture((x, y) => (rim(x, y) ? clear : onSeven(x, y) ? white : black)))).toBe(expected);
});

test('a straight bar on nothing is a one, and no sheet', () => {
  const { ink } = drawingOn(
    picture((x, y) => (x > 17 && x < 22 && y > 3 && y < 27 ? black : clear)),
    'a.png',
  );
  expect(ink.filter((x) => x > 0)).toHaveLength(4 * 23);
});

test('strokes of many colours on nothing', () => {
  expect(marks(picture((x, y) => (onSeven(x, y) ? [6 * x, 255 - 8 * y, 9 * y, 255] : clear)))).toBe(expected);
});

describe('light that falls from one side', () => {
  test.each([
    ['dark on light', -60],
    ['light on dark', 60],
  ])('%s', (_, step) => {
    const drawn = picture((x, y) => {
      const shade = Math.round(70 + 2 * x + 2.5 * y + (onSeven(x, y) ? step : 0));
      return [shade, shade, shade, 255];
    });
    expect(marks(drawn)).toBe(expected);
  });

  test('a stroke all along an edge is no light', () => {
    const drawn = picture((x, y) => (y < 4 || (x > 20 && x < 25) ? black : white));
    const { ink } = drawingOn(drawn, 'a.png');
    expect(ink.filter((x) => x > 0)).toHaveLength(4 * width + 4 * (height - 4));
    expect(new Set(ink).size).toBe(2);
  });
});

describe('a frame at the border is cut off', () => {
  const within = `${expected.trim().split('\n').slice(5, 25).join('\n')}\n`;

  test.each<[string, number, Colour, Colour, Colour]>([
    ['black, 1 pixel', 1, black, white, black],
    ['black, 3 pixels', 3, black, white, black],
    ['grey around white', 2, [120, 120, 120, 255], white, black],
    ['lighter than the paper', 2, white, [180, 180, 180, 255], black],
    ['white around black', 2, white, black, white],
    ['on nothing', 1, black, clear, black],
  ])('%s', (_, wide, frame, paper, pen) => {
    const isFrame = (x: number, y: number): boolean => Math.min(x, y, width - 1 - x, height - 1 - y) < wide;
    const drawn = drawingOn(
      picture((x, y) => (isFrame(x, y) ? frame : onSeven(x, y) ? pen : paper)),
      'a.png',
    );
    const rows = Array.from({ length: drawn.height }, (_, y) =>
      Array.from(drawn.ink.subarray(y * drawn.width, (y + 1) * drawn.width), (x) => (x > 0 ? '#' : '.')).join(''),
    );
    const trimmed = (lines: string[]): string[] =>
      lines.map((line) => line.replaceAll(/^\.+|\.+$/g, '')).filter(Boolean);
    expect(trimmed(rows)).toEqual(trimmed(within.split('\n')));
    expect(drawn.digits).toBe(1);
  });
});

test('how many digits there seem to be', () => {
  const bars = (...columns: number[]): number =>
    drawingOn(
      picture((x, y) => (y > 4 && y < 25 && columns.includes(x) ? black : white)),
      'a.png',
    ).digits;
  expect([bars(9), bars(9, 20), bars(9, 20, 31)]).toEqual([1, 2, 3]);
  // A bar above, or beside but low, is a part of the digit.
  const parts = (x: number, y: number): boolean =>
    (x > 14 && x < 20 && y > 10) || (y === 6 && x > 12 && x < 22) || (x > 25 && x < 30 && y > 22 && y < 28);
  expect(
    drawingOn(
      picture((x, y) => (parts(x, y) ? black : white)),
      'a.png',
    ).digits,
  ).toBe(1);
});

test('noise and dust are dropped', () => {
  const drawn = picture((x, y) => {
    const noise = ((x * 37 + y * 101 + x * y * 7) % 17) - 8;
    const shade = (onSeven(x, y) || (x === 5 && y === 20) ? 30 : 220) + noise;
    return [shade, shade, shade, 255];
  });
  expect(marks(drawn)).toBe(expected);
});

test('a smudge is dropped, however large', () => {
  const drawn = picture((x, y) => {
    const shade = onSeven(x, y) ? 30 : x > 27 && x < 38 && y > 8 && y < 24 ? 190 : 220;
    return [shade, shade, shade, 255];
  });
  expect(marks(drawn)).toBe(expected);
});

test.each([
  ['left', 0, 39],
  ['right', 35, 0],
])('a stroke at the %s edge has no part in the dust at the other', (_, left, dust) => {
  const stroke = (x: number, y: number): boolean => x >= left && x < left + 5 && y > 4 && y < 20;
  const drawn = picture((x, y) => (stroke(x, y) || (x === dust && y === 10) ? black : white));
  expect(drawingOn(drawn, 'a.png').ink.filter((x) => x > 0)).toHaveLength(5 * 15);
});

test('strong noise is less than ink', () => {
  const drawn = picture((x, y) => {
    const noise = ((x * 37 + y * 101 + x * y * 7) % 17) * 6 - 48;
    const shade = (onSeven(x, y) ? 50 : 205) + noise;
    return [shade, shade, shade, 255];
  });
  expect(marks(drawn).replaceAll(/[^#]/g, '').length).toBeGreaterThan(30);
});

test('a digit of two pieces keeps both', () => {
  const drawn = picture((x, y) =>
    (y === 6 && x > 12 && x < 20) || (y > 9 && y < 25 && x > 14 && x < 19) ? black : white,
  );
  expect(drawingOn(drawn, 'a.png').ink.filter((x) => x > 0)).toHaveLength(7 + 15 * 4);
});

test.each([
  ['white', () => white],
  ['black', () => black],
  ['transparent', () => clear],
  ['white, here and there less opaque', (x: number, y: number): Colour => [255, 255, 255, onSeven(x, y) ? 255 : 200]],
  ['a shade of five steps', (x: number, y: number): Colour => (onSeven(x, y) ? [251, 251, 251, 255] : white)],
  ['a slope', (x: number): Colour => [5 * x, 5 * x, 5 * x, 255]],
  ['noise alone', (x: number, y: number): Colour => [((x * 97 + y * 57 + x * y * 31) % 101) + 100, 150, 150, 255]],
])('nothing drawn: %s', (_, colour) => {
  expect(() => drawingOn(picture(colour), 'a.png')).toThrow(PictureError);
  expect(() => drawingOn(picture(colour), 'a.png')).toThrow(
    'a.png: nothing stands out from the paper at its border. Use a picture of a digit with paper around it',
  );
});

test.each([
  [1, 1],
  [1, 9],
  [9, 1],
  [2, 2],
])('%i×%i pixels break nothing', (columns, rows) => {
  const samples = Uint8Array.from({ length: 4 * columns * rows }, (_, i) => (i % 4 === 3 ? 255 : i < 4 ? 0 : 200));
  try {
    expect(Math.max(...centred(drawingOn({ width: columns, height: rows, samples, max: 255 }, ''), 28, 28))).toBe(255);
  } catch (error) {
    expect(error).toBeInstanceOf(PictureError);
  }
});
