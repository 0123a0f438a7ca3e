import { testSnippets } from './index.ts';

testSnippets(import.meta.url);
