import answers from '../fixtures/pytorch.json' with { type: 'json' };

/** A value, its gradient, or the gradient of its gradient. */
export type Level = 'value' | 'first' | 'second';
export const levels: readonly Level[] = ['value', 'first', 'second'];

/** Arguments of an operation that are no tensors, by the names that table.py gives them. */
export type Options = Readonly<Record<string, unknown>>;

/** Where mathematics leaves a choice; table.py says what the words mean. */
interface Choice {
  readonly between?: readonly [number, number];
  readonly bend?: readonly [number, number];
  readonly kink?: true;
  readonly shared?: true;
  readonly free?: true;
}

/** An input of a point: numbers that float32 holds. */
interface Input {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** For the value one list of numbers, for gradients one for each input. */
export type Numbers = readonly (readonly number[])[];

/** One row of the table: an operation at a point, and what PyTorch answers in float64. */
export interface Point extends Readonly<Record<Level, Numbers>> {
  readonly group: string;
  readonly op: string;
  /** Whether each element of the result depends on its own elements of the inputs alone. */
  readonly elementwise: boolean;
  /** `ordinary`, or what the edge is about: `zero`, `tie`, `infinity`. */
  readonly kind: string;
  readonly choice: Choice;
  readonly options: Options;
  readonly inputs: readonly Input[];
  readonly shape: readonly number[];
  /** What PyTorch answers in float32, where that is further off than rounding. */
  readonly single: Partial<Record<Level, Numbers>>;
}

/** A number as record.py spells it: what JSON lacks is a string. */
type Spelled = number | string;

interface Row extends Readonly<Record<Level, readonly (readonly Spelled[])[]>> {
  readonly group: string;
  readonly op: string;
  readonly elementwise?: boolean;
  readonly kind: string;
  readonly choice?: Choice;
  readonly options: Options;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly data: readonly Spelled[] }[];
  readonly shape: readonly number[];
  readonly single?: Partial<Record<Level, readonly (readonly Spelled[])[]>>;
}

const numbers = (lists: readonly (readonly Spelled[])[]): Numbers => lists.map((list) => list.map(Number));

/** Every point of the table, in its order. */
export const points: readonly Point[] = (answers as unknown as readonly Row[]).map((row) => ({
  ...row,
  elementwise: row.elementwise ?? false,
  choice: row.choice ?? {},
  inputs: row.inputs.map(({ shape, data }) => ({ shape, data: data.map(Number) })),
  value: numbers(row.value),
  first: numbers(row.first),
  second: numbers(row.second),
  single: Object.fromEntries(Object.entries(row.single ?? {}).map(([level, lists]) => [level, numbers(lists)])),
}));

/** The cotangent of the first gradient, as record.py has it. */
export function cotangent(count: number): number[] {
  return Array.from({ length: count }, (_, at) => 0.5 + ((7 * at) % 11) / 8);
}

/** What the first gradient is multiplied by before it is differentiated again, as record.py has it. */
export function direction(count: number): number[] {
  return Array.from({ length: count }, (_, at) => -0.6875 + ((5 * at) % 13) / 8);
}

/** A point in a few words: `zero, of [0] (exponent 2)`. */
export function show({ kind, inputs, options }: Point): string {
  const shown = Object.entries(options).map(([name, option]) => `${name} ${JSON.stringify(option)}`);
  const operands = inputs.map(({ data }) => `[${data.map((x) => String(Number(x.toPrecision(8)))).join(', ')}]`);
  return `${kind}, of ${operands.join(' and ')}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`;
}
