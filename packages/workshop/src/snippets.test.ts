import { testSnippetsIn } from '@mg/snippets';

testSnippetsIn(import.meta.url, ['../../../README.md']);
