import ts from 'typescript';

/** Compiles a file without its `@ts-expect-error`: returns the compiler's errors, and the type of each `make`. */
export function compile(file: string): { errors: string[]; types: string[] } {
  const config = ts.findConfigFile(file, (name) => ts.sys.fileExists(name)) ?? 'tsconfig.json';
  const parsed = ts.getParsedCommandLineOfConfigFile(config, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic(problem) {
      throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
    },
  });
  const options = parsed?.options ?? {};
  const host = ts.createCompilerHost(options);
  host.readFile = (name) => {
    const text = ts.sys.readFile(name);
    return name === file ? text?.replaceAll('@ts-expect-error', '') : text;
  };
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const types: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'make' && ts.isArrowFunction(node.initializer)) {
      types.push(checker.typeToString(checker.getTypeAtLocation(node.initializer.body)));
    }
    ts.forEachChild(node, visit);
  };
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`compile: ${file} does not exist`);
  visit(source);
  const errors = program.getSemanticDiagnostics(source);
  return { errors: errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), types };
}
