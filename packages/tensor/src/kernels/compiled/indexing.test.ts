import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TypedArray } from '../../array/dtype.ts';
import { type WasmMemory } from '../../array/linear-memory.ts';
import { Storage } from '../../array/storage.ts';
import * as referenceIndexing from '../reference/indexing.ts';
import * as referenceWindows from '../reference/windows.ts';
import { type Windows } from '../reference/windows.ts';
import { compileIndexing, type IndexingKernels, type WindowSizes } from './indexing.ts';
import { propertyRuns } from '../../../fixtures/property-runs.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

const memory = new WebAssembly.Memory({ initial: 2 });
const kernels = compileIndexing(memory) ?? expect.fail('the kernels do not compile here');
const [floats, integers, bits] = [Float32Array, Int32Array, Uint32Array].map(
  (View) => new View(memory.buffer),
) as unknown as [Float32Array, Int32Array, Uint32Array];

/** Numbers of which few are alike, or most are; with all that makes a largest one or a sum hard. */
const contents = {
  plain: (random: () => number) => 2 * random() - 1,
  ties: (random: () => number) => [0, -0, 1, -1, 2, -Infinity][Math.floor(6 * random())] ?? 0,
  edges: (random: () => number) => {
    const edges = [
      0,
      -0,
      1,
      -1,
      NaN,
      Infinity,
      -Infinity,
      2 ** -149,
      -(2 ** -127),
      3.4028234663852886e38,
      2 ** 24,
      0.1,
    ];
    return edges[Math.floor(edges.length * random())] ?? 0;
  },
};
type Content = keyof typeof contents;
const content = fc.constantFrom<Content[]>('plain', 'ties', 'edges');

/** A memory full of numbers; the same ones for the same arguments. */
function fullMemory(numbers: Content): Float32Array {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from(floats, () => contents[numbers](random));
}
const full = { plain: fullMemory('plain'), ties: fullMemory('ties'), edges: fullMemory('edges') };

function fillMemory(numbers: Content): void {
  floats.set(full[numbers]);
}

// The parts of the memory, in words: two operands, indices, and the result.
const [X, Y, INDEX, OUT] = [0.1, 0.35, 0.6, 0.8].map((part) => Math.round(part * bits.length)) as [
  number,
  number,
  number,
  number,
];
const shift = fc.nat(5);

/** What a kernel has to write: these elements from a word on, and no others. */
interface Expected {
  readonly at: number;
  readonly elements: TypedArray;
}

/** Runs a kernel; all of the memory must be as before but for what is expected, where one NaN is as good as another. */
function expectWritten(run: () => void, expected: readonly Expected[]): void {
  const after = bits.slice();
  const asFloats = new Float32Array(after.buffer);
  for (const { at, elements } of expected) {
    (elements instanceof Int32Array ? new Int32Array(after.buffer) : asFloats).set(elements, at);
  }
  run();
  if (Buffer.from(after.buffer).equals(Buffer.from(memory.buffer))) return;
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === after[i] || (Number.isNaN(floats[i]) && Number.isNaN(asFloats[i]))) continue;
    expect.fail(`word ${i}, the result's ${i - OUT}: got ${floats[i] ?? ''}, expected ${asFloats[i] ?? ''}`);
  }
}

/** A storage of the float32, or the int32, that lie in the memory from a word on. */
const floatsAt = (at: number, length: number) => Storage.of('float32', floats.slice(at, at + length));
const integersAt = (at: number, length: number) => Storage.of('int32', integers.slice(at, at + length));

/** Writes indices below `length` into the memory. */
function writeIndices(at: number, count: number, length: number): void {
  for (let i = 0; i < count; i++) integers[at + i] = Math.imul(i + 3, 2_654_435_761 | 0) >>> 8;
  for (let i = 0; i < count; i++) integers[at + i] = (integers[at + i] ?? 0) % length;
}

const rowLengths = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.constantFrom(1, 31, 32, 33, 63, 64, 65, 66, 67, 68, 100),
);
const extents = fc.record({
  outer: fc.integer({ min: 0, max: 4 }),
  length: fc.integer({ min: 1, max: 9 }),
  count: fc.integer({ min: 0, max: 9 }),
  inner: rowLengths,
});
const places = fc.record({ x: shift, y: shift, index: shift, out: shift }).map(({ x, y, index, out }) => ({
  x: X + x,
  y: Y + y,
  index: INDEX + index,
  out: OUT + out,
}));

describe('take', () => {
  test('copies rows from wherever they are', () => {
    const steps = fc.tuple(fc.integer({ min: -50, max: 900 }), fc.integer({ min: -110, max: 110 }));
    fc.assert(
      fc.property(
        extents,
        places,
        steps,
        content,
        ({ outer, length, count, inner }, at, [outerStep, rowStep], numbers) => {
          fillMemory(numbers);
          writeIndices(at.index, count, length);
          const to = Storage.of('float32', new Float32Array(outer * count * inner));
          const rows = { storage: floatsAt(0, floats.length), offset: at.x, outerStep, rowStep };
          referenceIndexing.take(rows, integersAt(at.index, count), to, { outer, length, count, inner });
          expectWritten(() => {
            kernels.take(4 * at.x, 4 * at.index, 4 * at.out, outer, count, inner, outerStep, rowStep);
          }, [{ at: at.out, elements: to.read() }]);
        },
      ),
      propertyRuns(3),
    );
  });

  test('copies bits, whatever they mean', () => {
    const payloads = [0x7fc00001, 0xffc12345, 0x7f800001, 0x80000000];
    bits.set(payloads, X);
    integers.set([3, 2, 1, 0], INDEX);
    kernels.take(4 * X, 4 * INDEX, 4 * OUT, 1, 4, 1, 4, 1);
    expect([...bits.subarray(OUT, OUT + 4)]).toEqual(payloads.toReversed());
    kernels.gather(4 * X, 4 * INDEX, 4 * OUT, 1, 4, 4, 1);
    expect([...bits.subarray(OUT, OUT + 4)]).toEqual(payloads.toReversed());
  });
});

test('addRows adds rows in order', () => {
  fc.assert(
    fc.property(extents, places, content, ({ outer, length, count, inner }, at, numbers) => {
      fillMemory(numbers);
      writeIndices(at.index, count, length);
      const to = floatsAt(at.out, outer * length * inner);
      const from = floatsAt(at.x, outer * count * inner);
      referenceIndexing.addRows(integersAt(at.index, count), from, to, { outer, length, count, inner });
      expectWritten(() => {
        kernels.addRows(4 * at.index, 4 * at.x, 4 * at.out, outer, length, count, inner);
      }, [{ at: at.out, elements: to.read() }]);
    }),
    propertyRuns(3),
  );
});

describe('gather and scatterAdd', () => {
  test('pick and add as the reference does', () => {
    fc.assert(
      fc.property(extents, places, content, (sizes, at, numbers) => {
        const { outer, length, count, inner } = sizes;
        const picked = outer * count * inner;
        fillMemory(numbers);
        writeIndices(at.index, picked, length);
        const index = integersAt(at.index, picked);
        const to = Storage.of('float32', new Float32Array(picked));
        expect(referenceIndexing.gather(floatsAt(at.x, outer * length * inner), index, to, sizes)).toBe(-1);
        expectWritten(() => {
          const wrong = kernels.gather(4 * at.x, 4 * at.index, 4 * at.out, outer, length, count, inner);
          expect(wrong).toBe(-1);
        }, [{ at: at.out, elements: to.read() }]);

        const sums = floatsAt(at.out, outer * length * inner);
        expect(referenceIndexing.scatterAdd(index, floatsAt(at.x, picked), sums, sizes)).toBe(-1);
        expectWritten(() => {
          const wrong = kernels.scatterAdd(4 * at.index, 4 * at.x, 4 * at.out, outer, length, count, inner);
          expect(wrong).toBe(-1);
        }, [{ at: at.out, elements: sums.read() }]);
      }),
      propertyRuns(3),
    );
  });

  test('stop at the first index that is out of range, and say where that is', () => {
    const [outer, length, count, inner] = [2, 5, 3, 2];
    const sizes = { outer, length, count, inner };
    for (const bad of [-1, 5, 2 ** 31 - 1, -(2 ** 31)]) {
      for (let wrong = 0; wrong < outer * count * inner; wrong++) {
        fillMemory('plain');
        writeIndices(INDEX, 12, length);
        integers.fill(bad, INDEX + wrong, INDEX + wrong + 2);
        const index = integersAt(INDEX, 12);
        const [to, sums] = [floatsAt(OUT, 12), floatsAt(OUT, 20)];
        expect(referenceIndexing.gather(floatsAt(X, 20), index, to, sizes)).toBe(wrong);
        expect(referenceIndexing.scatterAdd(index, floatsAt(X, 12), sums, sizes)).toBe(wrong);
        expectWritten(() => {
          const found = kernels.scatterAdd(4 * INDEX, 4 * X, 4 * OUT, outer, length, count, inner);
          expect(found).toBe(wrong);
        }, [{ at: OUT, elements: sums.read() }]);
        floats.set(floats.slice(Y, Y + 20), OUT);
        const untouched = floats.slice(OUT + wrong, OUT + 12);
        expectWritten(() => {
          const found = kernels.gather(4 * X, 4 * INDEX, 4 * OUT, outer, length, count, inner);
          expect(found).toBe(wrong);
        }, [{ at: OUT, elements: to.read() }, { at: OUT + wrong, elements: untouched }]); // prettier-ignore
      }
    }
  });
});

/** How many windows there are along an axis. */
const countOf = (size: number, kernel: number, stride: number, padding: number) =>
  Math.floor((size + 2 * padding - kernel) / stride) + 1;

/** Windows of which each has an element in its image. */
const windowsOf = fc
  .record({
    images: fc.integer({ min: 0, max: 3 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 7 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })),
    halves: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ images, height, width, kernel, stride, halves }): Windows => {
    const padding = [Math.floor((halves[0] * kernel[0]) / 2), Math.floor((halves[1] * kernel[1]) / 2)] as const;
    const count = [
      countOf(height, kernel[0], stride[0], padding[0]),
      countOf(width, kernel[1], stride[1], padding[1]),
    ] as const;
    return { images, height, width, kernel, stride, dilation: [1, 1], padding, count };
  })
  .filter(({ count }) => count[0] >= 1 && count[1] >= 1);

const sizesOf = ({ images, height, width, kernel, stride, padding, count }: Windows): WindowSizes => [
  ...[images, height, width] as const,
  ...kernel,
  ...stride,
  ...padding,
  ...count,
]; // prettier-ignore

const imageElements = ({ images, height, width }: Windows) => images * height * width;
const windowCount = ({ images, count }: Windows) => images * count[0] * count[1];

function checkLargest(windows: Windows, at: { x: number; y: number; out: number }): void {
  const x = floatsAt(at.x, imageElements(windows));
  const values = Storage.of('float32', new Float32Array(windowCount(windows)));
  const places = Storage.of('int32', new Int32Array(windowCount(windows)));
  referenceWindows.largestOfWindows(x, values, places, windows);
  const sizes = sizesOf(windows);
  const [toValues, toPlaces] = [
    { at: at.out, elements: values.read() },
    { at: at.y, elements: places.read() },
  ];
  expectWritten(() => {
    kernels.largestOfWindows(4 * at.x, 4 * at.out, 4 * at.y, ...sizes);
  }, [toValues, toPlaces]);
  expectWritten(() => {
    kernels.largestOfWindows(4 * at.x, 4 * (at.out + 1), 0, ...sizes);
  }, [{ ...toValues, at: at.out + 1 }]);
  expectWritten(() => {
    kernels.largestOfWindows(4 * at.x, 0, 4 * (at.y + 1), ...sizes);
  }, [{ ...toPlaces, at: at.y + 1 }]);
}

function checkAverage(windows: Windows, at: { x: number; out: number }): void {
  const to = Storage.of('float32', new Float32Array(windowCount(windows)));
  referenceWindows.averageOfWindows(floatsAt(at.x, imageElements(windows)), to, windows);
  expectWritten(() => {
    kernels.averageOfWindows(4 * at.x, 4 * at.out, ...sizesOf(windows));
  }, [{ at: at.out, elements: to.read() }]);
}

function checkAdd(windows: Windows, at: { x: number; out: number }): void {
  // Sums begin with 0: that is what lets some kernels add zeros between them.
  floats.fill(0, at.out, at.out + imageElements(windows));
  const to = floatsAt(at.out, imageElements(windows));
  referenceWindows.addToWindows(floatsAt(at.x, windowCount(windows)), to, windows);
  expectWritten(() => {
    kernels.addToWindows(4 * at.x, 4 * at.out, ...sizesOf(windows));
  }, [{ at: at.out, elements: to.read() }]);
}

describe('windows', () => {
  test.each([
    ['the largest element', checkLargest],
    ['the mean', checkAverage],
    ['the adjoint of sums', checkAdd],
  ] as const)('of any: %s', (_, check) => {
    fc.assert(
      fc.property(windowsOf, places, content, (windows, at, numbers) => {
        fillMemory(numbers);
        check(windows, at);
      }),
      propertyRuns(4),
    );
  });

  test.each([
    ['the largest element', checkLargest],
    ['the mean', checkAverage],
    ['the adjoint of sums', checkAdd],
  ] as const)('in rows of every length: %s', (_, check) => {
    for (let width = 1; width <= 24; width++) {
      for (const stride of [1, 2, 3]) {
        for (const [kernel, padding] of [[1, 0], [2, 0], [2, 1], [3, 0], [3, 1], [5, 2]] as const) {
          const count = [countOf(6, kernel, stride, padding), countOf(width, kernel, stride, padding)] as const;
          if (count[1] < 1) continue;
          fillMemory(width % 2 === 0 ? 'ties' : 'edges');
          const pairs = {
            kernel: [kernel, kernel],
            stride: [stride, stride],
            padding: [padding, padding],
            dilation: [1, 1],
          } as const;
          check({ images: 2, height: 6, width, ...pairs, count }, { x: X, y: Y, out: OUT });
        }
      }
    }
  }); // prettier-ignore
});

describe('windows of 2×2, 2 apart', () => {
  const halvesOf = (images: number, height: number, width: number): Windows => ({
    images,
    height,
    width,
    ...({ kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0] } as const),
    count: [Math.floor(height / 2), Math.floor(width / 2)],
  });

  /** Both kernels, of which the second leaves what is in no window as it is: here 0, as the reference has it. */
  function check(windows: Windows, at: { x: number; y: number; out: number }): void {
    const { images, height, width } = windows;
    const [pixels, count] = [imageElements(windows), windowCount(windows)];
    const x = floatsAt(at.x, pixels);
    const values = Storage.of('float32', new Float32Array(count));
    const places = Storage.of('int32', new Int32Array(count));
    referenceWindows.largestOfWindows(x, values, places, windows);
    expectWritten(() => {
      kernels.largestOf2x2(4 * at.x, 4 * at.out, images, height, width);
    }, [{ at: at.out, elements: values.read() }]);

    const to = Storage.of('float32', new Float32Array(pixels));
    const sizes = { outer: images, length: height * width, count: windows.count[0] * windows.count[1], inner: 1 };
    referenceIndexing.scatterAdd(places, floatsAt(at.y, count), to, sizes);
    // Anything where it writes, 0 elsewhere.
    for (let i = 0; i < pixels; i++) {
      const [row, column] = [Math.floor(i / width) % height, i % width];
      if (row >= 2 * windows.count[0] || column >= 2 * windows.count[1]) floats[at.out + i] = 0;
    }
    expectWritten(() => {
      kernels.giveToLargestOf2x2(4 * at.x, 4 * at.y, 4 * at.out, images, height, width);
    }, [{ at: at.out, elements: to.read() }]);
  }

  test('of any images', () => {
    const image = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.nat(3), image, image, places, content, (images, height, width, at, numbers) => {
        fillMemory(numbers);
        check(halvesOf(images, height, width), at);
      }),
      propertyRuns(4),
    );
  });

  test('of images of every width', () => {
    for (let width = 0; width <= 40; width++) {
      for (const numbers of Object.keys(contents) as Content[]) {
        fillMemory(numbers);
        check(halvesOf(2, 5, width), { x: X, y: Y, out: OUT });
      }
    }
  });

  test('every order of four numbers, some of them equal, and NaN', () => {
    const numbers = [0, -0, 1, 2, NaN, -Infinity];
    const windows = numbers.flatMap((a) =>
      numbers.flatMap((b) => numbers.flatMap((c) => numbers.map((d) => [a, b, c, d] as const))),
    );
    const width = 2 * windows.length;
    for (const [i, [a, b, c, d]] of windows.entries()) {
      floats.set([a, b], X + 2 * i);
      floats.set([c, d], X + width + 2 * i);
    }
    for (let i = 0; i < windows.length; i++) floats[Y + i] = i % 5 === 0 ? -0 : i;
    check(halvesOf(1, 2, width), { x: X, y: Y, out: OUT });
    // And in windows that are looked at one by one.
    check(halvesOf(windows.length, 2, 2), { x: X, y: Y, out: OUT });
  });
});

test('nothing is read or written past an operand at the end of the memory', () => {
  const end = memory.buffer.byteLength;
  const endOf = (words: number) => end - 4 * words;
  const index = 4 * INDEX;
  for (let n = 1; n <= 70; n++) {
    integers.fill(0, INDEX, INDEX + 2);
    kernels.take(endOf(n), index, 4 * OUT, 1, 2, n, n, n);
    kernels.take(4 * X, index, endOf(2 * n), 1, 2, n, n, n);
    kernels.addRows(index, endOf(2 * n), 4 * OUT, 1, 1, 2, n);
    kernels.addRows(index, 4 * X, endOf(n), 1, 1, 2, n);
    integers.fill(0, integers.length - n);
    kernels.gather(4 * X, endOf(n), 4 * OUT, 1, 1, n, 1);
    kernels.scatterAdd(endOf(n), 4 * X, 4 * OUT, 1, 1, n, 1);
  }
  const everyWindow: ((from: (words: number) => number, to: (words: number) => number, windows: Windows) => void)[] = [
    (from, to, windows) => {
      kernels.largestOfWindows(from(imageElements(windows)), to(windowCount(windows)), 0, ...sizesOf(windows));
      kernels.largestOfWindows(from(imageElements(windows)), 0, to(windowCount(windows)), ...sizesOf(windows));
    },
    (from, to, windows) => {
      kernels.averageOfWindows(from(imageElements(windows)), to(windowCount(windows)), ...sizesOf(windows));
    },
    (from, to, windows) => {
      kernels.addToWindows(from(windowCount(windows)), to(imageElements(windows)), ...sizesOf(windows));
    },
  ];
  fc.assert(
    fc.property(windowsOf, (windows) => {
      for (const run of everyWindow) {
        run(endOf, () => 4 * X, windows);
        run(() => 4 * X, endOf, windows);
      }
    }),
    propertyRuns(3),
  );
  for (let width = 1; width <= 20; width++) {
    for (const height of [2, 3]) {
      const [pixels, count] = [height * width, Math.floor(width / 2)];
      kernels.largestOf2x2(endOf(pixels), 4 * X, 1, height, width);
      kernels.largestOf2x2(4 * X, endOf(count), 1, height, width);
      kernels.giveToLargestOf2x2(endOf(pixels), 4 * X, 4 * OUT, 1, height, width);
      kernels.giveToLargestOf2x2(4 * X, endOf(count), 4 * OUT, 1, height, width);
      kernels.giveToLargestOf2x2(4 * X, 4 * Y, endOf(pixels), 1, height, width);
    }
  }
});

test('every kernel is tested here', () => {
  const tested: Record<keyof IndexingKernels, true> = {
    ...{ take: true, addRows: true, gather: true, scatterAdd: true, largestOfWindows: true },
    ...{ averageOfWindows: true, addToWindows: true, largestOf2x2: true, giveToLargestOf2x2: true },
  };
  expect(Object.keys(kernels).sort()).toEqual(Object.keys(tested).sort());
});
