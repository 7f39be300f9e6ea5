// YAML text → the tree of the configuration, with every mistake and its place. Knows nothing of what the keys mean.
import { parseDocument, type Document } from 'yaml';
import { finding, type Finding } from './finding.ts';
import { walk, type ConfigNode, type Expansion } from './node.ts';
import type { SourceFile } from './source-file.ts';
import { TreeBuilder } from './yaml-tree.ts';

export interface YamlResult {
  /** Absent when the text holds nothing but comments, or is too broken to give a tree. */
  readonly tree?: ConfigNode;
  readonly findings: readonly Finding[];
  /** Whether the text is no YAML at all, so that the tree is a guess. */
  readonly isBroken: boolean;
}

/** Reads a file; findings and nodes carry places in it. */
export function readYamlFile(source: SourceFile): YamlResult {
  return readYaml(source.text, new TreeBuilder({ source }), (start, end) => ({ source, start, end }));
}

/** Reads text that stands in no file of its own, such as a variable's value. */
export function readYamlText(text: string, expansionOf?: (scalarText: string) => Expansion): YamlResult {
  return readYaml(text, new TreeBuilder({ expansionOf }), () => undefined);
}

function readYaml(
  text: string,
  builder: TreeBuilder,
  place: (start: number, end: number) => Finding['at'],
): YamlResult {
  const findings: Finding[] = [];
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    // The parser recurses: text that nests deep enough ends in a RangeError, and nothing else is known to.
    const reason = error instanceof RangeError ? 'it nests too deeply' : 'the parser gave up';
    return { findings: [finding([], `can't be read as YAML: ${reason}`, place(0, 1))], isBroken: true };
  }
  const tree = document.contents === null ? undefined : builder.build(document.contents);
  const reportedLines = new Set<number>();
  for (const { code, message, pos } of document.errors) {
    // What the parser minds in the rest of a line follows from the first mistake in it.
    const lineStart = text.lastIndexOf('\n', pos[0] - 1);
    if (reportedLines.has(lineStart)) continue;
    reportedLines.add(lineStart);
    const { path, at } = openedAt(tree, code, pos[0]) ?? { path: [], at: place(pos[0], pos[1]) };
    findings.push(finding(path, plainMessage(code, message), at, hintFor(code, text, pos[0])));
  }
  const isBroken = findings.length > 0;
  return { ...(tree !== undefined && { tree }), findings: [...findings, ...builder.findings], isBroken };
}

/** A quote that is never closed is found at the end of the file; the user wants to see where it was opened. */
function openedAt(
  tree: ConfigNode | undefined,
  code: string,
  offset: number,
): Pick<Finding, 'path' | 'at'> | undefined {
  if (tree === undefined || code !== 'MISSING_CHAR') return undefined;
  let opened: Pick<Finding, 'path' | 'at'> | undefined;
  walk(tree, (node, path) => {
    if (node.kind === 'scalar' && node.at?.end === offset) opened = { path, at: node.at };
  });
  return opened;
}

/** The parser's text without the parts that quote the file: what it quotes may be a secret. */
function plainMessage(code: string, message: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a file holds one document, but here a second one starts';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second ": " on one line reads as a map inside a map';
    case 'BAD_SCALAR_START':
      return "a value without quotes can't start with this character";
    case 'BAD_DQ_ESCAPE':
      return 'no such escape sequence in double quotes';
    case 'TAG_RESOLVE_FAILED':
      return 'this tag does not fit its value';
    default: {
      const sentence = message.split(': ')[0]!;
      return sentence.charAt(0).toLowerCase() + sentence.slice(1);
    }
  }
}

function hintFor(code: string, text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  if (line.includes('${')) return 'put a value that holds ${…} in quotes';
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_SCALAR_START':
      return 'put the value in quotes';
    case 'BAD_DQ_ESCAPE':
      return 'put the value in single quotes, in which a backslash is a backslash';
    case 'MULTIPLE_DOCS':
      return 'give the second one a file of its own, and name both with --config';
    default:
      return undefined;
  }
}
