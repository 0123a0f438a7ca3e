import { type Defect, explains } from './defects/defect.ts';
import { jaxDefects } from './defects/jax.ts';
import { ourDefects } from './defects/ours.ts';
import { tensorflowDefects } from './defects/tfjs.ts';
import { differencesAgree } from './differences.ts';
import { grouped } from './grouped.ts';
import { allowance, isDefect, tolerances, type Verdict, verdicts } from './judge.ts';
import { type Library } from './library.ts';
import { type Level, levels, points, show } from './points.ts';
import { type Finding } from './run.ts';

/** What is known to be wrong, ours first. */
export const defects: readonly Defect[] = [...ourDefects, ...tensorflowDefects, ...jaxDefects];

const marks: Readonly<Record<Verdict, string>> = {
  right: '✓',
  convention: '○',
  limit: '∅',
  off: '≈',
  wrong: '✗',
  nan: 'N',
  throws: '!',
};

/** Errors below are those of rounding, and may differ between engines, whose elementary functions do. */
const rounding = { float32: 4 * 2 ** -24, float64: 4 * 2 ** -53 };

const levelNames: Readonly<Record<Level, string>> = { value: 'value', first: 'gradient', second: 'second gradient' };

/** The page of results. */
export function page(libraries: readonly Library[], findings: readonly Finding[]): string {
  const operations = [...new Set(points.map(({ op }) => op))];
  const ordinary = points.filter(({ kind }) => kind === 'ordinary').length;
  return `# Whose gradients are right

Written by \`src/page.long.test.ts\` from what it finds; the test fails where this page says something else.

${operations.length} operations, at ${ordinary} ordinary points and ${points.length - ordinary} edges: zeros, ties, infinities, saturation, tiny and large numbers. Each
library is asked, through its own functions, for the value, the gradient and the gradient of the gradient. What it answers is compared with
PyTorch 1.13's numbers in float64, and at ordinary points its gradients are checked by finite differences as well, with
[@mg/gradcheck](../../packages/gradcheck). To run it all again, and to write this page:

\`\`\`sh
pnpm install
pnpm --filter @mg/gradients report
\`\`\`

## What was run

${settings(libraries)}

TensorFlow.js: the core, all its gradients and the backend \`cpu\`, the one that has the kernels of all of them in Node, put together as the package \`@tensorflow/tfjs\`
does. It has float32 only. jax-js: its default, the device \`wasm\` with float32, and float64 on its device \`cpu\`, which computes in
JavaScript and is for debugging, as its README says; on \`wasm\` the elementary functions of float64 are those of float32:

\`\`\`ts
import { numpy as np } from '@jax-js/jax';
np.exp(np.array([1, 2]).astype(np.float64)).js(); // => [2.71828175, 7.389056206]
[Math.exp(1), Math.exp(2)]; // => [2.71828183, 7.389056099]
\`\`\`

All compute on one thread, in Node, and nothing is compiled by \`jit\`, which is for speed. An array whose elements are all equal is for jax-js a constant, with which it computes in
JavaScript and not on its device; so a point of one element is given to it as part of a larger array.

## In short

${summary(libraries, findings)}

*Right* is: within ${exponent(tolerances.float32.relative)} of the number in float32, or ${exponent(tolerances.float64.relative)} in float64, and within ${exponent(tolerances.float32.absolute)}, or ${exponent(tolerances.float64.absolute)}, of the size
of what it is made from. Inputs are numbers that float32 holds, so nobody is blamed for rounding them; and a float32 library may be off by ${allowance}
times what PyTorch's own float32 is off by, and by anything where that has lost the number. A *convention* is another choice than PyTorch's where mathematics leaves one: another subgradient at a kink, another
of two one-sided second derivatives, or NaN for a second derivative that does not exist. A *limit* is an operation of which the library itself says that it has no
gradient. *Imprecise* has the first digit, or more, but not those of the precision. Where PyTorch has NaN, nothing is compared.

${exactPoint}

## How precise

Answers at ordinary points, without those that are wrong: the median error of those that are not the nearest number there is, and the worst error, as
parts of the largest number of an answer. *Rounding* is less than four times the error of rounding one number: ${exponent(rounding.float32)} in float32, ${exponent(rounding.float64)} in float64.

${precision(libraries, findings)}

## Every operation

For each the value, the gradient and the second gradient, at the worst of its points: ✓ right, ○ another convention, ∅ no gradient, as the library says, ≈ imprecise,
✗ wrong, N NaN where there is a number, ! an error, – not there. In bold: at ordinary points too; else at edges only.

${table(libraries, findings, operations)}

## What is wrong in ours

${defectSection(ourDefects, findings, 'Nothing that this table finds.')}

The first run of this table found two things, since mended: the second derivative of x⁰ was NaN at 0, and that of x^y by both was 0 where y is 0, as PyTorch has it.

## What is wrong in TensorFlow.js

${defectSection(tensorflowDefects, findings, 'Nothing that this table finds.')}

## What is wrong in jax-js

${defectSection(jaxDefects, findings, 'Nothing that this table finds.')}

## Limits

- @mg/scalar has the elementary operations, on single numbers. Its gradients are plain numbers, and cannot be differentiated again.
- TensorFlow.js computes in float32. It has no gelu, silu or std in its core. Where an operation has no gradient, it says so: \`Cannot compute gradient: gradient function
  not found for\` ${unregistered(findings)}. Some of these are the comparisons and kernels that first gradients are made of.
- TensorFlow.js throws where a result does not depend on x, as PyTorch does. Where the derivative is 0, that counts as 0 here.
- jax-js has no rsqrt, and strided slices are not implemented, as its documentation says: an array of indices stands for one, as it says too. On Node 20, float64 arrays need a global \`Float16Array\`, for which
  another class stands in here, and \`einsum\` with its equation as a text needs iterator helpers: here it gets numbers for the axes, as it may.
- The variance and the standard deviation are those of the whole population, the only ones that all have.
- The cross entropy is \`crossEntropy\` of @mg/nn, \`tf.losses.softmaxCrossEntropy\`, and for jax-js, which has none, \`nn.logSoftmax\` times \`nn.oneHot\`.

## Other conventions

${conventions(findings)}

## By finite differences

${byDifferences(libraries, findings)}
`;
}

const exactPoint = `PyTorch itself is wrong at one point, the second derivative of x^y where y is 0: there the table has its answer for exp(y · ln x).`;

function settings(libraries: readonly Library[]): string {
  return rows(
    ['column', 'setting'],
    libraries.map(({ name, setting }) => [name, setting]),
  );
}

function summary(libraries: readonly Library[], findings: readonly Finding[]): string {
  const names = ['right', 'convention', 'limit', 'imprecise', 'wrong number', 'NaN', 'error'];
  return rows(
    ['', 'answers', ...names],
    libraries.map((library) => {
      const own = findings.filter((each) => each.library === library);
      const counts = verdicts.map((verdict) => own.filter(({ judgement }) => judgement.verdict === verdict).length);
      return [library.name, own.length, ...counts];
    }),
  );
}

function precision(libraries: readonly Library[], findings: readonly Finding[]): string {
  return rows(
    ['', ...levels.map((level) => levelNames[level])],
    libraries.map((library) => {
      const cells = levels.map((level) => {
        const errors = findings
          .filter((each) => each.library === library && each.level === level && each.point.kind === 'ordinary')
          .filter(({ judgement }) => ['right', 'off'].includes(judgement.verdict))
          .map(({ judgement }) => judgement.error)
          .sort((a, b) => a - b);
        if (errors.length === 0) return '–';
        const inexact = errors.filter((error) => error > 0);
        const median = inexact[Math.floor(inexact.length / 2)] ?? 0;
        const shown = (error: number): string => (error < rounding[library.precision] ? 'rounding' : exponent(error));
        return `${shown(median)} · ${shown(inexact.at(-1) ?? 0)}`;
      });
      return [library.name, ...cells];
    }),
  );
}

function table(libraries: readonly Library[], findings: readonly Finding[], operations: readonly string[]): string {
  const groups = grouped(operations, (op) => points.find((point) => point.op === op)?.group ?? '');
  return [...groups]
    .map(([group, members]) => {
      const lines = members.map((op) => [op, ...libraries.map((library) => cell(library, op, findings))]);
      return `### ${group}\n\n${rows(['', ...libraries.map(({ name }) => name)], lines)}`;
    })
    .join('\n\n');
}

function cell(library: Library, op: string, findings: readonly Finding[]): string {
  if (!library.has(op)) return 'has none';
  return levels
    .map((level) => {
      const found = findings.filter((each) => each.library === library && each.point.op === op && each.level === level);
      if (found.length === 0) return '–';
      const worst = worstOf(found);
      const atOrdinary = worstOf(found.filter(({ point }) => point.kind === 'ordinary'));
      const isBold = worst !== 'right' && atOrdinary === worst;
      return isBold ? `**${marks[worst]}**` : marks[worst];
    })
    .join(' ');
}

function worstOf(findings: readonly Finding[]): Verdict {
  return verdicts[Math.max(0, ...findings.map(({ judgement }) => verdicts.indexOf(judgement.verdict)))] ?? 'right';
}

function defectSection(list: readonly Defect[], findings: readonly Finding[], none: string): string {
  const found = list.filter((defect) =>
    findings.some((each) => isDefect(each.judgement.verdict) && explains(defect, each)),
  );
  if (found.length === 0) return none;
  return found
    .map((defect) => {
      const { title, text, snippet } = defect;
      const cases = findings.filter((each) => isDefect(each.judgement.verdict) && explains(defect, each));
      return `### ${title}\n\n${text}\n\n\`\`\`ts${snippet}\n\`\`\`\n\n${seenIn(cases)}`;
    })
    .join('\n\n');
}

function seenIn(cases: readonly Finding[]): string {
  const lists = [...grouped(cases, ({ library }) => library.name)].map(([name, own]) => {
    const kinds = [...grouped(own, ({ point, level }) => `${levelNames[level]} of ${point.op}`)].map(
      ([what, each]) => `${what} (${[...new Set(each.map(({ point }) => point.kind))].join(', ')})`,
    );
    return `in ${name}: ${kinds.join('; ')}`;
  });
  return `*Seen ${lists.join('; ')}.*`;
}

function unregistered(findings: readonly Finding[]): string {
  const names = findings.flatMap(({ answer, judgement }) => {
    const message = 'thrown' in answer ? answer.thrown : '';
    const name = judgement.verdict === 'limit' ? /not found for (\w+)/.exec(message)?.[1] : undefined;
    return name === undefined ? [] : [`\`${name}\``];
  });
  const unique = [...new Set(names)].sort();
  return `${unique.slice(0, -1).join(', ')} and ${unique.at(-1) ?? ''}`;
}

function conventions(findings: readonly Finding[]): string {
  const found = findings.filter(({ judgement }) => judgement.verdict === 'convention');
  const lines = grouped(found, ({ point, level, answer }) => {
    const theirs = 'numbers' in answer ? numbers(answer.numbers) : '';
    return `| ${point.op}: ${show(point)} | ${levelNames[level]} | ${numbers(point[level])} | ${theirs} |`;
  });
  const named = [...lines].map(([line, each]) => `${line} ${each.map(({ library }) => library.name).join('; ')} |`);
  return `| point | | PyTorch | another | by |\n|---|---|---|---|---|\n${named.join('\n')}`;
}

function byDifferences(libraries: readonly Library[], findings: readonly Finding[]): string {
  const asked = findings.filter((each) => differencesAgree(each) !== null);
  const against = asked.filter((each) => differencesAgree(each) === false);
  const lines = libraries.map((library) => {
    const own = asked.filter((each) => each.library === library);
    const passed = own.filter(
      ({ differences }) => differences !== null && 'passed' in differences && differences.passed,
    );
    return [library.name, own.length, passed.length, own.length - passed.length];
  });
  const said = against.map(
    ({ library, point, level, judgement }) =>
      `- ${library.name}, ${levelNames[level]} of ${point.op}, ${show(point)}: the comparison says ${judgement.verdict}`,
  );
  return `Finite differences know nothing of PyTorch: they hold a library against itself, with tolerances that follow from its precision. Every gradient at every ordinary point, element by
element, or along random directions where inputs have more than 20; and the second gradient of each operation, at its first point, along random directions.

${rows(['', 'checks', 'passed', 'failed'], lines)}

${against.length === 0 ? 'Their verdict is that of the comparison, everywhere.' : `Where their verdict is not that of the comparison:\n\n${said.join('\n')}`}`;
}

function rows(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(line)].join('\n');
}

function numbers(lists: readonly (readonly number[])[]): string {
  return lists.map((list) => `[${list.map((x) => String(Number(x.toPrecision(4)))).join(', ')}]`).join(' ');
}

/** `2e-7`, to a digit. */
function exponent(x: number): string {
  return x === 0 ? '0' : x.toExponential(0);
}
