import { type Snippet } from './snippet.ts';

/** A line that opens or closes a fenced block: indent, fence and info string. */
const fenceLine = /^(\s*)(`{3,}|~{3,})\s*(.*)$/;

/** The info strings of blocks to run. Text after the language, such as a title, is ignored. */
const runnable = /^(?:ts|typescript|js|javascript)(?![\w-])/;

interface OpenBlock {
  readonly indent: number;
  readonly fence: string;
  readonly info: string;
  readonly line: number;
  readonly code: string[];
}

/**
 * The fenced `ts` and `js` blocks of a Markdown text, in order.
 *
 * `firstLine` is the line of `file` on which the text starts. Throws if a block is not closed, or not closed before the
 * next one opens: the snippets below it would not run.
 */
export function fencedSnippets(file: string, markdown: string, firstLine = 1): Snippet[] {
  const snippets: Snippet[] = [];
  let open: OpenBlock | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const line = firstLine + index;
    const [, indent = '', fence = '', info = ''] = fenceLine.exec(text) ?? [];
    if (!open) {
      if (fence) open = { indent: indent.length, fence, info, line, code: [] };
    } else if (fence.startsWith(open.fence)) {
      if (info) throw brokenFence(file, open, `before the next one opens on line ${line}`);
      if (runnable.test(open.info)) snippets.push({ file, line: open.line + 1, code: open.code.join('\n') });
      open = undefined;
    } else {
      open.code.push(withoutIndent(text, open.indent));
    }
  }
  if (open) throw brokenFence(file, open, 'before the text ends');
  return snippets;
}

function brokenFence(file: string, { line, fence }: OpenBlock, where: string): SyntaxError {
  return new SyntaxError(`${file}:${line}: this block is not closed ${where}. Close it with a line of ${fence}`);
}

/** Removes the indent of the fence, which a block in a list has. */
function withoutIndent(text: string, indent: number): string {
  const found = text.length - text.trimStart().length;
  return text.slice(Math.min(indent, found));
}
