import ts from 'typescript';
import { type Expectation } from './checks.ts';
import { type Edit, withEdits } from './edit.ts';
import { isThrows, type StatedResult, statedResults } from './expectations.ts';
import { type Snippet } from './snippet.ts';

/** A snippet that is ready to run. */
export interface RunnableSnippet {
  /** A JavaScript module that runs the snippet and checks each `// =>`. It exports their number as `checked`. */
  readonly javascript: string;
  /** The number of checks, at least one. */
  readonly checks: number;
  /** The modules that the snippet imports. */
  readonly imports: readonly string[];
}

/**
 * Compiles a snippet to JavaScript in which each statement with a `// =>` calls its check.
 *
 * `checksModule` is the module with the class `Checks`. A source map keeps the line numbers of the original file. Throws a
 * SyntaxError for code that does not parse, for a `// =>` without a statement, and for a snippet without any `// =>`.
 */
export function rewriteSnippet(snippet: Snippet, checksModule: string): RunnableSnippet {
  const { file, code } = snippet;
  const tree = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.Latest, true);
  const lineOf = (pos: number): number => snippet.line + tree.getLineAndCharacterOfPosition(pos).line;
  const complain = (pos: number, problem: string): SyntaxError => new SyntaxError(`${file}:${lineOf(pos)}: ${problem}`);

  const results = statedResults(tree, complain);
  if (results.length === 0) throw complain(0, 'this snippet has no // =>. Add one with the value of a line');
  const expectations: Expectation[] = results.map(({ pos, text }) => ({ file, line: lineOf(pos), text }));
  const edits = results.flatMap((result, index) => checkCall(tree, result, index));

  const preamble =
    `import { Checks as __Checks } from ${JSON.stringify(checksModule)};` +
    `const __checks = new __Checks(${JSON.stringify(expectations)});`;
  const typescript = [
    preamble + '\n'.repeat(snippet.line - 1) + withEdits(code, edits),
    'export const checked = __checks.finish();',
  ].join('\n');

  const { outputText, diagnostics = [] } = ts.transpileModule(typescript, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  for (const { file: source, start = 0, messageText } of diagnostics) {
    const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    throw new SyntaxError(`${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  }
  const imports = ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
  return { javascript: outputText, checks: results.length, imports };
}

/** The edits that pass the value of a statement to check number `index`. */
function checkCall(tree: ts.SourceFile, { statement, expression, text }: StatedResult, index: number): Edit[] {
  const start = expression.getStart(tree);
  const { end } = expression;
  if (isThrows(text)) {
    const call = awaits(expression) ? 'await __checks.rejects' : '__checks.throws';
    const run = awaits(expression) ? 'async () =>' : '() =>';
    return [
      { start: statement.getStart(tree), end: start, text: `${call}(${index}, ${run} (` },
      { start: end, end: statement.end, text: '));' },
    ];
  }
  if (ts.isExpressionStatement(statement) && isConsoleLog(expression)) {
    return [{ start, end: expression.arguments.pos, text: `__checks.logged(${index}, ` }];
  }
  return [
    { start, end: start, text: `__checks.value(${index}, (` },
    { start: end, end, text: '))' },
  ];
}

function isConsoleLog(expression: ts.Expression): expression is ts.CallExpression {
  return (
    ts.isCallExpression(expression) &&
    ts.isPropertyAccessExpression(expression.expression) &&
    expression.expression.name.text === 'log' &&
    ts.isIdentifier(expression.expression.expression) &&
    expression.expression.expression.text === 'console'
  );
}

/** Whether the expression contains `await`, outside of nested functions. */
function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}
