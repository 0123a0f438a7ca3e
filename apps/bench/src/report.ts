import { type TopicName } from './command-line.ts';
import { columns, significant, times } from './figures.ts';
import { type Mark, marksOf, type Sizes } from './marks.ts';
import { type TriedBlas } from './prepare.ts';
import { medianOf, ratioOf, type Recording } from './recordings.ts';

/** What was measured where, and how. */
export interface Conditions {
  readonly processor: string;
  readonly cores: number;
  readonly date: string;
  readonly nodes: readonly string[];
  readonly rounds: number;
  readonly isQuick: boolean;
  /** The kernels of OpenBLAS that were tried, the fastest first, which were used. */
  readonly blas: readonly TriedBlas[];
  readonly missing: readonly string[];
}

/** What each topic measures. */
const abouts: Readonly<Record<TopicName, { readonly title: string; readonly text: string }>> = {
  W1: {
    title: 'W1: training 784 → 128 → 64 → 10 on MNIST',
    text: 'ReLU, batches of 32, Adam, softmax cross-entropy, float32; 60,000 images, shuffled, and the loss is read in every step. After an epoch to warm up. jax-js (the whole step in one `jit`) and TensorFlow.js (wasm) take a part of an epoch, which is scaled up.',
  },
  W2: {
    title: 'W2: training 784 → 512 → 256 → 10 on MNIST',
    text: 'As W1, in batches of 256, after half an epoch to warm up.',
  },
  W3: {
    title: 'W3: training a convolutional network on MNIST',
    text: 'Twice a convolution 3 × 3 (to 16 and 32 channels), ReLU and pooling by 2; 1568 → 128 → 10; batches of 64. jax-js takes three steps, in one round.',
  },
  W4: {
    title: 'W4: training a transformer on text',
    text: 'Two blocks with four heads, width 64, layer norm and GELU (tanh); characters of a play, batches of 16 windows of 64, AdamW. After 20 steps to warm up.',
  },
  W5: {
    title: 'W5: scalars',
    text: "micrograd's moons demo, and an expression tree of 100,001 nodes, forward and backward.",
  },
  breakdown: {
    title: 'W1: a step, and its kernels',
    text: 'The calls of compiled kernels that one step of W1 makes, repeated with nothing between them. What works in ordinary arrays is not among them.',
  },
  matmul: { title: 'Matrix products', text: 'float32, n × n; GFLOP/s.' },
  elementwise: {
    title: 'Elementwise operations',
    text: 'One million floats unless a shape is given; GB/s, by what is read and written. JavaScript peers free each result by hand.',
  },
  reductions: { title: 'Reductions', text: '1000 × 1000 unless a shape is given; GB/s, by what is read and written.' },
  cold: {
    title: 'Cold start',
    text: 'A new process, up to the end of the first training step of W1: loading, compiling, one step.',
  },
  memory: {
    title: 'Memory',
    text: 'Resident size during 50,000 steps of W1 in one synchronous loop, in which no finalizer ever runs; the data set is part of it.',
  },
  sizes: { title: 'Sizes', text: 'All of a main entry, minified and gzipped, without the packages beside it.' },
};

/** The page for users: our packages beside other libraries. */
export function report(
  conditions: Conditions,
  recordings: readonly Recording[],
  sizes: Sizes,
  reference: string,
): string {
  const topics = (Object.keys(columns) as (keyof typeof columns)[]).filter((name) =>
    recordings.some(({ topic }) => topic === name),
  );
  const parts = [
    '# Speed beside other libraries',
    introduction(conditions, reference),
    ...topics.flatMap((name) => [
      `## ${abouts[name].title}`,
      abouts[name].text,
      topicTable(name, recordings, reference),
      ...failures(name, recordings),
    ]),
    ...(Object.keys(sizes).length === 0 ? [] : [`## ${abouts.sizes.title}`, abouts.sizes.text, sizesTable(sizes)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The page for contributors: what the packages are to reach, and what they do. */
export function marksPage(conditions: Conditions, recordings: readonly Recording[], sizes: Sizes): string {
  return `# Marks

${measuredWith(conditions)}

The targets of the packages, and the current figures: ours first, then the one it is compared with. PyTorch uses its best settings: the
fastest kernels of OpenBLAS, denormal numbers flushed to zero, and the faster of Adam's loop and \`foreach\`. CPU is the processor time
of a step in all threads; p05 is the 5th percentile of the time of a step.

${marksTable(marksOf(recordings, sizes))}
`;
}

function measuredWith({ processor, cores, date, nodes, isQuick, blas }: Conditions): string {
  const quick = isQuick ? ' **A quick run: few steps and short times, so that the figures are rough.**' : '';
  const kernels = blas.map(({ told, found }) => {
    const name = told ?? `its own choice${found === undefined ? '' : `, ${found.name}`}`;
    return `${name} ${found === undefined ? 'does not run here' : `${significant(found.microseconds)} µs`}`;
  });
  const [best] = blas;
  const openBlas =
    best?.found === undefined
      ? ''
      : ` OpenBLAS with the kernels ${best.found.name}, the fastest for 256 × 256: ${kernels.join('; ')}.`;
  return `Written by \`pnpm bench\`.${quick} ${date}, ${processor} (${cores} cores), Node ${nodes.join(' and ')}.${openBlas}`;
}

function introduction(conditions: Conditions, reference: string): string {
  const { rounds, missing } = conditions;
  const rest = missing.length === 0 ? '' : `\n\nNot measured here:\n\n${missing.map((each) => `- ${each}`).join('\n')}`;
  return `${measuredWith(conditions)}

Each measurement is a process of its own, on one core and with one thread; all take turns, in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, and medians
are shown. In brackets: how many times as long as ${reference} it takes, the median of the ratios within a round. CPU is the processor's
time in all threads of the process, with what compilers and collectors take; one step in twenty is faster than p05. Machines are slower
in some hours than in others: compare within a table.${rest}`;
}

function marksTable(marks: readonly Mark[]): string {
  const answer = { true: 'yes', false: '**no**', undefined: 'not measured' };
  const rows = marks.map(({ what, figure, ratio, mark, isMet }) => [what, figure, ratio, mark, answer[`${isMet}`]]);
  return table(['', 'figure', 'ratio', 'mark', 'met'], rows);
}

function topicTable(topic: keyof typeof columns, recordings: readonly Recording[], reference: string): string {
  const own = recordings.filter((each) => each.topic === topic && each.figures !== undefined);
  const names = [...new Set(own.map(({ participant }) => participant))];
  const rows = names.map((participant) => {
    const version = own.find((each) => each.participant === participant)?.version;
    const cells = columns[topic].map(({ figure, show, isPlain = false }) => {
      const source = { topic, participant, figure };
      const value = medianOf(recordings, source);
      if (value === undefined) return '';
      const ratio = ratioOf(recordings, source, { ...source, participant: reference });
      const isShown = ratio !== undefined && !isPlain && participant !== reference;
      return isShown ? `${show(value)} (${times(ratio)})` : show(value);
    });
    return [version === undefined ? participant : `${participant} (${version})`, ...cells];
  });
  return table(['', ...columns[topic].map(({ title }) => title)], rows);
}

function failures(topic: string, recordings: readonly Recording[]): string[] {
  const failed = recordings.flatMap(({ participant, error, topic: where }) =>
    where === topic && error !== undefined ? [`- ${participant} fails: ${error}`] : [],
  );
  return failed.length === 0 ? [] : [failed.join('\n')];
}

function sizesTable(sizes: Sizes): string {
  return table(
    ['', 'kB'],
    Object.entries(sizes).map(([name, size]) => [name, size.toFixed(1)]),
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
