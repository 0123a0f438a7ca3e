/** What is computed in every engine: one digest of each. */
export const sameBitsParts = ['random numbers', 'functions', 'W1', 'W3', 'other layers'] as const;

/** A SHA-256, in hexadecimal digits, of all the bytes that came of each part. */
export type Digests = Readonly<Record<(typeof sameBitsParts)[number], string>>;

/**
 * The text of a module whose `checked` are the digests of what it computes. It imports @mg/tensor, @mg/nn and @mg/optim.
 *
 * W1 and W3 are a hundred training steps each, as a user would write them, on images that have what MNIST's have: pixels in
 * [0, 1], of which most are exactly 0 and those at the border always. Their digests are of the losses, the parameters and all
 * that the optimizer remembers.
 */
export function sameBitsProgram(rounding: 'deterministic' | 'free'): string {
  return `
import * as nn from '@mg/nn';
import { Adagrad, Adam, AdamW, clipGradNorm, CosineAnnealingLR, RMSprop, SGD } from '@mg/optim';
import {
  bernoulli, concat, Generator, isTensor, manualSeed, permutation, rand, randint, randn, setDeterministic, tensor,
} from '@mg/tensor';

setDeterministic(${rounding === 'deterministic'});
${digest}
${randomNumbers}
${functions}
${training}
${otherLayers}
export const checked = {
  'random numbers': await digest(randomNumbers()),
  functions: await digest(functions()),
  W1: await digest(train(w1)),
  W3: await digest(train(w3)),
  'other layers': await digest(otherLayers()),
};
`;
}

/** A NaN has no bits that would be its own: engines choose among millions. Here it has one choice. */
const digest = `
const digest = async (tensors) => {
  const pieces = [...tensors].map((each) => {
    const { dtype, data } = each.contiguous();
    const numbers = data.slice();
    const words = new Uint32Array(numbers.buffer);
    if (dtype === 'float32') numbers.forEach((x, i) => { if (x !== x) words[i] = 0x7fc00000; });
    if (dtype === 'float64') numbers.forEach((x, i) => { if (x !== x) [words[2 * i], words[2 * i + 1]] = [0, 0x7ff80000]; });
    return new Uint8Array(numbers.buffer);
  });
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
};
`;

const randomNumbers = `
function* randomNumbers() {
  for (const seed of [42, 2 ** 53 - 1]) {
    const generator = new Generator(seed);
    yield rand([100_000], { generator });
    yield rand([100_000], { generator, dtype: 'float64' });
    yield randn([100_000], { generator });
    yield randn([300_000], { generator, dtype: 'float64' });
    yield randint(-5, 1000, [100_000], { generator });
    yield randint(0, 3 * 2 ** 51, [100_000], { generator, dtype: 'float64' });
    yield bernoulli(0.3, [100_000], { generator });
    yield permutation(100_000, { generator });
  }
}
`;

/** Each function of numbers, with its gradient, on numbers of every size; then sums, products and orders of them. */
const functions = `
function* functions() {
  for (const dtype of ['float32', 'float64']) {
    const options = { dtype, generator: new Generator(3) };
    const special = [0, -0, 1, -1, 0.5, 2.5, 1e-40, 1e-30, 1e30, 88.7, -103.9, 709.7, -745.1, Infinity, -Infinity, NaN];
    const sizes = randint(-30, 30, [4000], options).mul(Math.LN2).exp();
    const x = concat([tensor(special, { dtype }), randn([4000], options), randn([4000], options).mul(sizes)], 0);
    const onOne = [
      'neg', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'square', 'reciprocal', 'sin', 'cos', 'tan', 'tanh',
      'sigmoid', 'relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'softplus', 'erf', 'floor', 'ceil', 'round',
    ];
    const y = x.flip(0);
    const calls = [
      ...onOne.map((name) => (a) => a[name]()),
      ...['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum'].map((name) => (a) => a[name](y)),
    ];
    for (const call of calls) {
      const a = x.clone();
      a.requiresGrad = true;
      const result = call(a);
      result.backward(tensor(1.7, { dtype }).broadcastTo(result.shape));
      yield* [result.detach(), a.grad];
    }

    const table = randn([37, 211], options);
    for (const axis of [0, 1, [0, 1]]) {
      for (const name of ['sum', 'mean', 'prod', 'variance', 'std', 'norm', 'logsumexp', 'max', 'min']) {
        const a = table.clone();
        a.requiresGrad = true;
        const result = a[name](axis);
        result.square().sum().backward();
        yield* [result.detach(), a.grad];
      }
    }
    for (const axis of [0, 1]) {
      const ties = table.mul(4).round();
      const { values, indices } = ties.sort(axis);
      yield* [values, indices, table.argmax(axis), table.cumsum(axis), table.softmax(axis), table.logSoftmax(axis)];
    }
    for (const inner of [1, 7, 64, 300]) yield randn([23, inner], options).matmul(randn([inner, 45], options));

    const images = randn([3, 4, 13, 11], options);
    for (const conv of [{}, { padding: 1 }, { stride: 2, padding: [2, 1] }, { dilation: 2 }, { groups: 2 }]) {
      const leaves = [images.clone(), randn([6, 4 / (conv.groups ?? 1), 3, 3], options), randn([6], options)];
      for (const leaf of leaves) leaf.requiresGrad = true;
      const [input, weight, bias] = leaves;
      const result = input.conv2d(weight, { bias, ...conv });
      result.square().sum().backward();
      yield* [result.detach(), ...leaves.map(({ grad }) => grad)];
    }
  }
}
`;

/** As a user would write it. Gives the losses, and all that a checkpoint would hold. */
const training = `
const { AvgPool2d, BatchNorm2d, Conv2d, Dropout, Flatten, GELU, LayerNorm, Linear, MaxPool2d, ReLU, Sequential, SiLU } = nn;

function* train({ make, image, batchSize, optimizer: makeOptimizer, steps, lossOptions = {}, beforeStep = () => {} }) {
  manualSeed(0);
  const model = make();
  const optimizer = makeOptimizer(model.parameters());
  const generator = new Generator(1);
  const digits = bernoulli(0.4, [10, 20, 20], { generator }).pad([[0, 0], [4, 4], [4, 4]]).reshape([10, ...image]);
  const losses = [];
  for (let step = 0; step < steps; step++) {
    const labels = randint(0, 10, [batchSize], { generator });
    const images = rand([batchSize, ...image], { generator }).mul(digits.take(labels, 0));
    const loss = nn.crossEntropy(model.forward(images), labels, lossOptions);
    optimizer.zeroGrad();
    loss.backward();
    beforeStep(optimizer);
    optimizer.step();
    losses.push(loss.item());
  }
  yield tensor(losses, { dtype: 'float64' });
  yield* Object.values(model.stateDict());
  for (const memory of Object.values(optimizer.stateDict().state)) {
    for (const value of Object.values(memory)) yield isTensor(value) ? value : tensor([value], { dtype: 'float64' });
  }
}

const adam = (parameters) => new Adam(parameters, { lr: 1e-3 });
const w1 = {
  make: () => new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10)),
  image: [784],
  batchSize: 32,
  optimizer: adam,
  steps: 100,
};
const w3 = {
  make: () =>
    new Sequential(
      new Conv2d(1, 16, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2),
      new Conv2d(16, 32, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2),
      new Flatten(), new Linear(1568, 128), new ReLU(), new Linear(128, 10),
    ),
  image: [1, 28, 28],
  batchSize: 64,
  optimizer: adam,
  steps: 100,
};
`;

const otherLayers = `
function* otherLayers() {
  const make = () =>
    new Sequential(
      new Conv2d(1, 8, 5, { stride: 2, padding: 2 }), new BatchNorm2d(8), new GELU(), new AvgPool2d(2),
      new Flatten(), new Dropout(0.2), new Linear(392, 32), new LayerNorm(32), new SiLU(), new Linear(32, 10),
    );
  const optimizers = [
    (list) => new SGD(list, { lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4 }),
    (list) => new AdamW(list, { amsgrad: true }),
    (list) => new RMSprop(list, { centered: true, momentum: 0.5 }),
    (list) => new Adagrad(list, { lrDecay: 1e-3 }),
  ];
  for (const makeOptimizer of optimizers) {
    let schedule;
    const optimizer = (parameters) => {
      const made = makeOptimizer(parameters);
      schedule = new CosineAnnealingLR(made, { tMax: 40 });
      return made;
    };
    const beforeStep = ({ paramGroups }) => {
      clipGradNorm(paramGroups[0].params, 1);
      schedule.step();
    };
    yield* train({
      make, image: [1, 28, 28], batchSize: 16, optimizer, steps: 20, lossOptions: { labelSmoothing: 0.1 }, beforeStep,
    });
  }
}
`;

/** Functions that every engine brings along, and that no standard fixes to the bit. */
export const mathFunctions = ['exp', 'expm1', 'log', 'sin', 'tan', 'tanh', 'pow'] as const;

/** A SHA-256 of what each of them gives. */
export type MathDigests = Readonly<Record<(typeof mathFunctions)[number], string>>;

/**
 * The text of a module that does the same with the functions of `Math` itself, on 200,000 float64 numbers: where its `checked`
 * differ from engine to engine, ours could.
 */
export const mathProgram: string = `
import { Generator, rand, tensor } from '@mg/tensor';
${digest}
const numbers = [...rand([200_000], { generator: new Generator(5), dtype: 'float64' }).data].map((x) => (x - 0.5) * 40);
export const checked = {};
for (const name of ${JSON.stringify(mathFunctions)}) {
  const take = name === 'pow' ? (x) => Math.pow(Math.abs(x), x / 7) : (x) => Math[name](name === 'log' ? Math.abs(x) : x);
  checked[name] = await digest([tensor(new Float64Array(numbers.map(take)))]);
}
`;
