import { type Toolchain } from './toolchain.ts';

/** Tests of a user, in TypeScript. Two files, so that results and failures pass between processes. */
const tests = (imports: string, more = ''): Readonly<Record<string, string>> => ({
  'training.test.ts': `${imports}
import { crossEntropy, Linear } from '@mg/nn';
import { Adam } from '@mg/optim';
import { tensor, type Tensor } from '@mg/tensor';

test('a model trains', () => {
  const model = new Linear(2, 2);
  const optimizer = new Adam(model.parameters(), { lr: 0.1 });
  const losses = [0, 1, 2].map(() => {
    const loss: Tensor = crossEntropy(model.forward(tensor([[1, 2]])), tensor([1], { dtype: 'int32' }));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
  expect(losses[2]).toBeLessThan(losses[0] as number);
  expect(model.weight.grad).toEqual(model.weight.grad?.clone());
});
${more}`,
  'tensors.test.ts': `${imports}
import { gradcheck } from '@mg/gradcheck';
import { tensor } from '@mg/tensor';
import { toBeCloseToTensor, toEqualTensor } from '@mg/tensor/matchers';

expect.extend({ toBeCloseToTensor, toEqualTensor });

test('tensors are compared', () => {
  expect({ x: tensor([1, 2]) }).toEqual({ x: tensor([1, 2]) });
  expect({ x: tensor([1, 2]) }).not.toEqual({ x: tensor([1, 3]) });
  expect(tensor([1, 2]).data).toBeInstanceOf(Float32Array);
});

test('matchers are typed, and say what differs', () => {
  expect(tensor([1, 2]).div(3)).toBeCloseToTensor(tensor([0.333333, 0.666667]));
  expect(() => expect(tensor([1, 2])).toEqualTensor(tensor([1, 3]))).toThrow('1 of 2 elements differs');
});

test('gradients are checked', () => {
  const x = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
  expect(gradcheck((x) => x.tanh().sum(), [x]).passed).toBe(true);
});

test('this test fails', () => {
  expect({ x: tensor([1, 2]) }).toEqual({ x: tensor([1, 4]) });
});
`,
});

/** Runs a test runner, which ends with 1 because one test fails, and prints what it found. */
const tryRunner = `
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { stdout, stderr } = spawnSync(process.execPath, process.argv.slice(2), { encoding: 'utf8' });
try {
  const { numPassedTests, testResults } = JSON.parse(readFileSync('results.json', 'utf8'));
  const found = testResults.flatMap((file) => [file.message, ...file.assertionResults.flatMap((each) => each.failureMessages)]);
  const isShown = found.some((message) => /\\b4\\b/.test(message ?? ''));
  console.log(\`\${numPassedTests} passed, the other one shows its difference: \${isShown}\`);
} catch (error) {
  console.log(stdout, stderr, String(error));
}
`;

const prints = (passed: number): string => `${passed} passed, the other one shows its difference: true`;

const swc = { '@swc/core': '1.16.22', '@swc/jest': '0.2.39' };
const jestArguments = ['--ci', '--no-cache', '--json', '--outputFile=results.json', '--maxWorkers=2'];
const jestProgram = 'node_modules/jest/bin/jest.js';

/** Jest with the lines of the guide "Testing with Vitest and Jest". */
const jestToolchains: readonly Toolchain[] = ['30.5.2', '29.7.0'].flatMap((version) => [
  {
    name: `Jest ${version}, our packages transformed`,
    tools: { jest: version, ...swc },
    files: {
      ...tests(''),
      'try.mjs': tryRunner,
      'package.json': '{ "private": true }\n',
      'jest.config.js': `module.exports = {
  transform: { '^.+\\\\.[jt]s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!(\\\\.pnpm/)?@mg)'],
};
`,
    },
    tryIn: ({ node }) => node('try.mjs', jestProgram, ...jestArguments),
    prints: prints(4),
  },
  {
    name: `Jest ${version}, --experimental-vm-modules`,
    tools: { jest: version, ...swc },
    files: {
      ...tests(''),
      'try.mjs': tryRunner,
      'jest.config.js': `export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\\\.ts$': ['@swc/jest', { module: { type: 'es6' } }] },
};
`,
    },
    tryIn: ({ node }) => node('try.mjs', '--experimental-vm-modules', jestProgram, ...jestArguments),
    prints: prints(4),
  },
]);

const vitestToolchains: readonly Toolchain[] = ['4.1.12', '3.2.7'].map((version) => ({
  name: `Vitest ${version}`,
  tools: { vitest: version },
  files: {
    ...tests(
      "import { expect, test } from 'vitest';",
      `
import '@mg/gradcheck/vitest';

test('the matcher of gradcheck', () => {
  expect((x: Tensor) => x.exp().sum()).toHaveCorrectGradients([tensor([1], { dtype: 'float64', requiresGrad: true })]);
});
`,
    ),
    'try.mjs': tryRunner,
  },
  tryIn: ({ node }) =>
    node('try.mjs', 'node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile=results.json'),
  prints: prints(5),
}));

/** Test runners, each with tests in TypeScript. */
export const testRunners: readonly Toolchain[] = [...vitestToolchains, ...jestToolchains];
