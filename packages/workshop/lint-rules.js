// The rules of this repository that no linter has: what syntax is refused, and why. A plugin of oxlint; .oxlintrc.json says where.

/** What IEEE 754 fixes to the bit. Anything else in `Math` differs between engines, and so would a seeded run. */
const exactMath = [
  'abs|floor|ceil|trunc|sqrt|max|min|sign|imul|fround|clz32',
  'E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2',
].join('|');

/** What finds a property of a global: `Date.now`, `Date['now']`, `const { now } = Date`. */
const property = (object, name) => [
  `MemberExpression[object.name="${object}"]:matches([property.name="${name}"], [property.value="${name}"])`,
  `VariableDeclarator[init.name="${object}"] > ObjectPattern > Property[key.name="${name}"]`,
];

/** A rule that refuses what a selector of ESLint finds. */
const refuse = (selectors, message) => ({
  create: ({ report }) =>
    Object.fromEntries(selectors.map((selector) => [selector, (node) => report({ node, message })])),
});

const rules = {
  'named-exports': refuse(
    ['ExportDefaultDeclaration'],
    'Export by name: a default export has as many names as importers.',
  ),
  'no-labels': refuse(['LabeledStatement'], 'A labelled loop wants to be a function.'),
  'exact-math': refuse(
    [`MemberExpression[object.name="Math"]:not([property.name=/^(${exactMath})$/])`],
    `Engines differ in their last bits here; only Math.{${exactMath.replaceAll('|', ', ')}} is exact. Use kernels/reference/transcendental.ts.`,
  ),
  'no-chance': refuse(property('Math', 'random'), 'No test is decided by chance: draw from a seeded generator.'),
  'no-clock': refuse(
    [
      'Identifier[name=/^(performance|setTimeout|setInterval)$/]',
      'NewExpression[callee.name="Date"][arguments.length=0]',
      ...property('Date', 'now'),
      ...property('process', 'hrtime'),
      ...property('AbortSignal', 'timeout'),
    ],
    'No test is decided by a clock: count steps, wait for an event, or set the time with vi.useFakeTimers. A measurement belongs in apps/bench.',
  ),
  'no-resident-size': refuse(
    ['Identifier[name=/^(rss|arrayBuffers)$/]'],
    'The resident size depends on the machine: ask memoryUsage() of @mg/tensor, or count objects after a collection (queryObjects of node:v8). A measurement belongs in apps/bench.',
  ),
  'no-retry': refuse(['Property[key.name=/^(retry|maxRetries)$/]'], 'A test that may try again is decided by chance.'),
  'one-time-limit': refuse(
    [
      'Property[key.name=/^(timeout|testTimeout|hookTimeout)$/]',
      'CallExpression[callee.name=/^(before|after)(All|Each)$/][arguments.length=2]',
      'CallExpression[arguments.0.type=/Literal$/][arguments.1.type=/FunctionExpression$/][arguments.2.type="Literal"]',
    ],
    'The only limit on time is testTimeout in vitest.config.ts, a guard against a test that hangs.',
  ),
};

export default { meta: { name: 'ours' }, rules };
