import { isTensor } from '@mg/tensor';
import { checkOptions, showShape } from '@mg/tensor/internal';

/** Options once all are there: what was left out has its default, and each can be set. */
export type Settings<Options> = { -readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** Says what is wrong with a value, each thing in a sentence: none, where it is as it must be. */
export type Check = (name: string, value: unknown) => string[];

/** For each option its default, undefined where it has to be given, and what it must be. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options]-?: readonly [fallback: Settings<Options>[Name] | undefined, check: Check];
};

/** Which options an optimizer or a scheduler, the `owner`, takes. */
export interface OptionRules<Options> {
  readonly owner: string;
  readonly table: OptionTable<Options>;
  /** What is wrong with options that are fine each by itself. */
  together?(settings: Settings<Options>): string[];
}

/** The options in `given`, completed by `others` or else the defaults. Throws a TypeError for names that there are not. */
export function complete<Options extends object>(
  { owner, table }: OptionRules<Options>,
  given: Options,
  others?: Settings<Options>,
): Settings<Options> {
  checkOptions(owner, given, Object.keys(table));
  const settings: Partial<Settings<Options>> = {};
  for (const name in table) {
    const value: unknown = given[name];
    const other: unknown = others === undefined ? table[name][0] : others[name];
    settings[name] = (value === undefined ? other : value) as never;
  }
  return settings as Settings<Options>;
}

/** Throws a RangeError that says what is wrong with settings. */
export function checkSettings<Options extends object>(rules: OptionRules<Options>, settings: Settings<Options>): void {
  const wrong = wrongSettings(rules, settings);
  if (wrong.length > 0) throw new RangeError(`${rules.owner}: ${wrong.join('; ')}`);
}

/** What is wrong with settings: each by itself and, if nothing is, together. */
export function wrongSettings<Options extends object>(
  rules: OptionRules<Options>,
  settings: Settings<Options>,
): string[] {
  const wrong: string[] = [];
  for (const name in rules.table) wrong.push(...rules.table[name][1](name, settings[name]));
  return wrong.length > 0 ? wrong : (rules.together?.(settings) ?? []);
}

/** What `is` says in words, of any kind. */
export function must(be: string, is: (value: unknown) => boolean): Check {
  return (name, value) => (is(value) ? [] : [`${name} must be ${be}, got ${show(value)}`]);
}

function number(be: string, is: (x: number) => boolean): Check {
  return must(be, (value) => typeof value === 'number' && is(value));
}

export const finite: Check = number('a finite number', Number.isFinite);
export const fromZero: Check = number('a number >= 0', (x) => x >= 0 && x < Infinity);
export const aboveZero: Check = number('a number > 0', (x) => x > 0);
export const zeroToOne: Check = number('in [0, 1]', (x) => x >= 0 && x <= 1);
export const aboveZeroToOne: Check = (name, value) => [...aboveZero(name, value), ...zeroToOne(name, value)];
export const belowOne: Check = number('in [0, 1)', (x) => x >= 0 && x < 1);
export const flag: Check = must('true or false', (value) => typeof value === 'boolean');

/** An integer from `least` up. */
export function whole(least: number): Check {
  return number(`an integer >= ${least}`, (x) => Number.isSafeInteger(x) && x >= least);
}

/** One of some words. */
export function oneOf(...words: readonly unknown[]): Check {
  return must(`one of ${words.map(show).join(', ')}`, (value) => words.includes(value));
}

/** A list of values that pass a check, of any length or of the given one. */
export function listOf(check: Check, length?: number): Check {
  const isList = must(
    length === undefined ? 'a list' : `a list of ${length}`,
    (value) => Array.isArray(value) && value.length === (length ?? value.length),
  );
  return (name, value) => {
    const wrong = isList(name, value);
    return wrong.length > 0
      ? wrong
      : (value as readonly unknown[]).flatMap((each, index) => check(`${name}[${index}]`, each));
  };
}

/** One value for all parameter groups of an optimizer, or a list with one for each. */
export function perGroup(check: Check, optimizer: { readonly paramGroups: readonly unknown[] }): Check {
  return (name, value) => (Array.isArray(value) ? listOf(check, optimizer.paramGroups.length) : check)(name, value);
}

/** The value of a group. */
export function ofGroup(values: number | readonly number[], index: number): number {
  return typeof values === 'number' ? values : (values[index] ?? NaN);
}

/** What was given instead: plain JavaScript may pass anything. */
export function show(value: unknown): string {
  if (isTensor(value)) return `a tensor ${value.dtype} ${showShape(value.shape)}`;
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
