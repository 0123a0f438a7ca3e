import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { folderTest } from '../folder-test.ts';
import { publishedPackages, readWorkspace, root, workspacePackages } from '../workspace.ts';
import { writeFiles } from '../write-files.ts';
import { scopeOf } from './fill-in.ts';
import { versionPackages } from './version-packages.ts';

const scope = scopeOf(root);

/** The source that states the version of tensor a second time. */
const versionSource = 'packages/tensor/src/array/version.ts';

/** Copies what says which versions there are: the manifests, the changelogs and the changesets. */
function copyVersions(folder: string): void {
  const copied = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', '.changeset', versionSource];
  for (const { folder: original } of workspacePackages) {
    const relative = path.relative(root, original);
    copied.push(path.join(relative, 'package.json'), path.join(relative, 'CHANGELOG.md'));
  }
  for (const each of copied) {
    if (existsSync(path.join(root, each))) cpSync(path.join(root, each), path.join(folder, each), { recursive: true });
  }
}

/** Writes the changesets of a folder, in place of all others. */
function writeChangesets(folder: string, changesets: Readonly<Record<string, string>>): void {
  const texts = Object.entries(changesets).map(([name, bump], index) => [
    `.changeset/${index}.md`,
    `---\n'${scope}/${name}': ${bump}\n---\n\nA change of ${name}.\n`,
  ]);
  writeFiles(folder, Object.fromEntries(texts) as Record<string, string>);
}

const versionsOf = (folder: string): Record<string, string | undefined> =>
  Object.fromEntries(
    readWorkspace(folder)
      .filter(({ manifest }) => manifest.private !== true)
      .map(({ shortName, manifest }) => [shortName, manifest.version]),
  );

const changelog = (folder: string, name: string): string =>
  readFileSync(path.join(folder, 'packages', name, 'CHANGELOG.md'), 'utf8');

/** Sets the versions of all published packages, as if they had been released. */
function setVersions(folder: string, version: string): void {
  for (const { shortName, manifest } of readWorkspace(folder)) {
    if (manifest.private === true) continue;
    writeFiles(folder, { [`packages/${shortName}/package.json`]: JSON.stringify({ ...manifest, version }) });
  }
}

/** A copy in which every package has a version, and nothing is to be released. */
function released(folder: string, version: string): void {
  copyVersions(folder);
  for (const file of readdirSync(path.join(folder, '.changeset'))) {
    if (file.endsWith('.md')) writeFiles(folder, { [`.changeset/${file}`]: '---\n---\n' });
  }
  setVersions(folder, version);
}

const all = (version: string): Record<string, string> =>
  Object.fromEntries(publishedPackages.map(({ shortName }) => [shortName, version]));

folderTest('what waits for a release begins every changelog with 0.1.0', async ({ folder }) => {
  copyVersions(folder);
  await versionPackages(folder);
  for (const [name, version] of Object.entries(versionsOf(folder))) {
    expect(changelog(folder, name)).toMatch(new RegExp(`^# ${scope}/${name}\n\n## ${version}\n`));
    expect(changelog(folder, name)).toMatch(/\n## 0\.1\.0\n\n### Minor Changes\n\n- .{20,}/);
  }
});

folderTest(
  'a tensor that may break gives its dependents a minor version and a range that allows it',
  async ({ folder }) => {
    released(folder, '0.1.0');
    const peerDependencies = { [`${scope}/nn`]: 'workspace:^' };
    const above = { name: `${scope}/above-nn`, version: '0.1.0', peerDependencies };
    writeFiles(folder, { 'packages/above-nn/package.json': JSON.stringify(above) });
    writeChangesets(folder, { tensor: 'minor', optim: 'patch' });
    await versionPackages(folder);
    const dependents = { nn: '0.2.0', optim: '0.2.0', 'above-nn': '0.2.0' };
    expect(versionsOf(folder)).toEqual({ ...all('0.1.0'), tensor: '0.2.0', ...dependents });
    expect(readFileSync(path.join(folder, versionSource), 'utf8')).toContain("version = '0.2.0'");
    expect(changelog(folder, 'nn')).toContain(`### Minor Changes\n\n- Required \`${scope}/tensor\` 0.2.0.`);
    for (const name of ['nn', 'optim']) {
      const found = readWorkspace(folder).find(({ shortName }) => shortName === name);
      // pnpm writes ^ and the version of the moment in its place.
      expect(found?.manifest.peerDependencies).toMatchObject({ [`${scope}/tensor`]: 'workspace:^' });
    }
  },
);

folderTest('a tensor that was mended leaves the others alone', async ({ folder }) => {
  released(folder, '0.1.0');
  writeChangesets(folder, { tensor: 'patch' });
  await versionPackages(folder);
  expect(versionsOf(folder)).toEqual({ ...all('0.1.0'), tensor: '0.1.1' });
});

folderTest('from 1.0.0 on, a major version of tensor is one of its dependents', async ({ folder }) => {
  released(folder, '1.0.0');
  writeChangesets(folder, { tensor: 'major' });
  await versionPackages(folder);
  expect(versionsOf(folder)).toEqual({ ...all('1.0.0'), tensor: '2.0.0', nn: '2.0.0', optim: '2.0.0' });
});
