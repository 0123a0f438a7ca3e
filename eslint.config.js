import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What IEEE 754 fixes to the bit. Anything else in `Math` differs between engines, and so would a seeded run. */
const exactMath = [
  'abs|floor|ceil|trunc|sqrt|max|min|sign|imul|fround|clz32',
  'E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2',
].join('|');

/** What no file may hold. The rules of some files add to it. */
const syntax = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default export has as many names as importers.',
  },
  { selector: 'LabeledStatement', message: 'A labelled loop wants to be a function.' },
];

const noClock =
  'No test is decided by a clock: count steps, wait for an event, or set the time with vi.useFakeTimers. A measurement belongs in apps/bench.';
const noChance = 'No test is decided by chance: draw from a seeded generator.';
const oneLimit = 'The only limit on time is testTimeout in vitest.config.ts, a guard against a test that hangs.';

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/coverage/',
    '**/assembly/', // AssemblyScript, which asc checks
    'apps/docs/.vitepress/cache/',
    'apps/docs/api/',
    'apps/docs/packages/',
    'packages/workshop/cases/', // what users write, which their compilers check
  ]),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
      'no-restricted-syntax': ['error', ...syntax],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['packages/{tensor,nn,optim}/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: `MemberExpression[object.name="Math"]:not([property.name=/^(${exactMath})$/])`,
          message: `Engines differ in their last bits here; only Math.{${exactMath.replaceAll('|', ', ')}} is exact. Use kernels/reference/transcendental.ts.`,
        },
        ...syntax,
      ],
    },
  },
  {
    // The same result on every machine, however slow or busy it is.
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'performance', message: noClock },
        { name: 'setTimeout', message: noClock },
        { name: 'setInterval', message: noClock },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: noClock },
        { object: 'process', property: 'hrtime', message: noClock },
        { object: 'AbortSignal', property: 'timeout', message: noClock },
        { object: 'Math', property: 'random', message: noChance },
      ],
      'no-restricted-syntax': [
        'error',
        ...syntax,
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: noClock },
        {
          selector: 'Identifier[name=/^(rss|arrayBuffers)$/]',
          message:
            'The resident size depends on the machine: ask memoryUsage() of @mg/tensor, or count objects after a collection (queryObjects of node:v8). A measurement belongs in apps/bench.',
        },
        {
          selector: 'Property[key.name=/^(retry|maxRetries)$/]',
          message: 'A test that may try again is decided by chance.',
        },
        { selector: 'Property[key.name=/^(timeout|testTimeout|hookTimeout)$/]', message: oneLimit },
        { selector: 'CallExpression[callee.name=/^(before|after)(All|Each)$/][arguments.length=2]', message: oneLimit },
        {
          selector:
            'CallExpression[arguments.0.type=/Literal$/][arguments.1.type=/FunctionExpression$/][arguments.2.type="Literal"]',
          message: oneLimit,
        },
      ],
    },
  },
  {
    // Inner loops index typed arrays by construction: a check per element would cost more than the arithmetic.
    files: ['packages/tensor/src/kernels/**/*.ts', 'packages/optim/src/{adagrad,adam,adamw,descent,rmsprop,sgd}.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // A tool's configuration file exports what the tool wants.
    files: ['**/*.config.ts', '**/.vitepress/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
