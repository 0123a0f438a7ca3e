/** What the program imports. It has a piece of each of our packages. */
const imports: Readonly<Record<string, readonly string[]>> = {
  '@mg/data-mnist': ['batches', 'parseIdx'],
  '@mg/gradcheck': ['gradcheck'],
  '@mg/nn': ['BatchNorm1d', 'crossEntropy', 'Linear', 'ReLU', 'Sequential'],
  '@mg/optim': ['Adam'],
  '@mg/scalar': ['value'],
  '@mg/scalar/nn': ['MLP'],
  '@mg/tensor': ['detectAnomaly', 'isTensor', 'manualSeed', 'randn', 'setDeterministic', 'tensor', 'zeros'],
};

/** How a program imports: `import` of a module, `require` of CommonJS, or `import()`, which both may call. */
export type ImportForm = 'import' | 'require' | 'import()';

/** The text of the program. It is right in JavaScript and, but for `require`, in strict TypeScript. */
export function program(form: ImportForm): string {
  const lines = Object.entries(imports).map(([from, names]) => {
    const list = `{ ${names.join(', ')} }`;
    if (form === 'import') return `import ${list} from '${from}';`;
    return `const ${list} = ${form === 'require' ? 'require' : 'await import'}('${from}');`;
  });
  if (form === 'import()') return `(async () => {\n${lines.join('\n')}\n${body}\n})();\n`;
  return `${lines.join('\n')}\n${body}`;
}

/** It trains, checks a gradient, makes errors of each package and asks for what a minifier or a second copy would break. */
const body = `
const nameOf = (fn = () => {}) => {
  try {
    fn();
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.name : 'no error';
  }
};

setDeterministic(true);
manualSeed(1);
const inputs = randn([64, 8]);
const labels = inputs.slice(1, 0, 3).argmax(1);
const model = new Sequential(new Linear(8, 16), new BatchNorm1d(16), new ReLU(), new Linear(16, 3));
const optimizer = new Adam(model.parameters(), { lr: 0.05 });
const losses = [0, 1, 2, 3, 4].map(() => {
  const loss = crossEntropy(model.forward(inputs), labels);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.item();
});
const x = tensor([0.5, 2], { dtype: 'float64', requiresGrad: true });
const v = value(0.5);
v.mul(3).tanh().backward();
const images = parseIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 255, 0));
const data = { images: images.data, labels: Uint8Array.of(7, 9) };

console.log([
  ...losses,
  \`isTensor \${isTensor(inputs)} \${isTensor({})}\`,
  \`parameters \${Array.from(model.namedParameters(), ([name]) => name).join(' ')}\`,
  \`scalar \${v.grad.toFixed(6)} \${new MLP(2, [3, 1]).parameters().length}\`,
  \`gradcheck \${gradcheck((x) => x.log().sum(), [x]).passed} \${gradcheck((v) => v.exp(), [v]).passed}\`,
  \`batches \${[...batches(data, { batchSize: 1 })].map(({ images }) => images.join(' ')).join(' / ')}\`,
  nameOf(() => inputs.add(zeros(labels.shape))),
  nameOf(() => detectAnomaly(() => tensor([-1]).log())),
  nameOf(() => gradcheck((x) => x.mul(x.detach()), [x])),
  nameOf(() => parseIdx(Uint8Array.of(1, 2))),
  nameOf(() => new Adam([x], { lr: -1 })),
].join('\\n'));
`;

/** What the program prints in every engine. */
export const programPrints: string = `
1.241976022720337
0.9165269136428833
0.7426895499229431
0.6369673013687134
0.5486136674880981
isTensor true false
parameters 0.weight 0.bias 1.weight 1.bias 3.weight 3.bias
scalar 0.542120 13
gradcheck true true
batches 0 255 / 255 0
ShapeError
AnomalyError
GradcheckError
IdxError
RangeError
`.trim();

/** A program that loads what npm has installed beside our packages. */
export const mnistProgram: string = `
import { loadMnist } from '@mg/data-mnist/node';

loadMnist({ split: 'test' }).then(({ count, labels }) => {
  console.log(count, [...labels.subarray(0, 5)].join(' '));
});
`;

export const mnistPrints: string = '10000 7 2 1 0 4';

/** A program in which an operation makes NaN: it prints the line that called it. */
export const anomalyProgram: string = `
import { detectAnomaly, tensor } from '@mg/tensor';

try {
  detectAnomaly(() => tensor([-1]).log());
} catch (error) {
  console.log(/main[.]js:5/.exec(error.message)?.[0] ?? error.message);
}
`;

export const anomalyPrints: string = 'main.js:5';
