import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';
import { root, workspacePackages } from './workspace.ts';

/** What `turbo run … --dry=json` prints, as far as this looks at it. */
interface DryRun {
  readonly tasks: readonly { readonly taskId: string }[];
}

const names = workspacePackages.map(({ manifest }) => manifest.name);

// A result that is kept although a package below has changed would be a lie, told by `pnpm check`.
test.each(names)('a change below %s runs its tests again', async (name) => {
  const { dependencies, devDependencies, peerDependencies } =
    workspacePackages.find(({ manifest }) => manifest.name === name)?.manifest ?? {};
  const below = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }).filter((each) =>
    names.includes(each),
  );
  const printed = await runCommand('npx', ['turbo', 'run', 'test', `--filter=${name}`, '--dry=json'], { cwd: root });
  const tasks = (JSON.parse(printed) as DryRun).tasks.map(({ taskId }) => taskId);
  expect(tasks).toEqual(expect.arrayContaining(below.map((each) => `${each}#sources`)));
});
