import { median } from './median.ts';

/** What one run gave: figures, or why it failed. */
export interface Recording {
  readonly topic: string;
  readonly participant: string;
  readonly round: number;
  readonly version?: string;
  readonly figures?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** Where a figure stands among the recordings. */
export interface Source {
  readonly topic: string;
  readonly participant: string;
  readonly figure: string;
}

/** The median of a figure over the rounds; undefined where it was not measured. */
export function medianOf(recordings: readonly Recording[], source: Source): number | undefined {
  const values = [...byRound(recordings, source).values()];
  return values.length === 0 ? undefined : median(values);
}

/**
 * How many times `b` the figure `a` is: the median of the ratios that single rounds give. What is measured in one round is
 * measured within a minute, so that a machine which is slower for a while is so for both.
 */
export function ratioOf(recordings: readonly Recording[], a: Source, b: Source): number | undefined {
  const others = byRound(recordings, b);
  const ratios = [...byRound(recordings, a)].flatMap(([round, value]) => {
    const other = others.get(round);
    return other === undefined ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** The source with the smallest median; undefined where none was measured. */
export function leastOf(recordings: readonly Recording[], sources: readonly Source[]): Source | undefined {
  const measured = sources.flatMap((source) => {
    const value = medianOf(recordings, source);
    return value === undefined ? [] : [{ source, value }];
  });
  return measured.sort((a, b) => a.value - b.value)[0]?.source;
}

function byRound(recordings: readonly Recording[], { topic, participant, figure }: Source): Map<number, number> {
  return new Map(
    recordings.flatMap((each) => {
      const value = each.figures?.[figure];
      const isMeant = each.topic === topic && each.participant === participant;
      return isMeant && value !== undefined ? [[each.round, value] as const] : [];
    }),
  );
}
