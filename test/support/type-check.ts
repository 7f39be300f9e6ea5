// Checks JSON documents against TypeScript types, as if they had been written down as literals: a name that the type
// doesn't know, one that it misses and a word that is none of a union are errors.
import ts from 'typescript';

/** Where the code seems to stand: imports are looked up from here. It is never written. */
const FILE = new URL('./type-checked.ts', import.meta.url).pathname;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  // The vendors' clients run in browsers, too.
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/**
 * What is wrong with each of `documents` as a value of the type `Expected`, which `declarations` declares; the empty text
 * when nothing is. One call for many documents: compiling takes about a second. Throws when the declarations are wrong.
 */
export function typeErrors(declarations: string, documents: readonly unknown[]): readonly string[] {
  // One a line, so that an error's line tells whose it is.
  const constants = documents.map(
    (document, index) => `export const d${index}: Expected = ${JSON.stringify(document)};`,
  );
  const head = declarations.trim();
  const program = programOf([head, ...constants].join('\n'));
  const source = program.getSourceFile(FILE)!;
  const firstLine = head.split('\n').length;
  const errors = documents.map(() => '');
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    const line = file === source ? source.getLineAndCharacterOfPosition(start ?? 0).line : 0;
    if (line < firstLine) throw new Error(`the types themselves are wrong: ${message}`);
    errors[line - firstLine] += `${message}\n`;
  }
  return errors;
}

function programOf(text: string): ts.Program {
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, language, ...more) =>
    name === FILE ? ts.createSourceFile(name, text, language) : getSourceFile(name, language, ...more);
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.readFile = (name) => (name === FILE ? text : readFile(name));
  return ts.createProgram([FILE], OPTIONS, host);
}
