import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type WorkspacePackage } from '../workspace.ts';

/** What only the owner of the packages can know. It stands in `release.json`, at the root, and nowhere else. */
export interface Owner {
  /** The npm scope of the packages: `@acme`. */
  readonly scope: string;
  /** The address of the repository: `https://github.com/acme/micrograd`. */
  readonly repository: string;
  /** The author, as npm writes it: `Ada Lovelace <ada@example.com>`. */
  readonly author: string;
}

const values: Readonly<Record<keyof Owner, { readonly form: RegExp; readonly meaning: string }>> = {
  scope: { form: /^@[a-z\d][a-z\d_-]*$/, meaning: 'the npm scope that you publish under, such as "@acme"' },
  repository: {
    form: /^https:\/\/github\.com\/[\w-]+\/[\w.-]+(?<!\.git)$/,
    meaning: 'the address of the repository, such as "https://github.com/acme/micrograd"',
  },
  author: { form: /\S/, meaning: 'the author, such as "Ada Lovelace <ada@example.com>"' },
};

/** The commands that a message names begin with this. */
const inWorkshop = 'pnpm --filter @mg/workshop';

/** Reads the `release.json` of a repository. Throws an error that lists what it does not say, and what to do. */
export function readOwner(root: string): Owner {
  const found = JSON.parse(readFileSync(path.join(root, 'release.json'), 'utf8')) as Partial<Record<string, unknown>>;
  const owner: Record<string, string> = {};
  const wrong: string[] = [];
  for (const [name, { form, meaning }] of Object.entries(values)) {
    const value = found[name];
    if (typeof value === 'string' && form.test(value)) owner[name] = value;
    else wrong.push(`  "${name}" is ${JSON.stringify(value)}; it must be ${meaning}`);
  }
  if (wrong.length > 0) {
    throw new Error(
      `release.json does not say everything that a release needs:\n${wrong.join('\n')}\n` +
        `Set the values, run "${inWorkshop} fill-in" and commit what it changes. RELEASING.md explains it.`,
    );
  }
  return owner as unknown as Owner;
}

/** The fields that the manifest of a package takes from `release.json`. */
export function ownerFields({ repository, author }: Owner, { shortName }: WorkspacePackage): Record<string, unknown> {
  const directory = `packages/${shortName}`;
  return {
    author,
    homepage: `${repository}/tree/main/${directory}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git`, directory },
  };
}
