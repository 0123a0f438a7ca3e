import { inspect } from 'node:util';
import * as library from '@mg/tensor';
import {
  defineOp,
  detectAnomaly,
  type DType,
  fromTypedArray,
  full,
  grad,
  memoryUsage,
  type PrintOptions,
  setPrintOptions,
  type Shape,
  tensor,
  type Tensor,
  zeros,
} from '@mg/tensor';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import recorded from '../../fixtures/print.json' with { type: 'json' };
import { scaled } from '../../fixtures/property-runs.ts';

const defaults = setPrintOptions({});
afterEach(() => {
  setPrintOptions(defaults);
});

/** Text whose lines are indented as the code around it. */
function lines(...each: readonly string[]): string {
  return each.join('\n');
}

const opening = 'tensor('.length;

describe('as NumPy prints', () => {
  interface Case {
    readonly shape: Shape;
    readonly dtype: DType;
    readonly options: Record<string, number | string>;
    readonly elements: readonly (number | string | boolean)[];
    readonly text: string;
    readonly digits?: readonly string[];
  }

  const spelling = new Map([
    ['nan', 'NaN'],
    ['inf', 'Infinity'],
    ['-inf', '-Infinity'],
    ['True', 'true'],
    ['False', 'false'],
    ['...', '…'],
  ]);

  /** A word of NumPy's in our spelling. `digits` is a number in scientific notation that is not filled up. */
  function ourWord(word: string, digits?: string): string {
    const ours = spelling.get(word);
    if (ours !== undefined) return ours;
    const [mantissa = '', exponent] = word.split('e');
    if (exponent === undefined || digits === undefined) return word.replaceAll(' ', '0').replace(/\.$/, '');
    const [needed = ''] = digits.split('e');
    const pointed = mantissa.endsWith('.') || needed.includes('.') ? needed : `${needed}.`;
    return `${pointed.padEnd(mantissa.replace(/\.$/, '').length, '0')}e${exponent}`;
  }

  /**
   * NumPy's text in our spelling: JavaScript's words, decimals filled up with zeros and not with spaces, no point behind whole
   * numbers, and so other widths.
   */
  function asOurs({ text, shape, digits }: Case): string {
    const ndim = shape.length;
    let count = 0;
    const rows = text.split('\n').map((line, index) => {
      if (/^ *(\.\.\.,)?$/.test(line)) return { left: line.replace('...', '…'), words: [], right: '' };
      const start = ndim + (index === 0 ? 0 : opening);
      const [, content = '', right = ''] = /^(.*?)(\]*,?)$/.exec(line.slice(start)) ?? [];
      const words = content.split(', ').map((word) => ourWord(word.trimStart(), digits?.[count++]));
      return { left: line.slice(0, start), words, right };
    });
    const width = Math.max(...rows.flatMap(({ words }) => words.map((word) => word.length)));
    const aligned = (word: string) => (word === '…' ? word : word.padStart(width));
    return rows.map(({ left, words, right }) => left + words.map(aligned).join(', ') + right).join('\n');
  }

  const cases = recorded as unknown as readonly Case[];

  test.each(cases.map((each, index) => [index, each] as const))('case %i', (_, each) => {
    const { shape, dtype, elements, text } = each;
    const options = Object.fromEntries(Object.entries(each.options).map(([name, x]) => [name, Number(x)]));
    const found = tensor(elements.map(Number), { shape, dtype }).toString(options);
    const wanted = `tensor(${asOurs(each)}`;
    expect(found.slice(0, wanted.length)).toBe(wanted);
    const notes = [
      ...(dtype === 'float32' || dtype === 'bool' ? [] : [dtype]),
      ...(text.includes('...') ? [`shape=[${shape.join(', ')}]`] : []),
    ];
    expect(found.slice(wanted.length).replaceAll(/,\s+(?=[a-z])/g, ', ')).toBe(
      `${notes.map((note) => `, ${note}`).join('')})`,
    );
  });

  test('in many cases, of every kind', () => {
    expect(cases.length).toBeGreaterThan(200);
    const dtypes = new Set(cases.map(({ dtype }) => dtype));
    expect([...dtypes].sort()).toEqual(['bool', 'float32', 'float64', 'int32', 'uint8']);
    const count = (part: string) => cases.filter(({ text }) => text.includes(part)).length;
    for (const part of ['e+', 'e-', '...', 'nan', '-inf', '\n\n', ', -0.', '.5', 'True']) {
      expect(count(part), part).toBeGreaterThan(2);
    }
  });
});

describe('examples', () => {
  test('vectors and matrices', () => {
    expect(String(tensor([1, 2, 3]))).toBe('tensor([1, 2, 3])');
    expect(String(tensor([2.6, 5.2]))).toBe('tensor([2.6, 5.2])');
    expect(
      String(
        tensor([
          [0.1, -2],
          [30, NaN],
        ]),
      ),
    ).toBe(
      lines(
        'tensor([[ 0.1, -2.0],', //
        '        [30.0,  NaN]])',
      ),
    );
  });

  test('matrices in lists, with blank lines between', () => {
    expect(String(tensor([0, 1, 2, 3, 4, 5, 6, 10], { shape: [2, 2, 2], dtype: 'int32' }))).toBe(
      lines(
        'tensor([[[ 0,  1],', //
        '         [ 2,  3]],',
        '',
        '        [[ 4,  5],',
        '         [ 6, 10]]], int32)',
      ),
    );
  });

  test('whole floats are written as JavaScript writes them, below 1e8', () => {
    expect(String(tensor([1, 60000, 99999999].map(Math.fround)))).toBe('tensor([1e+00, 6e+04, 1e+08])');
    expect(String(tensor([1, 60000]))).toBe('tensor([    1, 60000])');
    expect(String(tensor([1.5, 60000]))).toBe('tensor([1.5e+00, 6.0e+04])');
    expect(String(tensor(-0))).toBe('tensor(-0)');
  });

  test('float32 rounds at 4 decimals, and has no digits of float64', () => {
    expect(String(tensor([0.1]).add(0.2))).toBe('tensor([0.3])');
    expect(tensor([0.1]).add(0.2).toString({ precision: 20 })).toBe('tensor([0.3])');
    expect(tensor(0.1, { dtype: 'float64' }).add(0.2).toString({ precision: 20 })).toBe(
      'tensor(0.30000000000000004, float64)',
    );
    // In the precision of float32: NumPy 2 says so, 1.24 compared with 0.0001 in float64.
    expect(String(tensor([0.0001, 0.05]))).toBe('tensor([0.0001, 0.0500])');
  });

  test('booleans', () => {
    expect(String(tensor([true, true]))).toBe('tensor([true, true])');
    expect(String(tensor([true, false]))).toBe('tensor([ true, false])');
  });

  test('0-d and empty tensors', () => {
    expect(String(tensor(3.5))).toBe('tensor(3.5)');
    expect(String(tensor(1, { dtype: 'int32' }))).toBe('tensor(1, int32)');
    expect(String(tensor([]))).toBe('tensor([])');
    expect(String(zeros([0, 3]))).toBe('tensor([], shape=[0, 3])');
    expect(String(zeros([3, 0], { dtype: 'int32' }))).toBe('tensor([], int32, shape=[3, 0])');
    expect(zeros([2000, 0]).toString({ threshold: 0 })).toBe('tensor([], shape=[2000, 0])');
  });

  test('a summary says the shape', () => {
    expect(String(zeros([2, 600]))).toBe(
      lines(
        'tensor([[0, 0, 0, …, 0, 0, 0],', //
        '        [0, 0, 0, …, 0, 0, 0]], shape=[2, 600])',
      ),
    );
    // Beyond the threshold, and yet nothing is left out.
    expect(tensor([1, 2, 3]).toString({ threshold: 2 })).toBe('tensor([1, 2, 3])');
    expect(tensor([1, 2, 3]).toString({ threshold: 2, edgeItems: 1 })).toBe('tensor([1, …, 3], shape=[3])');
  });

  test('whether gradients flow', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(2);
    expect(String(x)).toBe('tensor([1, 2], requiresGrad=true)');
    expect(String(y)).toBe('tensor([2, 4], requiresGrad=true)');
    expect([y.detach(), y.gt(1)].map(String)).toEqual(['tensor([2, 4])', 'tensor([true, true])']);
  });

  test('what follows the lists takes a line of its own where the last one is full', () => {
    const x = tensor([0.5, 0.25, 0.125], { dtype: 'float64', requiresGrad: true });
    expect(x.toString({ lineWidth: 37 })).toBe(
      lines(
        'tensor([0.500, 0.250, 0.125],', //
        '       float64, requiresGrad=true)',
      ),
    );
    expect(x.toString({ lineWidth: 56 })).toBe(
      lines(
        'tensor([0.500, 0.250, 0.125], float64,', //
        '       requiresGrad=true)',
      ),
    );
    expect(x.toString({ lineWidth: 57 })).toBe('tensor([0.500, 0.250, 0.125], float64, requiresGrad=true)');
  });

  test('views print their own elements', () => {
    const x = tensor([0, 1, 2, 3, 4, 5], { shape: [2, 3] });
    expect(String(x.T.slice(0, 1).flip(1))).toBe(
      lines(
        'tensor([[4, 1],', //
        '        [5, 2]])',
      ),
    );
    expect(String(x.slice(1, 1, 2).broadcastTo([2, 2]))).toBe(
      lines(
        'tensor([[1, 1],', //
        '        [4, 4]])',
      ),
    );
  });
});

describe('any tensor', () => {
  const floats = fc.oneof(
    fc.float({ noDefaultInfinity: false }),
    fc.float({ min: Math.fround(-10), max: Math.fround(10) }),
    fc.integer({ min: -1e6, max: 1e6 }).map((x) => x / 64),
    fc.integer({ min: -1e6, max: 1e6 }),
    fc.double({ min: -1e300, max: 1e300 }),
  );
  const printed = fc
    .record({
      shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
      last: fc.integer({ min: 1, max: 12 }),
      dtype: fc.constantFrom('float32', 'float64', 'int32', 'uint8', 'bool'),
      precision: fc.integer({ min: 0, max: 18 }),
      lineWidth: fc.integer({ min: 20, max: 90 }),
    })
    .chain(({ shape, last, dtype, precision, lineWidth }) => {
      const size = shape.reduce((product, each) => product * each, last);
      const elements = fc.oneof(fc.array(floats, { minLength: size, maxLength: size }), fc.constant(null));
      return elements.map((given) => {
        const numbers = given ?? Array.from({ length: size }, (_, i) => (i - 3) / 8);
        const x = tensor(
          numbers.map((each) => (dtype.startsWith('float') ? each : Math.trunc(each % 100) & 127)),
          { shape: [...shape, last], dtype },
        );
        return { x, precision, lineWidth };
      });
    });

  /** The words of a print, without what is around them. */
  const wordsOf = (text: string): string[] =>
    text.match(/(?<=[[\s(])(?:-?\d[\d.e+-]*|-?Infinity|NaN|true|false)/g) ?? [];

  test('prints numbers that parse back, to the digits shown', () => {
    let finite = 0;
    fc.assert(
      fc.property(printed, ({ x, precision }) => {
        const words = wordsOf(
          x.toString({ precision, threshold: Infinity }).replace(/, (float64|int32|uint8)\)$/, ')'),
        );
        const elements = x.reshape([-1]).toArray();
        expect(words.length).toBe(elements.length);
        for (const [i, word] of words.entries()) {
          const element = elements[i] ?? NaN;
          if (typeof element === 'boolean') {
            expect(word).toBe(String(element));
          } else if (!Number.isFinite(element)) {
            expect(word).toBe(String(element));
          } else {
            finite++;
            const [, decimals = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e(.+))?$/.exec(word) ?? [];
            expect(decimals.length).toBeLessThanOrEqual(precision);
            const unit = Number(`1e${Number(exponent) - decimals.length}`);
            const error = Math.abs(Number(word) - element);
            const isExact = x.dtype === 'float32' ? Math.fround(Number(word)) === element : error === 0;
            expect(isExact || error <= unit / 2 + Math.abs(element) * 2 ** -52, `${word} for ${element}`).toBe(true);
            expect(word.startsWith('-')).toBe(element < 0 || Object.is(element, -0));
          }
        }
      }),
    );
    expect(finite).toBeGreaterThan(scaled(1000));
  });

  test('prints columns of one width, in lines that fit', () => {
    let wrapped = 0;
    fc.assert(
      fc.property(printed, ({ x, precision, lineWidth }) => {
        const text = x.toString({ precision, lineWidth, threshold: Infinity });
        const rows = text
          .split('\n')
          .filter((line) => /\d|true|false|NaN|Infinity/.test(line) && !/^ *[a-z]+\d+\)/.test(line));
        const cells = rows.map((row) =>
          row
            .slice(opening + x.ndim)
            .replace(/\]*(, \w+\)|[,)])*$/, '')
            .split(', '),
        );
        const widths = new Set(cells.flat().map((cell) => cell.length));
        expect([...widths], text).toHaveLength(1);
        for (const [i, row] of rows.entries()) {
          expect(row.length <= lineWidth || cells[i]?.length === 1, `${lineWidth}: ${row}`).toBe(true);
        }
        if (rows.length > x.size / (x.shape.at(-1) ?? 1)) wrapped++;
      }),
    );
    expect(wrapped).toBeGreaterThan(10);
  });

  test('is told from its neighbours, by the fewest digits', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const [word = ''] = wordsOf(tensor([x, 0.5]).toString({ precision: 60 }));
        expect(Math.fround(Number(word))).toBe(x);
        const digits = word.replace(/e.*/, '').replaceAll(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
        expect(digits).toBeLessThanOrEqual(9);
        if (digits > 1) expect(Math.fround(Number(x.toPrecision(digits - 1)))).not.toBe(x);
      }),
    );
  });
});

describe('a print looks, and does nothing else', () => {
  /** Which elements of its storage a tensor looks at while it prints. */
  function looksAt(x: Tensor): number[] {
    const looked: number[] = [];
    const { storage } = x;
    const array = storage.read();
    vi.spyOn(storage, 'read').mockReturnValueOnce(
      new Proxy(array, {
        get(target, key) {
          looked.push(Number(key));
          return Reflect.get(target, key) as unknown;
        },
      }),
    );
    String(x);
    return looked;
  }

  test('at a hundred million elements only where they are shown', () => {
    const x = fromTypedArray(new Uint8Array(1e8), [1e4, 1e4]);
    const edges = [0, 1, 2, 9997, 9998, 9999];
    expect(looksAt(x)).toEqual(edges.flatMap((row) => edges.map((column) => row * 1e4 + column)));
    expect(String(x)).toContain('[0, 0, 0, …, 0, 0, 0]], uint8, shape=[10000, 10000])');
    expect(looksAt(x.T)).toEqual(edges.flatMap((column) => edges.map((row) => row * 1e4 + column)));
    expect(looksAt(x.slice(0, 5, 6).slice(1, 7, 9))).toEqual([50007, 50008]);
  });

  test('in linear memory, which stays as it is', () => {
    const x = full([1000], 0.5).add(1);
    const view = x.reshape([10, 100]).T;
    expect(x.storage.block).not.toBe(null);
    const state = () => [memoryUsage(), x.storage.block, x.storage.lastUse, x.storage.version, x.storage.holders];
    const before = state();
    expect(String(x)).toContain('1.5');
    expect(String(view)).toContain('1.5');
    expect(inspect({ view })).toContain('1.5');
    expect(state()).toEqual(before);
  });

  test('where anomalies are looked for, and where gradients are made', () => {
    const x = tensor([NaN, 1], { requiresGrad: true });
    detectAnomaly(() => {
      expect(String(x.slice(0, 0, 1))).toBe('tensor([NaN], requiresGrad=true)');
    });
    // An operation that prints on its way back has not read: its gradient has a gradient.
    const prints: string[] = [];
    const square = defineOp({
      forward: (a: Tensor) => a.mul(a),
      backward: (g, [a]) => {
        prints.push(String(g), String(a));
        return [g.mul(a).mul(2)];
      },
    });
    const a = tensor(3, { requiresGrad: true });
    const [first] = grad([square(a)], [a], { createGraph: true });
    expect(first.item()).toBe(6);
    expect(grad([first], [a])[0].item()).toBe(2);
    expect(prints).toContain('tensor(3, requiresGrad=true)');
  });
});

describe('options', () => {
  const thirds = tensor([1, 2, 3, 4], { shape: [2, 2] }).div(3);

  test('of one print', () => {
    expect(thirds.toString({ precision: 2 })).toBe('tensor([[0.33, 0.67],\n        [1.00, 1.33]])');
    expect(thirds.toString({ precision: 0, lineWidth: 11 })).toBe(
      'tensor([[0,\n         1],\n        [1,\n         1]])',
    );
    expect(thirds.toString({ precision: undefined })).toBe(thirds.toString());
  });

  test('of all', () => {
    expect(setPrintOptions({ precision: 1 })).toEqual({ precision: 4, threshold: 1000, edgeItems: 3, lineWidth: 80 });
    const before = setPrintOptions({ threshold: 3, edgeItems: 1, precision: undefined });
    expect(before).toEqual({ precision: 1, threshold: 1000, edgeItems: 3, lineWidth: 80 });
    expect(String(tensor([1, 2, 3, 4]).div(3))).toBe('tensor([0.3, …, 1.3], shape=[4])');
    expect(inspect(tensor([1, 2, 3, 4]).div(3))).toBe('tensor([0.3, …, 1.3], shape=[4])');
    expect(thirds.toString({ threshold: 4, precision: 3 })).toContain('0.333');
    setPrintOptions(before);
    expect(String(thirds)).toBe('tensor([[0.3, 0.7],\n        [1.0, 1.3]])');
  });

  test('are shared with a second copy of the package', async () => {
    vi.resetModules();
    const second = await import('@mg/tensor');
    expect(second.Tensor).not.toBe(library.Tensor);
    second.setPrintOptions({ precision: 1 });
    expect(String(tensor(1 / 3))).toBe('tensor(0.3)');
    expect(String(second.tensor(2 / 3))).toBe('tensor(0.7)');
  });

  test.each<[PrintOptions, string]>([
    [{ precision: -1 }, 'precision must be a number of decimals from 0 to 100, got -1'],
    [{ precision: 2.5 }, 'precision must be a number of decimals from 0 to 100, got 2.5'],
    [{ precision: 101 }, 'precision must be a number of decimals from 0 to 100, got 101'],
    [{ threshold: NaN }, 'threshold must be a number of elements, or Infinity to show all, got NaN'],
    [{ edgeItems: 0 }, 'edgeItems must be an integer >= 1, got 0; threshold: Infinity shows all'],
    [{ edgeItems: Infinity }, 'edgeItems must be an integer >= 1, got Infinity'],
    [{ lineWidth: 0 }, 'lineWidth must be a number of characters, or Infinity to never break a row, got 0'],
  ])('%o is refused', (options, message) => {
    expect(() => thirds.toString(options)).toThrow(RangeError);
    expect(() => thirds.toString(options)).toThrow(`toString: ${message}`);
    expect(() => setPrintOptions(options)).toThrow(`setPrintOptions: ${message}`);
    expect(setPrintOptions({})).toEqual(defaults);
  });

  test('at their largest', () => {
    expect(tensor([0.1, 3]).toString({ precision: 100 })).toBe('tensor([0.1, 3.0])');
    expect(tensor(5e-324, { dtype: 'float64' }).toString({ precision: 100 })).toBe('tensor(5e-324, float64)');
    const long = full([5000], 0.25).toString({ threshold: Infinity, lineWidth: Infinity });
    expect(long).toBe(`tensor([${Array<string>(5000).fill('0.25').join(', ')}])`);
  });
});

describe('the console', () => {
  const matrix = tensor([
    [1, 2],
    [3, 4],
  ]);

  test('shows a tensor as toString does', () => {
    for (const x of [matrix, tensor(1), tensor([0.5]), zeros([0, 2]), zeros([40, 50])]) {
      expect(inspect(x)).toBe(String(x));
      expect(inspect(x, { depth: 5 })).toBe(String(x));
    }
  });

  test('shows it inside of other things on lines that are indented like theirs', () => {
    expect(inspect({ bias: tensor([1, 2]), weight: matrix })).toBe(
      lines(
        '{',
        '  bias: tensor([1, 2]),',
        '  weight: tensor([',
        '    [1, 2],', //
        '    [3, 4]',
        '  ])',
        '}',
      ),
    );
    expect(inspect({ a: { b: { c: matrix.to('int32') } } })).toBe(
      lines(
        '{',
        '  a: {',
        '    b: {',
        '      c: tensor([',
        '        [1, 2],',
        '        [3, 4]',
        '      ], int32)',
        '    }',
        '  }',
        '}',
      ),
    );
    const batch = matrix.reshape([2, 1, 2]).detach();
    batch.requiresGrad = true;
    expect(inspect([batch])).toBe(
      lines('[', '  tensor([', '    [[1, 2]],', '  ', '    [[3, 4]]', '  ], requiresGrad=true)', ']'),
    );
    expect(inspect(new Map([['row', tensor([1000, 2000, 3000])]]))).toBe(
      "Map(1) { 'row' => tensor([1000, 2000, 3000]) }",
    );
  });

  test('wraps long rows there, too', () => {
    setPrintOptions({ lineWidth: 24 });
    expect(inspect({ row: tensor([1000, 2000, 3000, 4000]) })).toBe(
      lines(
        '{',
        '  row: tensor([', //
        '    1000, 2000, 3000,',
        '    4000',
        '  ])',
        '}',
      ),
    );
  });

  test('does not say how deep it is without a limit, and gets the form that fits anywhere', () => {
    const block = 'tensor([\n  [1, 2],\n  [3, 4]\n])';
    expect(inspect(matrix, { depth: null })).toBe(block);
    expect(inspect(matrix, { depth: Infinity })).toBe(block);
    expect(inspect({ matrix }, { depth: null })).toBe(`{\n  matrix: ${block.replaceAll('\n', '\n  ')}\n}`);
  });
});

test('JSON has the elements in nested lists, and null for what is no number there', () => {
  const x = tensor([[1, NaN], [Infinity, -0.5]], { requiresGrad: true }); // prettier-ignore
  expect(JSON.stringify({ x, y: zeros([]), z: x.gt(0) })).toBe(
    '{"x":[[1,null],[null,-0.5]],"y":0,"z":[[true,false],[true,false]]}',
  );
});
