import { needs as kinds } from './pytorch-names.ts';

/** A file of PyTorch that could be ported: what kinds it needs, and what it calls. */
export interface Port {
  readonly needs: readonly string[];
  readonly calls: readonly string[];
}

/** What stops ports: a name of PyTorch, in how many files, and how many would count if it were there. */
interface Lack {
  readonly name: string;
  readonly rows: number;
  readonly lifts: number;
}

export interface Score {
  readonly rows: number;
  /** The rows of which everything maps. */
  readonly ported: number;
  /** The rows of which the needs map. */
  readonly byNeeds: number;
  /** By what they lift, then by the number of rows. */
  readonly lacks: readonly Lack[];
}

/** Reads JSON lines. */
export function readPorts(text: string): Port[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Port);
}

/**
 * The names of PyTorch that a kind of need means in a file: those of the kind that it calls; all of them if it calls none, because the file
 * may use any.
 */
export function namesOfNeed(need: string, calls: readonly string[]): readonly string[] {
  const names = kinds[need];
  if (names === undefined) throw new Error(`score: the need "${need}" is not in pytorch-names.ts; add it to needs`);
  const called = names.filter((name) => calls.includes(name));
  return called.length === 0 ? names : called;
}

/** Counts the rows of which each need and each call maps, where `isThere` tells whether a name of PyTorch does. */
export function score(ports: readonly Port[], isThere: (name: string) => boolean): Score {
  const lacking = (names: readonly string[]): string[] => [...new Set(names)].filter((name) => !isThere(name));
  const ofNeeds = ports.map(({ needs, calls }) => lacking(needs.flatMap((need) => namesOfNeed(need, calls))));
  const ofRows = ports.map(({ calls }, row) => lacking([...(ofNeeds[row] ?? []), ...calls]));
  const names = [...new Set(ofRows.flat())];
  const lacks = names.map((name) => {
    const stopped = ofRows.filter((each) => each.includes(name));
    return { name, rows: stopped.length, lifts: stopped.filter((each) => each.length === 1).length };
  });
  return {
    rows: ports.length,
    ported: ofRows.filter((each) => each.length === 0).length,
    byNeeds: ofNeeds.filter((each) => each.length === 0).length,
    lacks: lacks.sort((a, b) => b.lifts - a.lifts || b.rows - a.rows || (a.name < b.name ? -1 : 1)),
  };
}
