import { parseArgs } from 'node:util';

/** All that can be measured, in the order in which it is. */
export const topicNames = [
  'W1',
  'W2',
  'W3',
  'W4',
  'W5',
  'breakdown',
  'matmul',
  'elementwise',
  'reductions',
  'cold',
  'memory',
  'sizes',
] as const;

export type TopicName = (typeof topicNames)[number];

export interface Options {
  /** How often each measurement is made, in turn with the others. */
  readonly rounds: number;
  readonly only: readonly TopicName[];
  /** Few steps and short times: to see that everything runs, not how fast. */
  readonly quick: boolean;
  /** The major versions of Node to measure on. */
  readonly nodes: readonly number[];
  /** The file to write; undefined prints the page. */
  readonly out: string | undefined;
}

export const usage: string = `usage: pnpm bench [--rounds N] [--only ${topicNames.slice(0, 2).join(',')},…] [--quick] [--nodes 20,24] [--out FILE]

  --rounds   how often each measurement is made (3; with --quick 1)
  --only     some of ${topicNames.join(', ')}
  --quick    few steps and short times: to see that everything runs, not how fast
  --nodes    the major versions of Node to measure on (20,24)
  --out      the page to write, with MARKS.md beside it; RESULTS.md in the folder of the app for a whole run, and printed for a part of it`;

/** Reads the arguments. Throws a RangeError that says what was given and what can be. */
export function readCommandLine(args: readonly string[], results: string): Options {
  const { values } = parseArgs({
    // pnpm and npm hand on the "--" before a script's arguments.
    args: args.filter((each) => each !== '--'),
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      nodes: { type: 'string', default: '20,24' },
      out: { type: 'string' },
    },
  });
  const { quick } = values;
  const isWhole = values.only === undefined && !quick;
  return {
    rounds: whole('--rounds', values.rounds ?? (quick ? '1' : '3')),
    only: values.only === undefined ? topicNames : values.only.split(',').map(topicName),
    quick,
    nodes: values.nodes.split(',').map((each) => whole('--nodes', each)),
    out: values.out ?? (isWhole ? results : undefined),
  };
}

function whole(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`${option} is "${text}"; give a whole number from 1 on`);
  return Number(text);
}

function topicName(text: string): TopicName {
  const found = topicNames.find((each) => each === text);
  if (found === undefined) throw new RangeError(`--only names "${text}"; there are ${topicNames.join(', ')}`);
  return found;
}
