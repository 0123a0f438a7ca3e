import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What IEEE 754 fixes to the bit. Anything else in `Math` differs between engines, and so would a seeded run. */
const exactMath = [
  'abs|floor|ceil|trunc|sqrt|max|min|sign|imul|fround|clz32',
  'E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2',
].join('|');

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/coverage/',
    '**/assembly/', // AssemblyScript, which asc checks
    'apps/docs/.vitepress/cache/',
    'apps/docs/api/',
    'apps/docs/packages/',
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
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: a default export has as many names as importers.',
        },
        { selector: 'LabeledStatement', message: 'A labelled loop wants to be a function.' },
      ],
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
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: a default export has as many names as importers.',
        },
        { selector: 'LabeledStatement', message: 'A labelled loop wants to be a function.' },
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
