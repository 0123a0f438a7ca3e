import Papa from 'papaparse';
import { DataError } from './data-error.ts';
import { Dataset } from './dataset.ts';
import { describe } from './describe.ts';
import { fromArrays } from './from-arrays.ts';
import { parseText, type TextStream } from './text-source.ts';

/**
 * What the cells of a column are: numbers, texts, or one of several categories, which become the integers 0, 1, 2 …
 *
 * `'category'` numbers the categories of the file in sorted order. A list of the categories numbers them in its order.
 */
export type ColumnType = 'number' | 'string' | 'category' | readonly string[];

/** The types of columns by name. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

type Cell<Type> = Type extends 'string' ? string : number;

/** An item of a CSV file: a value for each column. */
export type CsvRow<Types extends ColumnTypes> = { -readonly [Name in keyof Types]: Cell<Types[Name]> };

export interface CsvOptions<Types extends ColumnTypes = ColumnTypes> {
  /** Whether the first record holds the names of the columns, or the names if it does not. With `false` they are '0', '1' … Default true. */
  header?: boolean | readonly string[] | undefined;
  /** The columns to read, with their types. Default: all columns; those whose cells are all numbers are numbers, others texts. */
  types?: Types | undefined;
  /** One character. Default a comma. */
  delimiter?: string | undefined;
  /** What stands for an empty cell, by column: a number, or a category. Without it, an empty cell is an error unless it is a text. */
  missing?: Readonly<Partial<Record<keyof Types & string, number | string>>> | undefined;
}

/** The names of the columns of categories. */
export type CategoryColumns<Types extends ColumnTypes> = {
  [Name in keyof Types & string]: Types[Name] extends 'category' | readonly string[] ? Name : never;
}[keyof Types & string];

/** The records of a CSV file. */
export class CsvDataset<Row, Categories extends string = string> extends Dataset<Row> {
  readonly length: number;
  /** The categories of each column of categories, by name: item i of the list has the number i. */
  readonly categories: Readonly<Record<Categories, readonly string[]>>;
  readonly #rows: Dataset<Row>;

  /** `fromCsv` makes one. */
  constructor(rows: Dataset<Row>, categories: Readonly<Record<Categories, readonly string[]>>) {
    super();
    this.length = rows.length;
    this.categories = categories;
    this.#rows = rows;
  }

  get(index: number): Row {
    return this.#rows.get(index);
  }
}

/**
 * Reads a CSV file (RFC 4180): its text, or a stream of it. An item is a record of values by column.
 *
 * Quoted cells may hold delimiters, quotes and line ends. A byte order mark and empty lines are left out.
 *
 * @throws DataError for a cell that does not have the type of its column, an empty one, a record with too few or too many cells,
 * and a quote that is not closed, with line and column; RangeError for options that do not fit the file.
 *
 * ```ts
 * import { fromCsv } from '@mg/data';
 *
 * const text = 'length,species\n5.1,setosa\n7.0,versicolor\n';
 * const iris = fromCsv(text, { types: { length: 'number', species: 'category' } });
 * console.log(iris.length, iris.get(1)); // => 2 { length: 7, species: 1 }
 * console.log(iris.categories); // => { species: [setosa, versicolor] }
 * fromCsv('a,b\n1,\n', { types: { b: 'number' } }); // => throws DataError: line 2, column "b": the cell is empty
 * ```
 */
export function fromCsv<const Types extends ColumnTypes = Readonly<Record<string, 'number' | 'string'>>>(
  source: string,
  options?: CsvOptions<Types>,
): CsvDataset<CsvRow<Types>, CategoryColumns<Types>>;
export function fromCsv<const Types extends ColumnTypes = Readonly<Record<string, 'number' | 'string'>>>(
  source: TextStream,
  options?: CsvOptions<Types>,
): Promise<CsvDataset<CsvRow<Types>, CategoryColumns<Types>>>;
export function fromCsv(
  source: string | TextStream,
  options: CsvOptions = {},
): CsvDataset<CsvRow<ColumnTypes>> | Promise<CsvDataset<CsvRow<ColumnTypes>>> {
  const { delimiter = ',' } = options;
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new RangeError(`fromCsv: delimiter is ${describe(delimiter)}; expected one character, such as ; or a tab`);
  }
  return parseText('fromCsv', source, (text) => typedRows(readTable(text, delimiter, options.header), options));
}

/** Cells as texts. */
interface Table {
  names: readonly string[];
  records: readonly CsvRecord[];
}

interface CsvRecord {
  cells: readonly string[];
  /** The line on which it starts, from 1. */
  line: number;
}

function readTable(text: string, delimiter: string, header: boolean | readonly string[] = true): Table {
  const records = readRecords(text, delimiter);
  const first = records[0]?.cells ?? [];
  const names = typeof header === 'boolean' ? (header ? first : first.map((_, column) => String(column))) : header;
  if (!isList(names)) {
    throw new TypeError(`fromCsv: header is ${describe(header)}; expected true, false or a list of names`);
  }
  const repeated = names.find((name, column) => names.indexOf(name) !== column);
  if (repeated !== undefined) {
    throw new DataError(`fromCsv: two columns are called ${describe(repeated)}. Pass other names as header`);
  }
  for (const { cells, line } of records) {
    if (cells.length === names.length) continue;
    throw new DataError(
      `fromCsv: line ${line} has ${cells.length} cells, but there are ${names.length} columns (${names.join(', ')}). ` +
        'Quote cells that hold the delimiter, and check option delimiter',
    );
  }
  return { names, records: header === true ? records.slice(1) : records };
}

function readRecords(text: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const oneLineEnd = withOneLineEnd(text, delimiter);
  let [line, start] = [1, 0];
  Papa.parse<string[]>(oneLineEnd, {
    delimiter,
    newline: '\n',
    step: ({ data: cells, errors, meta }) => {
      const [error] = errors;
      if (error !== undefined) {
        throw new DataError(
          `fromCsv: line ${line}: ${error.message.toLowerCase()}. Close each quoted cell, and double the quotes in it`,
        );
      }
      if (cells.length > 1 || cells[0] !== '') records.push({ cells, line });
      line += oneLineEnd.slice(start, meta.cursor).match(/\r\n?|\n/g)?.length ?? 0;
      start = meta.cursor;
    },
  });
  return records;
}

/** Makes all line ends `\n`, as the parser needs them, but for those in quoted cells. */
function withOneLineEnd(text: string, delimiter: string): string {
  if (!text.includes('\r')) return text;
  const quoted = new RegExp(`(?<=^|[\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}])"[^"]*(?:""[^"]*)*"|\\r\\n?`, 'g');
  return text.replace(quoted, (found) => (found.startsWith('"') ? found : '\n'));
}

function typedRows({ names, records }: Table, { types, missing }: CsvOptions): CsvDataset<CsvRow<ColumnTypes>> {
  for (const name of [...Object.keys(types ?? {}), ...Object.keys(missing ?? {})]) {
    if (names.includes(name)) continue;
    throw new RangeError(`fromCsv: there is no column ${describe(name)}. The columns are ${names.join(', ')}`);
  }
  const categories: Record<string, readonly string[]> = {};
  const columns: Record<string, readonly (number | string)[]> = {};
  for (const name of types === undefined ? names : Object.keys(types)) {
    const column = new CsvColumn(name, names.indexOf(name), records, missing?.[name]);
    const type = types?.[name] ?? (column.isNumeric() ? 'number' : 'string');
    if (type === 'number') columns[name] = column.numbers();
    else if (type === 'string') columns[name] = column.texts();
    else {
      const list = type === 'category' ? column.distinct() : expectCategories(name, type);
      categories[name] = list;
      columns[name] = column.indicesIn(list);
    }
  }
  const rows = Object.keys(columns).length === 0 ? fromArrays([]) : fromArrays(columns);
  return new CsvDataset(rows, categories);
}

/** `Array.isArray`, for a value that TypeScript takes for a list. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function expectCategories(name: string, type: unknown): readonly string[] {
  if (Array.isArray(type)) return type as readonly string[];
  throw new TypeError(
    `fromCsv: the type of column ${describe(name)} is ${describe(type)}; expected 'number', 'string', 'category' or a list of categories`,
  );
}

/** One column of a table. */
class CsvColumn {
  readonly #name: string;
  readonly #column: number;
  readonly #records: readonly CsvRecord[];
  readonly #missing: number | string | undefined;

  constructor(name: string, column: number, records: readonly CsvRecord[], missing: number | string | undefined) {
    this.#name = name;
    this.#column = column;
    this.#records = records;
    this.#missing = missing;
  }

  isNumeric(): boolean {
    const cells = this.#records
      .map((record) => this.#cell(record))
      .filter((cell): cell is string => cell !== undefined);
    return cells.length > 0 && cells.every(isNumber);
  }

  texts(): string[] {
    return this.#records.map((record) => String(this.#cell(record) ?? this.#missing ?? ''));
  }

  numbers(): number[] {
    return this.#records.map((record) => {
      const cell = this.#present(record, 'NaN');
      if (typeof cell === 'number') return cell;
      if (isNumber(cell)) return Number(cell);
      throw this.#error(record, `${describe(cell)} is not a number. Correct it, or read the column as 'string'`);
    });
  }

  /** The categories in sorted order. */
  distinct(): string[] {
    return [...new Set(this.#records.map((record) => String(this.#present(record, "'unknown'"))))].sort();
  }

  indicesIn(categories: readonly string[]): number[] {
    const indices = new Map(categories.map((category, index) => [category, index]));
    return this.#records.map((record) => {
      const cell = String(this.#present(record, "'unknown'"));
      const index = indices.get(cell);
      if (index !== undefined) return index;
      throw this.#error(
        record,
        `${describe(cell)} is none of the categories ${categories.join(', ')}. Add it to the list`,
      );
    });
  }

  /** The text of a cell, undefined if it is empty. */
  #cell({ cells }: CsvRecord): string | undefined {
    return cells[this.#column] || undefined;
  }

  /** The text of a cell, or what stands for an empty one. */
  #present(record: CsvRecord, example: string): number | string {
    const cell = this.#cell(record) ?? this.#missing;
    if (cell !== undefined) return cell;
    throw this.#error(
      record,
      `the cell is empty. Fill it, or pass what stands for it: missing: { ${this.#name}: ${example} }`,
    );
  }

  #error({ line }: CsvRecord, problem: string): DataError {
    return new DataError(`fromCsv: line ${line}, column ${describe(this.#name)}: ${problem}`);
  }
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
}
