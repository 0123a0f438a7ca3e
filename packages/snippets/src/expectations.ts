import ts from 'typescript';

/** A `// =>` of a snippet and its expression. */
export interface StatedResult {
  readonly statement: CheckableStatement;
  readonly expression: ts.Expression;
  /** The text after the arrow, on one line. */
  readonly text: string;
  /** The start of the comment. */
  readonly pos: number;
}

type CheckableStatement = ts.ExpressionStatement | ts.VariableStatement | ts.ReturnStatement;

const arrow = /^\/\/\s*=>/;

/** The text allowed between a statement and its `// =>`: another comment, and the end of the line. */
const between = /^[ \t]*(?:\/\/(?!\s*=>)[^\n]*)?\n?[ \t]*$/;

/**
 * Finds the `// =>` comments of a snippet, each with its statement, which ends on the same line or on the line above.
 * A comment on its own line continues on the comment lines directly below it.
 *
 * Throws the error from `complain` for a `// =>` without a statement or without text.
 */
export function statedResults(tree: ts.SourceFile, complain: (pos: number, problem: string) => Error): StatedResult[] {
  const comments = lineComments(tree);
  const statements = checkableStatements(tree);
  const lineOf = (pos: number): number => tree.getLineAndCharacterOfPosition(pos).line;
  const standsAlone = (pos: number): boolean => /(?:^|\n)[ \t]*$/.test(tree.text.slice(0, pos));

  return comments.flatMap(({ pos, end }, index) => {
    const comment = tree.text.slice(pos, end);
    if (!arrow.test(comment)) return [];
    const statement = statements.find(
      (candidate) => candidate.end <= pos && between.test(tree.text.slice(candidate.end, pos)),
    );
    const expression = statement && checkedExpression(statement);
    if (!statement || !expression) {
      throw complain(
        pos,
        'this // => has no expression, declaration or return before it. Put it after the statement whose value it states',
      );
    }

    const lines = [comment.replace(arrow, '')];
    if (standsAlone(pos)) {
      for (const [offset, next] of comments.slice(index + 1).entries()) {
        const text = tree.text.slice(next.pos, next.end);
        if (lineOf(next.pos) !== lineOf(pos) + 1 + offset || !standsAlone(next.pos) || arrow.test(text)) break;
        lines.push(text.replace('//', ''));
      }
    }
    const text = lines.join(' ').replaceAll(/\s+/g, ' ').trim();
    if (!text) throw complain(pos, 'this // => is empty. Write the expected value after it');
    if (isThrows(text) && !/^throws \w+(?:: .+)?$/.test(text)) {
      throw complain(
        pos,
        'this // => throws has no error class, or text after it. Write // => throws ShapeError: part of the message',
      );
    }
    return [{ statement, expression, text, pos }];
  });
}

/** Whether a `// =>` expects an error. */
export function isThrows(text: string): boolean {
  return /^throws\b/.test(text);
}

function checkedExpression(statement: CheckableStatement): ts.Expression | undefined {
  if (!ts.isVariableStatement(statement)) return statement.expression;
  const [declaration, ...others] = statement.declarationList.declarations;
  return others.length === 0 ? declaration?.initializer : undefined;
}

function checkableStatements(tree: ts.SourceFile): CheckableStatement[] {
  const found: CheckableStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function lineComments(tree: ts.SourceFile): ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(tree.text, node.end) ?? []),
    ];
    for (const range of ranges) {
      if (range.kind === ts.SyntaxKind.SingleLineCommentTrivia) found.set(range.pos, range);
    }
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return [...found.values()].sort((a, b) => a.pos - b.pos);
}
