// The types of `src/index.ts`, by hand: with the source, Node's types would come into every package whose tests import this,
// and a source of theirs could use Node's globals unnoticed. `src/types.test-d.ts` holds the two together.

declare global {
  interface ImportMeta {
    readonly url: string;
  }
}

export function testSnippets(testFile: string): void;
export function testSnippetsIn(testFile: string, files: readonly string[]): void;
