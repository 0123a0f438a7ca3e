import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as nn from '@mg/nn';
import { grad, tensor, type Tensor } from '@mg/tensor';

// Beside what PyTorch 1.13 gives, as fixtures/losses.py has recorded it.

/** A number, or the name of one that JSON lacks. */
type Spelled = number | string;
interface Elements {
  readonly shape: readonly number[];
  readonly data: readonly Spelled[];
}
interface Answer {
  readonly shape: readonly number[];
  readonly value: readonly Spelled[];
  readonly gradients: readonly (readonly Spelled[])[];
}
type Loss =
  | 'mseLoss'
  | 'l1Loss'
  | 'huberLoss'
  | 'binaryCrossEntropy'
  | 'binaryCrossEntropyWithLogits'
  | 'klDiv'
  | 'nllLoss'
  | 'crossEntropy'
  | 'smoothL1Loss'
  | LossOfThree;
type LossOfThree = 'gaussianNLLLoss' | 'cosineEmbeddingLoss' | 'tripletMarginLoss';
interface Row {
  readonly loss: Loss;
  readonly options: Readonly<Record<string, Elements | number | string | boolean>>;
  readonly input: Elements;
  readonly target: Elements;
  /** The third input of a loss of three. */
  readonly third?: Elements;
  /** Whether the target holds labels. */
  readonly labels: boolean;
  readonly targetGradient: boolean;
  readonly float64: Answer;
  readonly float32: Answer;
}
const rows = JSON.parse(readFileSync(new URL('../../fixtures/losses.json', import.meta.url), 'utf8')) as Row[];

const classes = {
  mseLoss: nn.MSELoss,
  l1Loss: nn.L1Loss,
  huberLoss: nn.HuberLoss,
  binaryCrossEntropy: nn.BCELoss,
  binaryCrossEntropyWithLogits: nn.BCEWithLogitsLoss,
  klDiv: nn.KLDivLoss,
  nllLoss: nn.NLLLoss,
  crossEntropy: nn.CrossEntropyLoss,
  smoothL1Loss: nn.SmoothL1Loss,
};

const classesOfThree = {
  gaussianNLLLoss: nn.GaussianNLLLoss,
  cosineEmbeddingLoss: nn.CosineEmbeddingLoss,
  tripletMarginLoss: nn.TripletMarginLoss,
};

/** The loss of a row by the function and by the class. */
function bothForms(loss: Loss, inputs: readonly Tensor[], options: object): readonly [Tensor, Tensor] {
  const [x, t, third] = inputs as readonly [Tensor, Tensor, Tensor];
  if (Object.hasOwn(classesOfThree, loss)) {
    const name = loss as LossOfThree;
    return [nn[name](x, t, third, options), new classesOfThree[name](options).forward(x, t, third)];
  }
  const name = loss as Exclude<Loss, LossOfThree>;
  return [nn[name](x, t, options), new classes[name](options).forward(x, t)];
}

/** How far ours may be off, of the size: rounding in float32 comes to 10 units in the last place, in PyTorch's numbers as in ours. */
const tolerances = { float64: 1e-12, float32: 2 ** -19 };

/** The gradient of a loss of several elements, as losses.py has it. */
const cotangent = (count: number): number[] => Array.from({ length: count }, (_, at) => 0.5 + ((7 * at) % 11) / 8);

/** What a row gives, by the function and by the class; both are to be the same. */
function run({ loss, options, input, target, third, labels, targetGradient }: Row, dtype: 'float64' | 'float32') {
  const make = ({ shape, data }: Elements): Tensor => tensor(data.map(Number), { shape, dtype });
  const x = make(input);
  const t = labels ? tensor(target.data.map(Number), { shape: target.shape, dtype: 'int32' }) : make(target);
  const given = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, typeof value === 'object' ? make(value) : value]),
  );
  const others = third === undefined ? [] : [make(third)];
  // The targets of a cosine loss are signs.
  const leaves = [x, ...(targetGradient ? [t, ...(loss === 'cosineEmbeddingLoss' ? [] : others)] : [])];
  for (const each of leaves) each.requiresGrad = true;
  const [value, again] = bothForms(loss, [x, t, ...others], given);
  expect(again.toArray()).toEqual(value.toArray());
  const seed = tensor(value.ndim > 0 ? cotangent(value.size) : [1], { shape: value.shape, dtype });
  return { value, gradients: grad([value], leaves, { gradOutputs: [seed] }) };
}

/** Losses that PyTorch 1.13 calls NaN, as 0 · ∞, where ours are 0: by their rows, and their places. */
const certain: Readonly<Record<string, readonly number[]>> = {
  'binaryCrossEntropyWithLogits of [46], [46], {"reduction":"none"}': [40, 42],
  'binaryCrossEntropyWithLogits of [46], [46], {"posWeight":{"shape":[1],"data":[3]},"reduction":"none"}': [40, 42],
  'klDiv of [7], [7], {"reduction":"none"}': [3],
  'klDiv of [6], [6], {"logTarget":true,"reduction":"none"}': [0, 3],
};

/** The largest distance between our numbers and PyTorch's, relative to PyTorch's; Infinity where only one is finite. */
function distance(ours: Tensor, theirs: readonly Spelled[]): number {
  const numbers = theirs.map(Number);
  expect(ours.size).toBe(numbers.length);
  const finite = numbers.filter(Number.isFinite).map(Math.abs);
  // Where some are much smaller than others, rounding has made them so.
  const scale = Math.min(1, Math.max(0, ...finite));
  const elements = ours.contiguous().data;
  return numbers.reduce((largest, expected, i) => {
    const given = elements[i] ?? NaN;
    if (Object.is(given, expected) || given === expected) return largest;
    const size = Math.max(scale, Math.abs(expected));
    const error = Number.isFinite(given) && Number.isFinite(expected) ? Math.abs(given - expected) / size : Infinity;
    return Math.max(largest, error);
  }, 0);
}

const name = ({ loss, options, input, target }: Row): string =>
  `${loss} of [${input.shape.join(', ')}], [${target.shape.join(', ')}], ${JSON.stringify(options)}`;

test.each(['float64', 'float32'] as const)('every loss has the numbers of PyTorch, in %s', (dtype) => {
  let compared = 0;
  const wrong: string[] = [];
  for (const [index, row] of rows.entries()) {
    const answer = row[dtype];
    const { value, gradients } = run(row, dtype);
    expect(value.dtype).toBe(dtype);
    expect(value.shape).toEqual(answer.shape);
    expect(gradients.length).toBe(answer.gradients.length);
    const parts = [value, ...gradients].map((x, part) => ({
      x,
      theirs: [answer.value, ...answer.gradients][part] ?? [],
    }));
    for (const [part, { x, theirs: given }] of parts.entries()) {
      const zeros = part === 0 ? (certain[name(row)] ?? []) : [];
      expect(zeros.map((at) => given[at])).toEqual(zeros.map(() => 'NaN'));
      const theirs = given.map((each, at) => (zeros.includes(at) ? 0 : each));
      const error = distance(x, theirs);
      compared += theirs.length;
      if (!(error <= tolerances[dtype])) {
        const what = part === 0 ? 'value' : `gradient ${part - 1}`;
        wrong.push(
          `row ${index}, ${name(row)}: ${what} ${x.toString()} is off by ${error}, PyTorch: ${theirs.join(', ')}`,
        );
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(rows.length).toBeGreaterThan(900);
  expect(compared).toBeGreaterThan(17_000);
});

test('rows of every loss, reduction and option are there', () => {
  const seen = new Set(rows.flatMap(({ loss, options }) => Object.keys(options).map((option) => `${loss} ${option}`)));
  for (const loss of [...Object.keys(classes), ...Object.keys(classesOfThree)]) {
    const reductions = new Set(rows.filter((row) => row.loss === loss).map(({ options }) => options['reduction']));
    const own = loss === 'klDiv' ? ['batchmean'] : [];
    expect([...reductions].sort(), loss).toEqual(['mean', 'none', 'sum', undefined, ...own].sort());
  }
  expect([...seen].filter((each) => !each.endsWith('reduction')).sort()).toEqual([
    'binaryCrossEntropy weight',
    'binaryCrossEntropyWithLogits posWeight',
    'binaryCrossEntropyWithLogits weight',
    'cosineEmbeddingLoss margin',
    'crossEntropy ignoreIndex',
    'crossEntropy labelSmoothing',
    'crossEntropy weight',
    'gaussianNLLLoss eps',
    'gaussianNLLLoss full',
    'huberLoss delta',
    'klDiv logTarget',
    'nllLoss ignoreIndex',
    'nllLoss weight',
    'smoothL1Loss beta',
    'tripletMarginLoss eps',
    'tripletMarginLoss margin',
    'tripletMarginLoss p',
    'tripletMarginLoss swap',
  ]);
});
