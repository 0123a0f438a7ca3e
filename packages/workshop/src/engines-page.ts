import { type PackageTrial } from './package-trial.ts';
import { type Digests, type MathDigests, mathFunctions, sameBitsParts } from './same-bits-program.ts';

/** What one engine gave. */
export interface EngineResults {
  readonly name: string;
  readonly version: string;
  /** With `setDeterministic(true)`. */
  readonly deterministic: Digests;
  /** Without. */
  readonly free: Digests;
  /** Of the engine's own `Math`. */
  readonly math: MathDigests;
  /** By the names of the packages. */
  readonly packages: ReadonlyMap<string, PackageTrial>;
}

/** Whether all engines compute the same bits, and nothing fails in any. */
export function isAsItShouldBe(results: readonly EngineResults[]): boolean {
  const trials = results.flatMap(({ packages }) => [...packages.values()]);
  return differingEngines(results).length === 0 && trials.every(({ failures }) => failures.length === 0);
}

/** The engines whose digests are not those of the first, although they should be. */
function differingEngines(results: readonly EngineResults[]): EngineResults[] {
  const [first] = results;
  return results.filter((each) =>
    sameBitsParts.some((part) => each.deterministic[part] !== first?.deterministic[part]),
  );
}

/** A digest as far as the page shows it: 12 of its 64 digits. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** The page of results, in Markdown. */
export function enginesPage(results: readonly EngineResults[]): string {
  const differing = differingEngines(results).map(({ name }) => name);
  const failures = results.flatMap(({ name, packages }) =>
    [...packages].flatMap(([packageName, { failures: of }]) =>
      of.map((failure) => `- ${packageName} in ${name}, ${failure.replaceAll('\n', '\n  ')}`),
    ),
  );
  const names = [...new Set(results.flatMap(({ packages }) => [...packages.keys()]))];
  return `# The same bits, and every package, in every engine

Written by \`pnpm --filter @mg/workshop engines\`, which installs the engines that it does not find, builds and packs the packages,
installs the tarballs with npm into empty projects, and runs them. A test compares the digests below with what Node and Chromium compute.

## The same bits: \`setDeterministic(true)\`

${differing.length === 0 ? `All ${results.length} give the same bits.` : `**Different: ${differing.join(', ')}.**`}

${digestTable(results, sameBitsParts, ({ deterministic }) => deterministic)}

Each cell is the beginning of a SHA-256 of all bytes:

- **random numbers**: two million of them, by every function that draws them.
- **functions**: 33 functions of numbers with their gradients, float32 and float64, on numbers of every size, infinities, NaN and
  denormals; sums, products, norms and extremes over each axis; sorting; products of matrices; convolutions with their gradients.
- **W1**: a hundred training steps of a network 784→128→64→10 with ReLU, batch 32, by Adam with 1e-3 on the softmax cross-entropy, in float32: the
  losses, the parameters and all that Adam remembers.
- **W3**: the same of two convolutions 3×3 (1→16→32 channels), each with ReLU and pooling 2×2, and two layers 1568→128→10, batch 64.
- **other layers**: BatchNorm2d, GELU, AvgPool2d, Dropout, LayerNorm and SiLU, trained by SGD, AdamW, RMSprop and Adagrad with a cosine schedule,
  clipped gradients and smoothed labels.

The images are made from a seed; four of five of their pixels are exactly 0, as in MNIST. A NaN counts as one NaN: JavaScript does not say
which of its many bit patterns it is. Node 20 is there a second time with \`--experimental-wasm-relaxed-simd\`, and Node 24 with
\`--no-enable-fma3\`, as it is on processors that cannot fuse a multiplication with an addition.

## Without it

float32 products and convolutions are then computed the fastest way that the engine has. Where it has relaxed SIMD and the processor fuses a
multiplication with an addition, it rounds once for both. The last bits are others then, in bold here:

${digestTable(results, sameBitsParts, ({ free }) => free)}

That the comparison sees a difference, and why @mg/tensor, @mg/nn and @mg/optim take no function from \`Math\` that IEEE 754 does not fix,
shows in what such functions give for 200,000 numbers. @mg/scalar does take them: its last bits are the engine's.

${digestTable(results, mathFunctions, ({ math }) => math)}

## Every package in every engine

A package passes when all of its entries load, and all snippets of its README run with the results that they state. Programs get the tarball
as npm installed it, browsers a bundle of it, without what is for Node only. Deno is allowed to read files and nothing else (\`--allow-read\`).
\`@mg/gradcheck/vitest\`, which loads in Vitest only, is left out.

${table(
  ['package', ...results.map(({ name }) => name)],
  names.map((name) => [name, ...results.map(({ packages }) => trialCell(packages.get(name)))]),
)}
${failures.length === 0 ? '' : `\nWhat fails:\n\n${failures.join('\n')}\n`}`;
}

/** The digests of \`setDeterministic(true)\` on a page, in full or as far as it shows them: by engine. */
export function statedDigests(page: string): ReadonlyMap<string, Digests> {
  const [text = ''] = page.split('## Without it');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  const cells = rows.map((row) => row.split('|').map((cell) => cell.replaceAll(/[`*]/g, '').trim()));
  return new Map(
    cells.map(([, name = '', , ...digests]) => [
      name,
      Object.fromEntries(sameBitsParts.map((part, index) => [part, digests[index] ?? ''])) as Digests,
    ]),
  );
}

/** A digest that is not the first engine's stands out. */
function digestTable<Name extends string>(
  results: readonly EngineResults[],
  names: readonly Name[],
  digestsOf: (of: EngineResults) => Readonly<Record<Name, string>>,
): string {
  const [first] = results;
  const rows = results.map((each) => {
    const cells = names.map((name) => {
      const cell = `\`${shortDigest(digestsOf(each)[name])}\``;
      return first === undefined || digestsOf(each)[name] === digestsOf(first)[name] ? cell : `**${cell}**`;
    });
    return [each.name, each.version, ...cells];
  });
  return table(['engine', 'version', ...names], rows);
}

function trialCell(trial: PackageTrial | undefined): string {
  if (trial === undefined) return '–';
  const { tried, skipped, failures } = trial;
  const withoutNode = skipped === 0 ? '' : ', but for `/node`';
  return failures.length === 0 ? `passes${withoutNode}` : `**${failures.length} of ${tried} fail**${withoutNode}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
