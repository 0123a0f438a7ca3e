import { testSnippets } from '@mg/snippets';

testSnippets(import.meta.url);
