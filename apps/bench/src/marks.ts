import { type TopicName } from './command-line.ts';
import { amounts, type Column, columns, significant, times } from './figures.ts';
import {
  bareLoop,
  flushedPyTorch,
  foreachPyTorch,
  inNode,
  javaScriptPeers,
  kernelCalls,
  micrograd,
  ours,
  portedSeed,
  uncollectedMicrograd,
} from './participants.ts';
import { leastOf, medianOf, ratioOf, type Recording, type Source } from './recordings.ts';

/** A row of the table of marks. `isMet` is undefined where something was not measured. */
export interface Mark {
  readonly what: string;
  readonly figure: string;
  readonly ratio: string;
  readonly mark: string;
  readonly isMet: boolean | undefined;
}

/** Kilobytes minified and gzipped, by what they are of. */
export type Sizes = Readonly<Record<string, number>>;

const [older, newer] = [20, 24];
type MeasuredTopic = Exclude<TopicName, 'sizes'>;

/** Every mark, with what was measured. */
export function marksOf(recordings: readonly Recording[], sizes: Sizes): Mark[] {
  return [
    ...training(recordings),
    breakdown(recordings),
    ...products(recordings),
    ...passes(recordings),
    ...scalars(recordings),
    ...limits(recordings, sizes),
  ];
}

/** PyTorch at its best, and the best in JavaScript. By the processor's time, which other programs disturb least, and by p05 beside it. */
function training(recordings: readonly Recording[]): Mark[] {
  const against = (topic: MeasuredTopic, who: string, peers: readonly string[], node: number, atMost: number): Mark[] =>
    (['cpu', 'p05'] as const).map((figure) => {
      const source = (participant: string): Source => ({ topic, participant, figure });
      const what = `${topic} against ${who}, Node ${node}, ${figure === 'cpu' ? 'CPU' : 'p05'}`;
      return atMostTimes(recordings, what, source(ours(node)), peers.map(source), atMost);
    });
  const pyTorches = [flushedPyTorch, foreachPyTorch];
  const inJavaScript = javaScriptPeers.flatMap((peer) => [older, newer].map((node) => inNode(peer, node)));
  return [
    ...[newer, older].flatMap((node) => against('W1', 'PyTorch', pyTorches, node, 0.92)),
    ...against('W1', 'the best in JavaScript', inJavaScript, newer, 0.32),
    ...[newer, older].flatMap((node) => against('W2', 'PyTorch', pyTorches, node, 3)),
    ...against('W2', 'the best in JavaScript', inJavaScript, newer, 0.5),
    ...[newer, older].flatMap((node) => against('W3', 'PyTorch', pyTorches, node, 1)),
    ...[newer, older].flatMap((node) => against('W4', 'PyTorch', pyTorches, node, 1.5)),
  ];
}

function breakdown(recordings: readonly Recording[]): Mark {
  const source = (participant: string): Source => ({ topic: 'breakdown', participant, figure: 'ms' });
  const what = `W1 step against its kernel calls alone, Node ${newer}`;
  return atMostTimes(recordings, what, source(ours(newer)), [source(kernelCalls(newer))], 1.3);
}

function products(recordings: readonly Recording[]): Mark[] {
  return [newer, older].flatMap((node) =>
    ['256', '1024'].map((n) => {
      const what = `matmul n = ${n} against a loop of multiply and add, Node ${node}`;
      return atLeastOfLoop(recordings, what, 'matmul', n, 'multiplyAndAdd', node, 0.95);
    }),
  );
}

function passes(recordings: readonly Recording[]): Mark[] {
  const ofMillions = {
    elementwise: ['add', 'addInPlace', 'mul', 'relu', 'exp', 'tanh'],
    reductions: ['sum', 'sumAxis0', 'sumAxis1', 'maxAxis1'],
  } as const;
  return (['elementwise', 'reductions'] as const).flatMap((topic) =>
    ofMillions[topic].map((figure) => {
      const what = `${columnOf(topic, figure).title} of 1e6 floats against a copy loop, Node ${newer}`;
      return atLeastOfLoop(recordings, what, topic, figure, 'copy', newer, 0.9);
    }),
  );
}

function scalars(recordings: readonly Recording[]): Mark[] {
  const moons = (participant: string): Source => ({ topic: 'W5', participant, figure: 'moons' });
  const against = (peer: string, atMost: number): Mark =>
    atMostTimes(recordings, `W5 moons against ${peer}`, moons(ours(newer)), [moons(peer)], atMost);
  return [against(micrograd, 1 / 120), against(uncollectedMicrograd, 1 / 9.9), against(portedSeed(newer), 1 / 7.5)];
}

function limits(recordings: readonly Recording[], sizes: Sizes): Mark[] {
  const cold = medianOf(recordings, { topic: 'cold', participant: ours(newer), figure: 'ms' });
  const growth = medianOf(recordings, { topic: 'memory', participant: ours(newer), figure: 'growth' });
  const { '@mg/scalar': scalar, '@mg/tensor': tensor, '@mg/nn': nn = NaN, '@mg/optim': optim = NaN } = sizes;
  return [
    below('cold start to the first training step', cold === undefined ? undefined : cold / 1000, 0.12, 's'),
    below('memory: growth over W1 in one loop', growth, 16, 'MB'),
    below('size of scalar', scalar, 3, 'kB'),
    below('size of tensor with its kernels', tensor, 68.6, 'kB'),
    below('size of nn + optim', Number.isNaN(nn + optim) ? undefined : nn + optim, 17.4, 'kB'),
  ];
}

/** Our time is to be at most so many times the best of theirs. */
function atMostTimes(
  recordings: readonly Recording[],
  what: string,
  own: Source,
  theirs: readonly Source[],
  limit: number,
): Mark {
  const other = leastOf(recordings, theirs);
  const ratio = other && ratioOf(recordings, own, other);
  const mark = `at most ${times(limit)}`;
  if (other === undefined || ratio === undefined) return unmeasured(what, mark);
  const { show, title } = columnOf(own.topic as MeasuredTopic, own.figure);
  const [mine, best] = [own, other].map((source) => show(medianOf(recordings, source) ?? NaN));
  const who = theirs.length > 1 ? ` (${other.participant})` : '';
  return {
    what,
    figure: `${mine ?? ''} : ${best ?? ''} ${title}${who}`,
    ratio: times(ratio),
    mark,
    isMet: ratio <= limit,
  };
}

/** Our bytes or operations per second are to be at least `limit` times those of the bare loop on the same Node. */
function atLeastOfLoop(
  recordings: readonly Recording[],
  what: string,
  topic: MeasuredTopic,
  figure: string,
  loopFigure: string,
  node: number,
  limit: number,
): Mark {
  const [own, loop] = [
    { topic, participant: ours(node), figure },
    { topic, participant: bareLoop(node), figure: loopFigure },
  ];
  const timesOfLoop = ratioOf(recordings, loop, own);
  const mark = `at least ${times(limit)}`;
  if (timesOfLoop === undefined) return unmeasured(what, mark);
  const ratio = (timesOfLoop * (amounts[figure] ?? NaN)) / (amounts[loopFigure] ?? NaN);
  const [mine, best] = [own, loop].map((source) =>
    columnOf(topic, source.figure).show(medianOf(recordings, source) ?? NaN),
  );
  const unit = topic === 'matmul' ? 'GFLOP/s' : 'GB/s';
  return { what, figure: `${mine ?? ''} : ${best ?? ''} ${unit}`, ratio: times(ratio), mark, isMet: ratio >= limit };
}

function below(what: string, value: number | undefined, limit: number, unit: string): Mark {
  const mark = `at most ${limit} ${unit}`;
  if (value === undefined) return unmeasured(what, mark);
  return { what, figure: `${significant(value)} ${unit}`, ratio: times(value / limit), mark, isMet: value <= limit };
}

function unmeasured(what: string, mark: string): Mark {
  return { what, figure: '', ratio: '', mark, isMet: undefined };
}

function columnOf(topic: MeasuredTopic, figure: string): Column {
  const found = columns[topic].find((each) => each.figure === figure);
  if (found === undefined) throw new Error(`${topic} has no figure ${figure}`);
  return found;
}
