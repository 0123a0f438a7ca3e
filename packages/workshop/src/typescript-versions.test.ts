import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folderTest } from './folder-test.ts';
import {
  compileStrictly,
  type Found,
  obtainTypescript,
  providePackages,
  typescriptVersions,
} from './typescript-versions.ts';
import { publishedPackages, root } from './workspace.ts';
import { writeFiles } from './write-files.ts';

const isWhole = process.env['WHOLE_SWEEPS'] !== undefined;

describe.each<Found>(isWhole ? ['declarations', 'sources'] : ['declarations'])('from the %s', (found) => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'typescript-'));
    await providePackages(folder, found);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  // `pnpm --filter @mg/workshop types` tries all of them.
  test.each(isWhole ? typescriptVersions : (['5.4', '7.0'] as const))(
    'TypeScript %s compiles what users write, and refuses their mistakes',
    async (version) => {
      await compileStrictly(folder, version, found);
    },
  );

  test('a tensor of another shape is reported, and so is a declaration that is wrong', async () => {
    const { name } = publishedPackages.find((each) => each.shortName === 'tensor')?.manifest ?? {};
    const files = {
      'misfit.ts': `import { zeros, type Tensor } from '${name ?? ''}';\nexport const x: Tensor<[2]> = zeros([3]);\n`,
      'wrong.d.ts': 'export declare const wrong: Missing;\n',
    };
    const compiled = compileStrictly(folder, '7.0', found, files);
    await expect(compiled).rejects.toThrow(/misfit\.ts\(2,14\): error TS2322/);
    await expect(compiled).rejects.toThrow("wrong.d.ts(1,29): error TS2304: Cannot find name 'Missing'");
  });
});

test.each(publishedPackages.map(({ manifest }) => [manifest.name, manifest] as const))(
  '%s says which TypeScript it supports',
  (_, manifest) => {
    expect(manifest).toMatchObject({
      peerDependencies: { typescript: `>=${typescriptVersions[0]}` },
      peerDependenciesMeta: { typescript: { optional: true } },
    });
  },
);

test('and so does the site', () => {
  const page = readFileSync(path.join(root, 'apps/docs/getting-started.md'), 'utf8');
  const tested = `${typescriptVersions.slice(0, -1).join(', ')} and ${typescriptVersions.at(-1) ?? ''}`;
  expect(page).toContain(`TypeScript ${typescriptVersions[0]} and newer; ${tested} are tested`);
});

folderTest('a compiler that the workspace does not have is installed once', async ({ folder }) => {
  const install = vi.fn((_: string, own: string): Promise<void> => {
    writeFiles(own, { 'node_modules/typescript/bin/tsc': '' });
    return Promise.resolve();
  });
  const program = path.join(folder, '5.4/node_modules/typescript/bin/tsc');
  expect(await obtainTypescript('5.4', folder, install)).toBe(program);
  expect(await obtainTypescript('5.4', folder, install)).toBe(program);
  await obtainTypescript('6.0', folder, install);
  expect(install).toHaveBeenCalledExactlyOnceWith('typescript@~5.4', path.join(folder, '5.4'));
});
