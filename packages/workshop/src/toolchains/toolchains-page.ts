import { type ToolchainTrial } from './trial.ts';

/** The page of results, in Markdown. */
export function toolchainsPage(trials: readonly ToolchainTrial[]): string {
  const rows = trials.map(({ name, tools, failure }) => {
    const versions = Object.entries(tools).map(([tool, version]) => `${tool} ${version}`);
    return `| ${name} | ${versions.join(', ')} | ${failure === undefined ? 'passes' : '**fails**'} |`;
  });
  const failures = trials.flatMap(({ name, failure }) => (failure === undefined ? [] : [`## ${name}\n\n${failure}\n`]));
  return `# The packages in the toolchains of users

Written by \`pnpm --filter @mg/workshop matrix\`, which packs the packages, installs the tarballs with npm into a small project for each
row, builds the project with the tool, runs it, and compares what it prints.

| toolchain | packages of npm | result |
| --- | --- | --- |
${rows.join('\n')}
${failures.length === 0 ? '' : `\n${failures.join('\n')}`}`;
}
