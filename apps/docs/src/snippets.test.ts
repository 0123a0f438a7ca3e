import { readdirSync } from 'node:fs';
import path from 'node:path';
import { testSnippetsIn } from '@mg/snippets';

const guides = readdirSync(path.join(import.meta.dirname, '../guides')).map((guide) => `../guides/${guide}`);

testSnippetsIn(import.meta.url, [
  '../index.md',
  '../getting-started.md',
  '../architecture.md',
  '../troubleshooting.md',
  ...guides,
]);
