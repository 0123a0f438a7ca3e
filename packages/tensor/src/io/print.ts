import { checkOptions } from '../array/arguments.ts';
import { type DType, isFloat } from '../array/dtype.ts';
import { releasing } from '../array/lifetime.ts';
import { type Shape, showShape } from '../array/shape.ts';
import { shared } from '../array/shared.ts';
import { noteRead } from '../graph/element-reads.ts';
import { type Tensor } from '../graph/tensor.ts';
import { denseStorage } from '../ops/copy.ts';
import { floatWords } from './print-floats.ts';

/** Numbers, or booleans for a bool tensor, in lists as deep as the tensor has axes; a bare one for a 0-d tensor. */
export type NestedArray = number | boolean | NestedArray[];

/** As NestedArray, in as many lists as a known shape has axes. What stands in them is up to the dtype, which no type knows. */
export type Listed<S extends Shape> = S extends readonly unknown[]
  ? number extends S['length']
    ? NestedArray
    : S extends readonly [unknown, ...infer Rest extends Shape]
      ? Listed<Rest>[]
      : number | boolean
  : never;

/** The elements as nested plain arrays: copies. */
export function toArray(x: Tensor): NestedArray {
  noteRead(x);
  return releasing(() => {
    const array = denseStorage(x).read();
    const build = (axis: number, start: number, length: number): NestedArray => {
      const size = x.shape[axis];
      if (size === undefined) return x.dtype === 'bool' ? array[start] !== 0 : (array[start] ?? NaN);
      const part = length / size;
      return Array.from({ length: size }, (_, index) => build(axis + 1, start + index * part, part));
    };
    return build(0, 0, x.size);
  });
}

/** How a tensor is printed. */
export interface PrintOptions {
  /** How many decimals floats have at most, 0 to 100; 4 unless set. They have fewer where fewer say the same. */
  readonly precision?: number | undefined;
  /** Beyond how many elements only the edges are shown; 1,000 unless set. Infinity shows everything. */
  readonly threshold?: number | undefined;
  /** How many elements are shown at each end of an axis that is cut short; 3 unless set. */
  readonly edgeItems?: number | undefined;
  /** How many characters a line has at most, if a single number is not longer; 80 unless set. */
  readonly lineWidth?: number | undefined;
}

type Settings = { readonly [Name in keyof PrintOptions]-?: number };

const state = shared('print', (): { settings: Settings } => ({
  settings: { precision: 4, threshold: 1000, edgeItems: 3, lineWidth: 80 },
}));

/**
 * Sets how tensors are printed from now on: the options that are given, and not the others. Returns all as they were before, so
 * that they can be set back. Throws a RangeError for a number that an option does not take.
 *
 * ```ts
 * import { setPrintOptions, tensor } from '@mg/tensor';
 *
 * const thirds = tensor([1, 2]).div(3); // => tensor([0.3333, 0.6667])
 * const before = setPrintOptions({ precision: 2 });
 * thirds; // => tensor([0.33, 0.67])
 * setPrintOptions(before);
 * thirds; // => tensor([0.3333, 0.6667])
 * ```
 */
export function setPrintOptions(options: PrintOptions): Required<PrintOptions> {
  const before = state.settings;
  state.settings = settingsWith('setPrintOptions', options);
  return before;
}

/** The settings with options over them. */
function settingsWith(caller: string, options: PrintOptions): Settings {
  const { settings } = state;
  checkOptions(caller, options, Object.keys(settings));
  const {
    precision = settings.precision,
    threshold = settings.threshold,
    edgeItems = settings.edgeItems,
    lineWidth = settings.lineWidth,
  } = options;
  if (!(Number.isInteger(precision) && precision >= 0 && precision <= 100)) {
    throw new RangeError(`${caller}: precision is a number of decimals from 0 to 100, got ${precision}`);
  }
  if (!(threshold >= 0)) {
    throw new RangeError(`${caller}: threshold is a number of elements, or Infinity to show all, got ${threshold}`);
  }
  if (!(Number.isInteger(edgeItems) && edgeItems >= 1)) {
    throw new RangeError(
      `${caller}: edgeItems is a whole number from 1 on, got ${edgeItems}; threshold: Infinity shows all`,
    );
  }
  if (!(lineWidth >= 1)) {
    throw new RangeError(
      `${caller}: lineWidth is a number of characters, or Infinity to never break a row, got ${lineWidth}`,
    );
  }
  return { precision, threshold, edgeItems, lineWidth };
}

const opening = 'tensor(';

/**
 * The elements in nested lists, laid out as NumPy lays them out, and after them what the numbers do not say: the dtype where
 * it is not float32 or bool, the shape where not all is shown, and whether gradients flow.
 */
export function toString(x: Tensor, options: PrintOptions = {}): string {
  const settings = settingsWith('toString', options);
  return withNotes(`${opening}${lists(x, settings, opening.length)}`, x, settings);
}

/**
 * What the consoles of Node, Deno and Bun show: the same text. Inside of another object, of which they do not say how much
 * stands to the left, lists that take several lines begin on a line of their own; Bun does not indent them. Browsers' consoles
 * ask no object how to show it.
 */
export function inspect(x: Tensor, depth?: number | null, options?: { readonly depth?: number | null }): string {
  const text = toString(x);
  const isOutermost = typeof depth === 'number' && depth === options?.depth && depth !== Infinity;
  if (isOutermost || !text.includes('\n')) return text;
  const indent = '  ';
  const inside = lists(x, state.settings, indent.length - '['.length).slice(1, -1);
  return withNotes(`${opening}[\n${indent}${inside}\n]`, x, state.settings);
}

/** How many elements each end of an axis shows: all, or so many that the rest is left out. */
function edgeOf(x: Tensor, { threshold, edgeItems }: Settings): number {
  return x.size > threshold ? edgeItems : Infinity;
}

/** Calls `visit` for each index along an axis that is shown, and `skip` where some are not. */
function alongAxis(size: number, edge: number, visit: (index: number) => void, skip?: () => void): void {
  for (let index = 0; index < size; index++) {
    if (index === edge && size > 2 * edge) {
      skip?.();
      index = size - edge;
    }
    visit(index);
  }
}

/** The elements that are shown, row-major. Nothing else is looked at, and nothing is copied or recorded. */
function shownElements({ storage, shape, strides, offset }: Tensor, edge: number): number[] {
  const array = storage.read();
  const shown: number[] = [];
  const visit = (axis: number, at: number): void => {
    const [size, stride] = [shape[axis], strides[axis]];
    if (size === undefined || stride === undefined) {
      shown.push(array[at] ?? NaN);
    } else {
      alongAxis(size, edge, (index) => {
        visit(axis + 1, at + index * stride);
      });
    }
  };
  visit(0, offset);
  return shown;
}

/** Each element as text, all of them as long as the longest. */
function wordsOf(elements: readonly number[], dtype: DType, precision: number): string[] {
  const words = isFloat(dtype)
    ? floatWords(elements, { isFloat32: dtype === 'float32', precision })
    : elements.map((element) => String(dtype === 'bool' ? element !== 0 : element));
  const width = words.reduce((longest, word) => Math.max(longest, word.length), 0);
  return words.map((word) => word.padStart(width));
}

/**
 * The nested lists, the first line of which stands `left` characters from the left: rows on lines of their own, wrapped where they
 * are longer than a line; a blank line between matrices, two between lists of matrices.
 */
function lists(x: Tensor, settings: Settings, left: number): string {
  if (x.size === 0) return '[]';
  const { shape } = x;
  const edge = edgeOf(x, settings);
  const words = wordsOf(shownElements(x, edge), x.dtype, settings.precision).values();
  const build = (axis: number): string => {
    const size = shape[axis];
    if (size === undefined) return words.next().value ?? '';
    const items: string[] = [];
    alongAxis(
      size,
      edge,
      () => items.push(build(axis + 1)),
      () => items.push('…'),
    );
    const axesInside = shape.length - axis - 1;
    const indent = ' '.repeat(left + axis + 1);
    // What closes a row: the bracket of each axis so far, and a comma or parenthesis.
    const room = settings.lineWidth - indent.length - axis - 2;
    return `[${axesInside === 0 ? wrapped(items, indent, room) : items.join(`,${'\n'.repeat(axesInside)}${indent}`)}]`;
  };
  return build(0);
}

/** Items with commas between them, in lines of `room` characters. */
function wrapped(items: readonly string[], indent: string, room: number): string {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line}, ${item}`;
    if (line !== '' && longer.length > room) {
      lines.push(line);
      line = item;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`,\n${indent}`);
}

/** The text with what stands behind the lists, and the closing parenthesis. */
function withNotes(text: string, x: Tensor, settings: Settings): string {
  const edge = edgeOf(x, settings);
  const isCut = x.shape.some((size) => size > 2 * edge);
  const notes: string[] = [];
  if (x.dtype !== 'float32' && x.dtype !== 'bool') notes.push(x.dtype);
  if (isCut || (x.size === 0 && x.ndim > 1)) notes.push(`shape=${showShape(x.shape)}`);
  if (x.requiresGrad) notes.push('requiresGrad=true');
  let all = text;
  for (const note of notes) {
    const used = all.length - all.lastIndexOf('\n') - 1;
    const isTooLong = used + `, ${note})`.length > settings.lineWidth;
    all += isTooLong ? `,\n${' '.repeat(opening.length)}${note}` : `, ${note}`;
  }
  return `${all})`;
}
