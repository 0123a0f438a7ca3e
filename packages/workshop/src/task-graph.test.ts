import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';
import { importingFiles } from './package-files.ts';
import { packageOf, root, workspacePackages } from './workspace.ts';

/** What `turbo run … --dry=json` prints, as far as this looks at it. */
interface DryRun {
  readonly tasks: readonly { readonly taskId: string }[];
}

const below = workspacePackages.flatMap((workspacePackage) => {
  const { name } = workspacePackage.manifest;
  const imported = new Set(importingFiles(workspacePackage).flatMap(({ imports }) => imports.map(packageOf)));
  const others = workspacePackages
    .map(({ manifest }) => manifest.name)
    .filter((each) => imported.has(each) && each !== name);
  return others.length === 0 ? [] : [{ name, others }];
});

test('there are packages below others', () => {
  expect(below.length).toBeGreaterThanOrEqual(8);
});

// A result that is kept although a package below has changed would be a lie, told by `pnpm check`.
test.each(below)('a change below $name runs its tests again', async ({ name, others }) => {
  const printed = await runCommand('npx', ['turbo', 'run', 'test', `--filter=${name}`, '--dry=json'], { cwd: root });
  const tasks = (JSON.parse(printed) as DryRun).tasks.map(({ taskId }) => taskId);
  expect(tasks).toEqual(expect.arrayContaining(others.map((each) => `${each}#sources`)));
});
