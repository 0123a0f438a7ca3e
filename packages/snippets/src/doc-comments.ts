import ts from 'typescript';
import { fencedSnippets } from './fences.ts';
import { type Snippet } from './snippet.ts';

/** The fenced `ts` and `js` blocks in the doc comments of a TypeScript source, in order. */
export function docCommentSnippets(file: string, source: string): Snippet[] {
  if (!/`{3}|~{3}/.test(source)) return [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  return docComments(tree).flatMap(({ pos, end }) => {
    const line = tree.getLineAndCharacterOfPosition(pos).line + 1;
    return fencedSnippets(file, withoutStars(source.slice(pos, end)), line);
  });
}

/** Every `/** … *\/` of a source, with or without a declaration after it. */
function docComments(tree: ts.SourceFile): ts.TextRange[] {
  const found = new Map<number, ts.TextRange>();
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []) {
      if (tree.text.startsWith('/**', range.pos)) found.set(range.pos, range);
    }
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return [...found.values()].sort((a, b) => a.pos - b.pos);
}

/** The text of a doc comment without the stars at the start of each line. */
function withoutStars(comment: string): string {
  const inside = comment.slice('/**'.length, -'*/'.length);
  return inside.replaceAll(/^[ \t]*\* ?/gm, '');
}
