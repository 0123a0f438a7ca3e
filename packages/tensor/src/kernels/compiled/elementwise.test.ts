import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WasmMemory } from '../../array/linear-memory.ts';
import { compileElementwise, type ElementwiseKernels } from './elementwise.ts';
import { propertyRuns } from '../../../fixtures/property-runs.ts';

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Memory: new (descriptor: { initial: number }) => WasmMemory };
};

// The definitions: computed in double, then rounded to float32 by what they are stored in.
const arithmetic = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  maximum: (a: number, b: number) => (b > a || Number.isNaN(b) ? b : a),
  minimum: (a: number, b: number) => (b < a || Number.isNaN(b) ? b : a),
  reluGradient: (y: number, g: number) => (y <= 0 ? 0 : g),
};
const comparisons = {
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
  lt: (a: number, b: number) => a < b,
  le: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  ge: (a: number, b: number) => a >= b,
};
const unary = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  relu: (x: number) => (x < 0 ? 0 : x),
  square: (x: number) => x * x,
  reciprocal: (x: number) => 1 / x,
  rsqrt: (x: number) => 1 / Math.sqrt(x),
  sign: (x: number) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.floor(x) === x ? x : Math.round(x)),
};
const questions = {
  isNaN: Number.isNaN,
  isFinite: Number.isFinite,
  logicalNot: (x: number) => x === 0,
};
const arithmeticNames = Object.keys(arithmetic) as (keyof typeof arithmetic)[];
const comparisonNames = Object.keys(comparisons) as (keyof typeof comparisons)[];
const unaryNames = Object.keys(unary) as (keyof typeof unary)[];
const questionNames = Object.keys(questions) as (keyof typeof questions)[];

/** Numbers at an edge of float32, and some so plain that two are often equal. */
const edges = [
  ...[0, -0, 1, -1, 2, 3, 0.1, -0.1, 2 ** 24, Infinity, -Infinity, NaN, 2 ** 127, -3.4028234663852886e38],
  ...[0.5, -0.5, 1.5, 2.5, -2.5, 4_194_303.5, 0.49999997, -0.7, 8_388_607],
  ...[2 ** -126, 2 ** -127, -(2 ** -126), 2 ** -149, -(2 ** -149), 3 * 2 ** -149, 1e-39, 2 ** -64],
];

interface Views {
  readonly float32: Float32Array;
  readonly uint32: Uint32Array;
  readonly uint8: Uint8Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  float32: new Float32Array(buffer),
  uint32: new Uint32Array(buffer),
  uint8: new Uint8Array(buffer),
});

/** The parts of the memory: three operands, each addressed from the middle of its part, and the result. */
const PARTS = 4;

/** Kernels, and a memory full of numbers that they work in. */
function setUp(pages: number) {
  const memory = new WebAssembly.Memory({ initial: pages });
  const kernels = compileElementwise(memory);
  if (kernels === null) throw new Error('the kernels do not compile here');
  const actual = viewsOf(memory.buffer);
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < actual.uint32.length; i++) {
    if (random(2) === 0) actual.float32[i] = edges[random(edges.length)] ?? 0;
    else actual.uint32[i] = random(2 ** 32);
  }
  const partSize = memory.buffer.byteLength / PARTS;
  // The condition: as many zeros as other bytes.
  const condition = actual.uint8.subarray(2 * partSize, 3 * partSize);
  for (let i = 0; i < condition.length; i++) condition[i] = random(2) * (1 + random(255));
  return { kernels, actual, start: actual.uint8.slice(), partSize };
}

type Setting = ReturnType<typeof setUp>;
const small = setUp(2);
const large = setUp(32);

/** An operand of two axes, by its address and its steps. */
interface Operand {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

interface Sizes {
  readonly rows: number;
  readonly columns: number;
}

/** Runs a kernel, and its definition on a copy of the memory; all of the memory must be the same, but for a NaN's payload. */
function compare(
  setting: Setting,
  run: (kernels: ElementwiseKernels) => void,
  define: (views: Views) => void,
  payload: 'any NaN' | 'each bit',
): void {
  const { actual, kernels, start } = setting;
  actual.uint8.set(start);
  const expected = viewsOf(start.buffer.slice(0));
  run(kernels);
  define(expected);
  if (Buffer.from(actual.uint8.buffer).equals(Buffer.from(expected.uint8.buffer))) return;
  for (let i = 0; i < actual.uint32.length; i++) {
    if (actual.uint32[i] === expected.uint32[i]) continue;
    if (payload === 'any NaN' && Number.isNaN(actual.float32[i]) && Number.isNaN(expected.float32[i])) continue;
    const show = ({ float32, uint32 }: Views) => `${float32[i] ?? ''} (0x${(uint32[i] ?? 0).toString(16)})`;
    expect.fail(`at address ${4 * i}: got ${show(actual)}, expected ${show(expected)}`);
  }
}

/** Calls `write` for each element, with its place in a dense result. */
function eachElement({ rows, columns }: Sizes, write: (r: number, c: number, place: number) => void): void {
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) write(r, c, r * columns + c);
}

const word = ({ at, row, column }: Operand, r: number, c: number) => at / 4 + r * row + c * column;

function checkArithmetic(
  setting: Setting,
  name: keyof typeof arithmetic,
  sizes: Sizes,
  a: Operand,
  b: Operand,
  out: number,
): void {
  compare(
    setting,
    (kernels) => {
      kernels[name](a.at, b.at, out, sizes.rows, sizes.columns, a.row, a.column, b.row, b.column);
    },
    ({ float32 }) => {
      eachElement(sizes, (r, c, place) => {
        float32[out / 4 + place] = arithmetic[name](float32[word(a, r, c)] ?? 0, float32[word(b, r, c)] ?? 0);
      });
    },
    'any NaN',
  );
}

function checkComparison(
  setting: Setting,
  name: keyof typeof comparisons,
  sizes: Sizes,
  a: Operand,
  b: Operand,
  out: number,
): void {
  compare(
    setting,
    (kernels) => {
      kernels[name](a.at, b.at, out, sizes.rows, sizes.columns, a.row, a.column, b.row, b.column);
    },
    ({ float32, uint8 }) => {
      eachElement(sizes, (r, c, place) => {
        uint8[out + place] = comparisons[name](float32[word(a, r, c)] ?? 0, float32[word(b, r, c)] ?? 0) ? 1 : 0;
      });
    },
    'each bit',
  );
}

function checkWhere(
  setting: Setting,
  sizes: Sizes,
  [condition, a, b]: readonly [Operand, Operand, Operand],
  out: number,
): void {
  compare(
    setting,
    ({ where }) => {
      const steps = [condition.row, condition.column, a.row, a.column, b.row, b.column] as const;
      where(condition.at, a.at, b.at, out, sizes.rows, sizes.columns, ...steps);
    },
    ({ uint32, uint8 }) => {
      eachElement(sizes, (r, c, place) => {
        const isChosen = uint8[condition.at + r * condition.row + c * condition.column] !== 0;
        uint32[out / 4 + place] = uint32[word(isChosen ? a : b, r, c)] ?? 0;
      });
    },
    'each bit',
  );
}

function checkUnary(setting: Setting, name: keyof typeof unary, length: number, x: number, out: number): void {
  compare(
    setting,
    (kernels) => {
      kernels[name](x, out, length);
    },
    ({ float32 }) => {
      for (let i = 0; i < length; i++) float32[out / 4 + i] = unary[name](float32[x / 4 + i] ?? 0);
    },
    'any NaN',
  );
}

function checkQuestion(setting: Setting, name: keyof typeof questions, length: number, x: number, out: number): void {
  compare(
    setting,
    (kernels) => {
      kernels[name](x, out, length);
    },
    ({ float32, uint8 }) => {
      for (let i = 0; i < length; i++) uint8[out + i] = questions[name](float32[x / 4 + i] ?? 0) ? 1 : 0;
    },
    'each bit',
  );
}

function checkClip(setting: Setting, length: number, x: number, out: number, low: number, high: number): void {
  compare(
    setting,
    ({ clip }) => {
      clip(x, out, length, low, high);
    },
    ({ float32 }) => {
      for (let i = 0; i < length; i++) {
        float32[out / 4 + i] = Math.min(Math.max(float32[x / 4 + i] ?? 0, low), high);
      }
    },
    'any NaN',
  );
}

function checkCopy(setting: Setting, sizes: Sizes, x: Operand, out: number): void {
  compare(
    setting,
    ({ copyStrided }) => {
      copyStrided(x.at, out, sizes.rows, sizes.columns, x.row, x.column);
    },
    ({ uint32 }) => {
      eachElement(sizes, (r, c, place) => {
        uint32[out / 4 + place] = uint32[word(x, r, c)] ?? 0;
      });
    },
    'each bit',
  );
}

function checkCopyOfBytes(setting: Setting, sizes: Sizes, x: Operand, out: number): void {
  compare(
    setting,
    ({ copyStridedBytes }) => {
      copyStridedBytes(x.at, out, sizes.rows, sizes.columns, x.row, x.column);
    },
    ({ uint8 }) => {
      eachElement(sizes, (r, c, place) => {
        uint8[out + place] = uint8[x.at + r * x.row + c * x.column] ?? 0;
      });
    },
    'each bit',
  );
}

/** The address of a part's middle, and `shift` bytes on. */
const middle = ({ partSize }: Setting, part: number, shift = 0) => (part + 0.5) * partSize + shift;

/** The address of a result that begins `shift` bytes after where a cache line does. */
const outAt = ({ partSize }: Setting, shift = 0) => 3 * partSize + 64 + shift;

const dense = (at: number, columns: number): Operand => ({ at, row: columns, column: 1 });

test('the tables of this test have every kernel', () => {
  const others = ['where', 'fill', 'copyStrided', 'copyStridedBytes', 'clip'];
  const names = [...arithmeticNames, ...comparisonNames, ...unaryNames, ...questionNames, ...others].sort();
  expect(Object.keys(small.kernels).sort()).toEqual(names);
});

test('the memory has all that the kernels could get wrong', () => {
  for (const edge of edges) expect(small.actual.float32.some((x) => Object.is(x, Math.fround(edge)))).toBe(true);
});

const shift = fc.constantFrom(0, 4, 8, 12, 36);
const rowStep = (columns: number) =>
  fc.oneof(fc.constantFrom(0, 1, columns, columns + 3, -columns, -columns - 5), fc.integer({ min: -60, max: 60 }));
const columnStep = fc.oneof({ arbitrary: fc.constantFrom(0, 1), weight: 4 }, fc.constantFrom(-1, 2, 5));
const lengths = { min: 0, max: 40 };

/** An operand in one of the parts of the small memory. */
const operand = (part: number, columns: number, shifts: fc.Arbitrary<number>): fc.Arbitrary<Operand> =>
  fc
    .record({ shift: shifts, row: rowStep(columns), column: columnStep })
    .map(({ shift, row, column }) => ({ at: middle(small, part, shift), row, column }));

/** Sizes, two operands, a condition and the address of the result; in place, the result is where a dense operand is. */
const grids = fc.record({ rows: fc.integer({ min: 0, max: 7 }), columns: fc.integer(lengths) }).chain((sizes) =>
  fc
    .record({
      a: operand(0, sizes.columns, shift),
      b: operand(1, sizes.columns, shift),
      condition: operand(2, sizes.columns, fc.constantFrom(0, 1, 2, 3, 17)),
      out: shift.map((shift) => outAt(small, shift)),
      inPlace: fc.constantFrom('a', 'b', null),
    })
    .map(({ a, b, condition, out, inPlace }) => {
      if (inPlace === 'a') return { sizes, a: dense(a.at, sizes.columns), b, condition, out: a.at };
      if (inPlace === 'b') return { sizes, a, b: dense(b.at, sizes.columns), condition, out: b.at };
      return { sizes, a, b, condition, out };
    }),
);

/** Every pair of fast column steps, with rows that follow each other, stand apart and repeat. */
const fastGrids = [0, 1].flatMap((aColumn) =>
  [0, 1].flatMap((bColumn) =>
    [0, 1, 2].map((rows) => ({ rows, aColumn, bColumn, aRow: rows === 1 ? 0 : 70, bRow: rows === 1 ? 70 : 0 })),
  ),
);

/** Sizes that are many of all that a kernel takes at once, and a rest. */
const largeSizes: readonly Sizes[] = [
  { rows: 1, columns: 20_011 },
  { rows: 20_011, columns: 1 },
  { rows: 301, columns: 67 },
  { rows: 64, columns: 256 },
];

describe.each(arithmeticNames)('%s', (name) => {
  test('of any grids, also in place', () => {
    fc.assert(
      fc.property(grids, ({ sizes, a, b, out }) => {
        checkArithmetic(small, name, sizes, a, b, out);
      }),
      propertyRuns(3),
    );
  });

  test('of rows of every length', () => {
    for (const { rows, aColumn, bColumn, aRow, bRow } of fastGrids) {
      for (let columns = lengths.min; columns <= lengths.max; columns++) {
        const a = { at: middle(small, 0, 4), row: aRow, column: aColumn };
        const b = { at: middle(small, 1, 8), row: bRow, column: bColumn };
        checkArithmetic(small, name, { rows, columns }, a, b, outAt(small));
      }
    }
  });

  test.each(largeSizes)('of $rows rows of $columns', ({ rows, columns }) => {
    const [a, b] = [middle(large, 0), middle(large, 1)];
    for (const other of [dense(b, columns), { at: b, row: 0, column: 1 }, { at: b, row: 1, column: 0 }]) {
      checkArithmetic(large, name, { rows, columns }, dense(a, columns), other, outAt(large));
      checkArithmetic(large, name, { rows, columns }, other, dense(a, columns), a);
    }
    const number = { at: b, row: 0, column: 0 };
    checkArithmetic(large, name, { rows, columns }, dense(a, columns), number, a);
    checkArithmetic(large, name, { rows, columns }, number, dense(a, columns), outAt(large));
  });
});

describe.each(comparisonNames)('%s', (name) => {
  test('of any grids', () => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 0, max: 20 }), ({ sizes, a, b }, shift) => {
        checkComparison(small, name, sizes, a, b, outAt(small, shift));
      }),
      propertyRuns(3),
    );
  });

  test('of rows of every length', () => {
    for (const { rows, aColumn, bColumn, aRow, bRow } of fastGrids) {
      for (let columns = lengths.min; columns <= lengths.max; columns++) {
        const a = { at: middle(small, 0, 4), row: aRow, column: aColumn };
        const b = { at: middle(small, 1, 8), row: bRow, column: bColumn };
        checkComparison(small, name, { rows, columns }, a, b, outAt(small));
      }
    }
  });

  test.each(largeSizes)('of $rows rows of $columns', ({ rows, columns }) => {
    const a = dense(middle(large, 0), columns);
    for (const [row, column] of [[columns, 1] as const, [0, 1] as const, [1, 0] as const, [0, 0] as const]) {
      const other = { at: middle(large, 1), row, column };
      checkComparison(large, name, { rows, columns }, a, other, outAt(large));
      checkComparison(large, name, { rows, columns }, other, a, outAt(large, 1));
    }
  });
});

describe('where', () => {
  test('of any grids, also in place', () => {
    fc.assert(
      fc.property(grids, ({ sizes, condition, a, b, out }) => {
        checkWhere(small, sizes, [condition, a, b], out);
      }),
      propertyRuns(6),
    );
  });

  test('of rows of every length', () => {
    for (const { rows, aColumn, bColumn, aRow, bRow } of fastGrids) {
      for (let columns = lengths.min; columns <= lengths.max; columns++) {
        const condition = { at: middle(small, 2, 1), row: 67, column: 1 };
        const a = { at: middle(small, 0, 4), row: aRow, column: aColumn };
        const b = { at: middle(small, 1, 8), row: bRow, column: bColumn };
        checkWhere(small, { rows, columns }, [condition, a, b], outAt(small));
      }
    }
  });

  test.each(largeSizes)('of $rows rows of $columns', ({ rows, columns }) => {
    const a = dense(middle(large, 0), columns);
    for (const [row, column] of [[columns, 1] as const, [0, 1] as const, [1, 0] as const, [0, 0] as const]) {
      const condition = { at: middle(large, 2), row, column };
      const b = { at: middle(large, 1), row, column };
      checkWhere(large, { rows, columns }, [condition, a, b], outAt(large));
      checkWhere(large, { rows, columns }, [dense(middle(large, 2), columns), b, a], a.at);
    }
  });
});

test.each(unaryNames)('%s of every length, also in place', (name) => {
  for (let length = lengths.min; length <= lengths.max; length++) {
    for (const shift of [0, 4, 8, 12]) {
      checkUnary(small, name, length, middle(small, 0, shift), outAt(small));
      checkUnary(small, name, length, middle(small, 0), outAt(small, shift));
      checkUnary(small, name, length, middle(small, 0, shift), middle(small, 0, shift));
    }
  }
  checkUnary(large, name, 50_007, middle(large, 0), outAt(large));
  checkUnary(large, name, 50_007, middle(large, 0), middle(large, 0));
});

test.each(questionNames)('%s of every length', (name) => {
  for (let length = lengths.min; length <= lengths.max; length++) {
    for (const shift of [0, 1, 4, 8, 15]) {
      checkQuestion(small, name, length, middle(small, 0, 4 * (shift % 4)), outAt(small, shift));
    }
  }
  checkQuestion(large, name, 50_007, middle(large, 0), outAt(large));
});

test('clip of every length, also in place, at bounds of all kinds', () => {
  const bounds = [
    ...[[-1, 1] as const, [0.1, 0.3] as const, [2, -2] as const, [-0, 0] as const, [0, -0] as const],
    ...[[-Infinity, 0] as const, [1e-60, Infinity] as const, [-Infinity, -1e-60] as const, [-1e300, 1e300] as const],
  ];
  for (const [low, high] of bounds) {
    for (let length = lengths.min; length <= lengths.max; length++) {
      checkClip(small, length, middle(small, 0, 4), outAt(small, 8), low, high);
      checkClip(small, length, middle(small, 0), middle(small, 0), low, high);
    }
    checkClip(large, 50_007, middle(large, 0), outAt(large), low, high);
  }
});

test('relu and neg at what a maximum, and 0 - x, would get wrong', () => {
  const { float32 } = small.actual;
  const [x, out] = [middle(small, 0), outAt(small)];
  float32.set([-0, NaN, -Infinity, 0, 2], x / 4);
  small.kernels.relu(x, out, 5);
  expect([...float32.subarray(out / 4, out / 4 + 5)]).toEqual([-0, NaN, 0, 0, 2]);
  small.kernels.neg(x, out, 5);
  expect([...float32.subarray(out / 4, out / 4 + 5)]).toEqual([0, NaN, Infinity, -0, -2]);
});

test('fill with every edge, at every length', () => {
  const lengthsAndLarge = [
    ...Array.from({ length: 41 }, (_, length) => [small, length] as const),
    [large, 50_007] as const,
  ];
  for (const [setting, length] of lengthsAndLarge) {
    for (const [i, x] of [...edges, 1e-50, 1e50, 0.3].entries()) {
      const out = outAt(setting, 4 * (i % 4));
      compare(
        setting,
        ({ fill }) => {
          fill(out, length, x);
        },
        ({ float32 }) => {
          float32.fill(x, out / 4, out / 4 + length);
        },
        'any NaN',
      );
    }
  }
});

describe('copyStrided', () => {
  test('by any steps', () => {
    const length = fc.integer(lengths);
    const step = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(length, length, step, step, shift, shift, (rows, columns, row, column, xShift, outShift) => {
        checkCopy(small, { rows, columns }, { at: middle(small, 0, xShift), row, column }, outAt(small, outShift));
      }),
      propertyRuns(10),
    );
  });

  test('of transposes of every size', () => {
    for (let rows = 0; rows <= 40; rows++) {
      for (let columns = 0; columns <= 10; columns++) {
        checkCopy(small, { rows, columns }, { at: middle(small, 0, 4), row: 1, column: rows }, outAt(small));
      }
    }
  });

  test.each([...largeSizes, { rows: 130, columns: 150 }])('of $rows rows of $columns', ({ rows, columns }) => {
    for (const [row, column] of [
      ...[[columns, 1] as const, [columns + 2, 1] as const, [1, rows] as const, [1, rows + 1] as const],
      ...[[0, 1] as const, [1, 0] as const, [-1, 0] as const, [0, 0] as const, [-columns, -1] as const],
    ]) {
      checkCopy(large, { rows, columns }, { at: middle(large, 0), row, column }, outAt(large));
    }
  });
});

test('copyStridedBytes by any steps', () => {
  const length = fc.integer(lengths);
  const step = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: -50, max: 50 }));
  const byteShift = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(length, length, step, step, byteShift, byteShift, (rows, columns, row, column, xShift, outShift) => {
      checkCopyOfBytes(small, { rows, columns }, { at: middle(small, 2, xShift), row, column }, outAt(small, outShift));
      checkCopyOfBytes(
        small,
        { rows, columns },
        { at: middle(small, 2, xShift), row: columns, column: 1 },
        outAt(small),
      );
    }),
    propertyRuns(5),
  );
});

test('nothing is read or written past an operand at the end of the memory', () => {
  const { kernels, actual } = small;
  const end = actual.uint8.length;
  for (let n = 1; n <= 40; n++) {
    const x = end - 4 * n;
    for (const name of unaryNames) kernels[name](x, x, n);
    for (const name of questionNames) kernels[name](x, end - n, n);
    kernels.clip(x, x, n, -1, 1);
    for (const name of arithmeticNames) {
      kernels[name](x, x, x, 1, n, 0, 1, 0, 1);
      kernels[name](x, end - 4, x, 1, n, 0, 1, 0, 0);
      kernels[name](end - 4, x, x, 1, n, 0, 0, 0, 1);
    }
    for (const name of comparisonNames) {
      kernels[name](x, x, end - n, 1, n, 0, 1, 0, 1);
      kernels[name](x, end - 4, end - n, 1, n, 0, 1, 0, 0);
    }
    kernels.where(end - n, x, end - 4, x, 1, n, 0, 1, 0, 1, 0, 0);
    kernels.copyStrided(x, 64, 1, n, 0, 1);
    kernels.copyStrided(end - 16 * n, 64, n, 4, 1, n);
    kernels.copyStridedBytes(end - n, 64, 1, n, 0, 1);
    kernels.fill(x, n, 7);
    expect([...actual.float32.subarray(x / 4)]).toEqual(new Array(n).fill(7));
  }
  // Nothing is read at all where there are no columns.
  for (const name of [...arithmeticNames, ...comparisonNames]) {
    kernels[name](end, end, end, 2, 0, 0, 0, 0, 1);
    kernels[name](end, end, end, 2, 0, 0, 1, 0, 0);
  }
  kernels.where(end, end, end, end, 2, 0, 0, 1, 0, 0, 0, 0);
  kernels.copyStrided(end, end, 2, 0, 0, 0);
});
