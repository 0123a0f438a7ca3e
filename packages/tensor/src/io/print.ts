import { checkOptions } from '../array/arguments.ts';
import { type DType, isFloat } from '../array/dtype.ts';
import { releasing } from '../array/lifetime.ts';
import { type Shape, showShape } from '../array/shape.ts';
import { shared } from '../array/shared.ts';
import { noteRead } from '../graph/element-reads.ts';
import { type Tensor } from '../graph/tensor.ts';
import { denseStorage } from '../ops/copy.ts';
import { type Nested } from '../ops/creation.ts';
import { floatWords } from './print-floats.ts';

/**
 * What comes out of a tensor whose number of axes the compiler does not know: a number or a list of such, so that either can be done
 * without a cast. At run time it is one of them: a number for a 0-d tensor, and a list for any other.
 */
export type NestedArray = number & NestedList;

/** A list of numbers or of lists, as deep as the tensor has axes. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a type alias must not name itself here, an interface may
export interface NestedList extends Array<NestedArray> {}

/** Lists of numbers, one in the other for each axis of a known shape. Those of a bool tensor are of booleans, which types do not track. */
export type Listed<S extends Shape> = S extends readonly unknown[]
  ? number extends S['length']
    ? NestedArray
    : S extends readonly [unknown, ...infer Rest extends Shape]
      ? Listed<Rest>[]
      : number
  : never;

/** A copy of the elements as nested arrays. */
export function toArray(x: Tensor): Nested {
  noteRead(x);
  return releasing(() => {
    const array = denseStorage(x).read();
    const build = (axis: number, start: number, length: number): Nested => {
      const size = x.shape[axis];
      if (size === undefined) return x.dtype === 'bool' ? array[start] !== 0 : (array[start] ?? NaN);
      const part = length / size;
      return Array.from({ length: size }, (_, index) => build(axis + 1, start + index * part, part));
    };
    return build(0, 0, x.size);
  });
}

/** The options of printing a tensor. */
export interface PrintOptions {
  /** The maximum number of decimals of floats, from 0 to 100; 4 by default. Trailing zeros shared by all elements are not shown. */
  readonly precision?: number | undefined;
  /** The number of elements above which only the edges are shown; 1,000 by default. Infinity shows everything. */
  readonly threshold?: number | undefined;
  /** The number of elements shown at each end of a shortened axis; 3 by default. */
  readonly edgeItems?: number | undefined;
  /** The maximum number of characters in a line, unless a single number is longer; 80 by default. */
  readonly lineWidth?: number | undefined;
}

type Settings = { readonly [Name in keyof PrintOptions]-?: number };

const state = shared('print', (): { settings: Settings } => ({
  settings: { precision: 4, threshold: 1000, edgeItems: 3, lineWidth: 80 },
}));

/**
 * Changes the given print options for all tensors. Returns the previous options, so that they can be restored. Throws a RangeError for
 * an invalid option.
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

/** The settings, overridden by the options. Throws a RangeError for an invalid option. */
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
    throw new RangeError(`${caller}: precision must be a number of decimals from 0 to 100, got ${precision}`);
  }
  if (!(threshold >= 0)) {
    throw new RangeError(
      `${caller}: threshold must be a number of elements, or Infinity to show all, got ${threshold}`,
    );
  }
  if (!(Number.isInteger(edgeItems) && edgeItems >= 1)) {
    throw new RangeError(
      `${caller}: edgeItems must be an integer >= 1, got ${edgeItems}; threshold: Infinity shows all`,
    );
  }
  if (!(lineWidth >= 1)) {
    throw new RangeError(
      `${caller}: lineWidth must be a number of characters, or Infinity to never break a row, got ${lineWidth}`,
    );
  }
  return { precision, threshold, edgeItems, lineWidth };
}

const opening = 'tensor(';

/**
 * The elements in nested lists, laid out as in NumPy, followed by notes: the dtype, unless it is float32 or bool, the shape, if not all
 * elements are shown, and `requiresGrad=true`.
 */
export function toString(x: Tensor, options: PrintOptions = {}): string {
  const settings = settingsWith('toString', options);
  return withNotes(`${opening}${lists(x, settings, opening.length)}`, x, settings);
}

/**
 * The text that the consoles of Node, Deno and Bun show. Inside another object, the indentation is unknown, so lists of several lines
 * start on a new line; Bun does not indent them. Browser consoles do not support custom formatting.
 */
export function inspect(x: Tensor, depth?: number | null, options?: { readonly depth?: number | null }): string {
  const text = toString(x);
  const isOutermost = typeof depth === 'number' && depth === options?.depth && depth !== Infinity;
  if (isOutermost || !text.includes('\n')) return text;
  const indent = '  ';
  const inside = lists(x, state.settings, indent.length - '['.length).slice(1, -1);
  return withNotes(`${opening}[\n${indent}${inside}\n]`, x, state.settings);
}

/** The number of elements to show at each end of an axis; Infinity for all. */
function edgeOf(x: Tensor, { threshold, edgeItems }: Settings): number {
  return x.size > threshold ? edgeItems : Infinity;
}

/** Calls `visit` for each shown index along an axis, and `skip` once for the omitted ones. */
function alongAxis(size: number, edge: number, visit: (index: number) => void, skip?: () => void): void {
  for (let index = 0; index < size; index++) {
    if (index === edge && size > 2 * edge) {
      skip?.();
      index = size - edge;
    }
    visit(index);
  }
}

/** The shown elements in row-major order. Nothing else is read, copied or recorded. */
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

/** Each element as text, padded to the same width. */
function wordsOf(elements: readonly number[], dtype: DType, precision: number): string[] {
  const words = isFloat(dtype)
    ? floatWords(elements, { isFloat32: dtype === 'float32', precision })
    : elements.map((element) => String(dtype === 'bool' ? element !== 0 : element));
  const width = words.reduce((longest, word) => Math.max(longest, word.length), 0);
  return words.map((word) => word.padStart(width));
}

/**
 * The nested lists, where the first line is indented by `left` characters. Each row starts on a new line and is wrapped if it is longer
 * than a line; one blank line separates matrices, two separate lists of matrices.
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
    // A row is closed by one bracket for each axis so far, and a comma or parenthesis.
    const room = settings.lineWidth - indent.length - axis - 2;
    return `[${axesInside === 0 ? wrapped(items, indent, room) : items.join(`,${'\n'.repeat(axesInside)}${indent}`)}]`;
  };
  return build(0);
}

/** Items separated by commas, wrapped to lines of `room` characters. */
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

/** The text with the notes after the lists, and the closing parenthesis. */
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
