import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mappings, percent, withTables } from './page.ts';
import { pageFile, readPublicNames } from './public-names.ts';
import { readPorts, score } from './score.ts';

const ports = readPorts(readFileSync(path.join(import.meta.dirname, 'ports.jsonl'), 'utf8'));
const page = readFileSync(pageFile, 'utf8');
const mapped = mappings(page, await readPublicNames());
const result = score(ports, (name) => mapped.get(name)?.kind === 'there');
writeFileSync(pageFile, withTables(page, mapped, result));

console.log(`${result.ported} of ${result.rows} files can be ported: ${percent(result.ported, result.rows)}`);
console.log(`by their needs alone: ${result.byNeeds} (${percent(result.byNeeds, result.rows)})`);
const listed = score(ports, (name) => mapped.has(name));
if (listed.ported > result.ported) {
  console.log(`with all names that the tables list: ${listed.ported} (${percent(listed.ported, listed.rows)})`);
}
console.log('\nlacking: files that it alone stops, files that it stops, why');
for (const { name, rows, lifts } of result.lacks) {
  const mapping = mapped.get(name);
  const why =
    mapping === undefined || mapping.kind === 'there'
      ? 'no name of ours'
      : `${mapping.kind}: ${mapping.names.join(', ')}`;
  console.log(`${String(lifts).padStart(4)} ${String(rows).padStart(4)}  ${name} (${why})`);
}
const unlisted = [...mapped].filter(
  ([name, { kind }]) => kind !== 'there' && !result.lacks.some((each) => each.name === name),
);
if (unlisted.length > 0) {
  console.log('\nno file stops at these, but they are not on the page yet:');
  for (const [name, mapping] of unlisted)
    if (mapping.kind !== 'there') console.log(`           ${name} (${mapping.kind}: ${mapping.names.join(', ')})`);
}
