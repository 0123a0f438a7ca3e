/** What the package graph of CONTRIBUTING.md says about one package. */
export interface GraphNode {
  /** The packages that its sources import, peers among them. */
  readonly arrows: ReadonlySet<string>;
  /** Those of them that whoever installs the package brings along. */
  readonly peers: ReadonlySet<string>;
  /** What its tests and its README import besides. */
  readonly tests: ReadonlySet<string>;
  /** The same, but no manifest has to list it, so that it may go against the other arrows without a cycle. */
  readonly readme: ReadonlySet<string>;
  /** The support packages: everyone's tests may import them. */
  readonly support: ReadonlySet<string>;
  /** An app or a support package: nobody installs it, so all of it is for development. */
  readonly isPrivate: boolean;
  /** Whether it depends on all that is published, be it by import or not. */
  readonly dependsOnEverything: boolean;
}

/** Short names of packages, each with its node. */
export type PackageGraph = ReadonlyMap<string, GraphNode>;

/** The text of the graph in a Markdown file: the fenced block whose every line has an arrow. */
export function graphText(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, text = '']) => text.trim());
  const found = blocks.filter((text) => text.split('\n').every((line) => line.includes(' -> ')));
  const [text] = found;
  if (text === undefined || found.length > 1) {
    throw new Error(`${found.length} fenced blocks have a "->" in each line: the package graph is to be the only one`);
  }
  return text;
}

/**
 * Reads a package graph, one package a line:
 *
 *     tensor      -> nothing
 *     nn          -> tensor  (peer)     remarks stand behind two spaces
 *     apps/docs   -> everything         that is published: every line but those of apps
 *     dev only    -> tensor, nn test themselves with gradcheck; nn's README trains with optim
 *
 * The private packages without a line are the support packages: they import nothing but each other, and everyone's tests
 * may use them.
 *
 * Throws on a line that it does not understand, and on a name that has no line.
 */
export function parseGraph(text: string, privatePackages: readonly string[] = []): PackageGraph {
  const lines = text.split('\n').map((line) => line.split(/\s+->\s+/, 2).map((part) => part.trim()));
  const isDevOnly = ([name]: readonly string[]): boolean => name === 'dev only';
  const rows = lines.filter((line) => !isDevOnly(line)).map(([name = '', rest = '']) => readRow(name, rest));
  const clauses = lines.filter(isDevOnly).flatMap(([, rest = '']) => readDevOnly(rest));
  const names = rows.map(({ name }) => name);
  refuseUnknownNames(new Set(names), rows, clauses);

  const published = names.filter((name) => !isApp(name));
  const support = new Set(privatePackages.filter((name) => !names.includes(name)));
  const supportRows = [...support].map((name) => ({ name, targets: [], isPeer: false }));
  return new Map(
    [...rows, ...supportRows].map(({ name, targets, isPeer }) => {
      const dependsOnEverything = targets.includes('everything');
      const arrows = new Set(dependsOnEverything ? published : targets);
      const node = {
        arrows,
        peers: new Set(isPeer ? arrows : []),
        tests: devTargets(name, clauses, { isReadme: false }),
        readme: devTargets(name, clauses, { isReadme: true }),
        support,
        isPrivate: isApp(name) || support.has(name),
        dependsOnEverything,
      };
      return [name, node];
    }),
  );
}

function refuseUnknownNames(names: ReadonlySet<string>, rows: readonly Row[], clauses: readonly DevOnlyClause[]): void {
  const mentioned = [...rows.flatMap(({ targets }) => targets), ...clauses.flatMap(({ from, to }) => [...from, ...to])];
  for (const name of mentioned) {
    if (name !== 'everything' && !names.has(name)) {
      throw new Error(`the package graph names "${name}", which has no line of its own`);
    }
  }
}

interface Row {
  readonly name: string;
  readonly targets: readonly string[];
  readonly isPeer: boolean;
}

function readRow(name: string, rest: string): Row {
  const [targets = '', ...remarks] = rest.split(/\s{2,}/);
  if (!/^[\w/-]+$/.test(name) || targets === '') throw unreadable(`${name} -> ${rest}`);
  return {
    name,
    targets: /^nothing( of ours)?$/.test(targets) ? [] : targets.split(/[\s,]+/),
    isPeer: remarks[0] === '(peer)',
  };
}

interface DevOnlyClause {
  readonly from: readonly string[];
  readonly isReadme: boolean;
  readonly to: readonly string[];
}

const clausePattern = /^(.+?) (test themselves|README \w+) with (.+)$/;

/** `scalar, nn test themselves with gradcheck; nn's README trains with optim`. */
function readDevOnly(rest: string): DevOnlyClause[] {
  return rest.split(';').map((clause) => {
    const [, who = '', verb = '', what = ''] = clausePattern.exec(clause.trim()) ?? [];
    const names = (text: string): string[] => text.replace(/'s$/, '').split(/,\s*|\s+and\s+/);
    if (!verb) throw unreadable(`dev only -> ${clause.trim()}`);
    return { from: names(who), isReadme: verb.startsWith('README'), to: names(what) };
  });
}

function isApp(name: string): boolean {
  return name.startsWith('apps/');
}

function devTargets(
  name: string,
  clauses: readonly DevOnlyClause[],
  { isReadme }: Pick<DevOnlyClause, 'isReadme'>,
): ReadonlySet<string> {
  const own = clauses.filter((clause) => clause.from.includes(name) && clause.isReadme === isReadme);
  return new Set(own.flatMap(({ to }) => to));
}

function unreadable(line: string): Error {
  return new Error(`the package graph has a line that cannot be read: ${line}. Write: nn -> tensor  (peer)  a remark`);
}
