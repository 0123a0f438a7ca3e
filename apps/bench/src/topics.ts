import { type Options, type TopicName } from './command-line.ts';
import { type JavaScriptPeer, javaScriptPeers, type Participant, type Script } from './participants.ts';
import { type Command } from './run.ts';
import { type TrainingPlan } from './timing.ts';

/** One of those who take turns. */
export interface Turn {
  readonly participant: string;
  readonly command: Command;
  /** In how many rounds at most, for what takes very long. */
  readonly rounds?: number;
}

/** What is measured in turn, and compared. */
export interface Topic {
  readonly name: TopicName;
  readonly turns: readonly Turn[];
}

/** The steps of a work, and of those who take fewer. */
type Plans = { readonly full: TrainingPlan } & Partial<Readonly<Record<JavaScriptPeer, TrainingPlan>>>;

/**
 * Steps to warm up, and to time. An epoch of W1 warms up: by then Adam's means of pixels that are seldom lit are denormal, where
 * nothing flushes them. Who would take very long takes fewer steps, which is in its favour.
 */
const plans = {
  W1: { full: { warm: 1875, steps: 1875 }, 'jax-js': { warm: 200, steps: 600 }, tfjs: { warm: 50, steps: 250 } },
  W2: { full: { warm: 117, steps: 234 }, 'jax-js': { warm: 20, steps: 80 }, tfjs: { warm: 3, steps: 12 } },
  W3: { full: { warm: 20, steps: 150 }, 'jax-js': { warm: 1, steps: 3 }, tfjs: { warm: 1, steps: 3 } },
  W4: { full: { warm: 20, steps: 100 } },
} as const satisfies Record<string, Plans>;

/** PyTorch as it comes, with denormal numbers flushed to zero, and with Adam that updates all parameters in one call as well. */
const pyTorches = ['pytorch', 'flushed-pytorch', 'foreach-pytorch'] as const;

/** How often the kernel calls of a step are repeated. */
const kernelRepeats = 1000;

/** Steps of the loop that the memory is measured in. */
const memorySteps = 50_000;

/** The topics to measure with those who are installed. Sizes need no process, and are none of them. */
export function topicsOf(
  participants: readonly Participant[],
  { only, quick }: Pick<Options, 'only' | 'quick'>,
): Topic[] {
  const scaled = (count: number): string => String(quick ? Math.ceil(count / 10) : count);
  const seconds = quick ? '0.1' : '0.3';

  // In the order of the participants: those next to each other are measured next to each other.
  const turns = (scripts: readonly Script[], argsFor: (script: Script) => readonly string[]): Turn[] =>
    participants
      .filter(({ script }) => scripts.includes(script))
      .map(({ name, script, commandFor }) => ({ participant: name, command: commandFor(...argsFor(script)) }));
  const training = (work: keyof typeof plans, scripts: readonly Script[]): Turn[] =>
    turns(scripts, (script) => {
      const plan: Plans = plans[work];
      const { warm, steps } = ((script === 'jax-js' || script === 'tfjs') && plan[script]) || plan.full;
      return ['train', work, scaled(warm), scaled(steps)];
    });
  const operations = (topic: string): Turn[] =>
    turns(['mg', 'pytorch', ...javaScriptPeers, 'loops'], (script) =>
      script === 'loops' ? [seconds] : [topic, seconds],
    );
  const oneRound = (all: readonly Turn[]): Turn[] => all.map((turn) => ({ ...turn, rounds: 1 }));

  const all: Record<Exclude<TopicName, 'sizes'>, () => readonly Turn[]> = {
    W1: () => training('W1', ['mg', ...pyTorches, 'seed', ...javaScriptPeers]),
    W2: () => training('W2', ['mg', ...pyTorches, 'seed', ...javaScriptPeers]),
    W3: () => [...training('W3', ['mg', ...pyTorches]), ...oneRound(training('W3', javaScriptPeers))],
    W4: () => training('W4', ['mg', ...pyTorches]),
    W5: () => ['moons', 'tree'].flatMap((work) => turns(['mg-scalar', 'ported-seed', 'micrograd'], () => [work])),
    breakdown: () => [
      ...training('W1', ['mg']),
      ...turns(['kernel-calls'], () => ['kernel-calls', scaled(kernelRepeats)]),
    ],
    matmul: () => operations('matmul'),
    elementwise: () => operations('elementwise'),
    reductions: () => operations('reductions'),
    cold: () => turns(['mg', 'pytorch', 'seed', ...javaScriptPeers], () => ['cold']),
    memory: () => oneRound(turns(['mg'], () => ['memory', scaled(memorySteps)]).slice(-1)),
  };
  return only.flatMap((name) => (name === 'sizes' ? [] : [{ name, turns: all[name]() }]));
}
