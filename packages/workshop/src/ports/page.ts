import { type NameRow, nameTables } from './pytorch-names.ts';
import { type PublicNames, usedNames } from './public-names.ts';
import { type Score } from './score.ts';

/** Everything after this line of the page is generated. */
const border = '<!-- Below here: written by pnpm --filter @mg/workshop ports -->\n';

/** Whether a name of PyTorch maps, and if not, what is missing. */
export type Mapping =
  | { readonly kind: 'there' }
  /** Our names that are not public. */
  | { readonly kind: 'absent'; readonly names: readonly string[] }
  /** Our names that no test uses. */
  | { readonly kind: 'untested'; readonly names: readonly string[] }
  /** The page has no such section, or the section has no example. */
  | { readonly kind: 'no example'; readonly names: readonly string[] };

/** How each name of PyTorch in the tables maps. */
export function mappings(page: string, publicNames: PublicNames): ReadonlyMap<string, Mapping> {
  const sections = sectionsWithExample(page);
  const rows = nameTables.flatMap(({ rows: each }) => each);
  return new Map(rows.map(([pytorch, ours]) => [pytorch, mapping(ours, sections, publicNames)]));
}

function mapping(ours: string, sections: ReadonlySet<string>, publicNames: PublicNames): Mapping {
  if (ours.startsWith('#')) {
    return sections.has(ours.slice(1)) ? { kind: 'there' } : { kind: 'no example', names: [ours] };
  }
  const used = usedNames(ours);
  const absent = used.filter((each) => !publicNames.has(each)).map(({ name }) => name);
  if (absent.length > 0) return { kind: 'absent', names: absent };
  const untested = used.filter((each) => !publicNames.isTested(each)).map(({ name }) => name);
  return untested.length > 0 ? { kind: 'untested', names: untested } : { kind: 'there' };
}

/** The titles of the sections that have an example with a result, which the snippet tests of the site run. */
function sectionsWithExample(page: string): ReadonlySet<string> {
  const sections = page.split(/^#{2,3} /m).slice(1);
  const withExample = sections.filter((section) => /^```ts$[^`]*\/\/ => /m.test(section));
  return new Set(withExample.map((section) => section.slice(0, section.indexOf('\n'))));
}

/** The page with the tables and the score below the line that separates what is written by hand. */
export function withTables(page: string, mapped: ReadonlyMap<string, Mapping>, { rows, ported, lacks }: Score): string {
  const [written, generated] = page.split(border);
  if (written === undefined || generated === undefined) throw new Error(`the page needs the line ${border}`);
  const tables = nameTables.flatMap(({ title, rows: all }) => {
    const there = all.filter(([pytorch]) => mapped.get(pytorch)?.kind === 'there');
    return there.length === 0
      ? []
      : [`### ${title}\n\n| PyTorch | ours | note |\n|---|---|---|\n${there.map(tableRow).join('')}`];
  });
  const byRows = [...lacks].sort((a, b) => b.rows - a.rows);
  const missing = byRows.map(({ name, rows: files }) => `\`${name}\` (${files})`).join(' · ');
  return `${written}${border}
## Every name

\`x\` and \`y\` are tensors, \`model\` is a module. What is called or made is exported by \`@mg/tensor\`, \`@mg/nn\`, \`@mg/optim\` or
\`@mg/data\`, unless the row names another entry. Names that PyTorch and we share, such as \`x.exp()\`, are in the table of functions.

${tables.join('\n')}
## What there is not

612 small PyTorch programs of teaching and example repositories were searched. ${rows} are in scope: no Lightning, mixed precision, pretrained
weights or TensorBoard. **${ported} of ${rows}, ${percent(ported, rows)}**, need nothing but the names above. This is what the others need, or may need,
with the number of programs:

${missing}
`;
}

/** A part of a whole, such as `93.2 %`. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function tableRow([pytorch, ours, note = '']: NameRow): string {
  const title = ours.slice(1);
  const cell = ours.startsWith('#') ? `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})` : `\`${ours}\``;
  return `| \`${pytorch}\` | ${cell} | ${note} |\n`;
}
