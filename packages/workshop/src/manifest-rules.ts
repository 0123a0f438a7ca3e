import { type EntryTargets, type Manifest } from './workspace.ts';

const packedFiles = ['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts'];
const scripts = ['build', 'lint', 'test', 'typecheck'];

/** What the manifest of a published package lacks of the fields that all of them have. */
export function manifestProblems(manifest: Manifest): string[] {
  const { name, version = '', type, license, sideEffects, engines, files = [], exports = {} } = manifest;
  return [
    ...(/^@mg\/[a-z-]+$/.test(name) ? [] : [`name is "${name}", not "@mg/…"`]),
    ...(/^\d+\.\d+\.\d+/.test(version) ? [] : [`version is "${version}", not three numbers`]),
    ...(type === 'module' ? [] : [`type is "${type ?? ''}", not "module"`]),
    ...(license === 'MIT' ? [] : [`license is "${license ?? ''}", not "MIT"`]),
    ...(sideEffects === undefined ? ['sideEffects is missing: bundlers would keep all of it'] : []),
    ...(engines?.['node'] === '>=20.19' ? [] : ['engines.node is not ">=20.19"']),
    ...packedFiles.filter((pattern) => !files.includes(pattern)).map((pattern) => `files lacks "${pattern}"`),
    ...scripts.filter((script) => !manifest.scripts?.[script]).map((script) => `scripts lacks "${script}"`),
    ...('.' in exports ? [] : ['exports lacks "."']),
    ...Object.entries(exports).flatMap(([entry, targets]) => entryProblems(entry, targets)),
  ];
}

/** The conditions in the order that counts: ours is found first, and `default` takes what is left. */
function entryProblems(entry: string, targets: EntryTargets): string[] {
  const [, base = ''] = /^\.\/src\/(.+)\.ts$/.exec(targets['@mg/source'] ?? '') ?? [];
  const wanted = { '@mg/source': `./src/${base}.ts`, types: `./dist/${base}.d.ts`, default: `./dist/${base}.js` };
  if (base && JSON.stringify(targets) === JSON.stringify(wanted)) return [];
  return [`exports["${entry}"] is to be, in this order, ${JSON.stringify({ ...wanted })}`];
}
