// Where the configuration comes from: files in the order of `--config`, then the `--set` overrides.
import { finding, type Finding } from './finding.ts';
import { mergeNodes, nest } from './merge.ts';
import { isNull, type ConfigNode } from './node.ts';
import { readTextFile } from './read-text-file.ts';
import { readYamlFile, readYamlText } from './read-yaml.ts';
import { SourceFile } from './source-file.ts';

/** One source; `--set` overrides are applied after all files, wherever they stand in the list. */
export type ConfigSource =
  /** A path, with or without `file:` before it. */
  | { readonly kind: 'file'; readonly path: string }
  /** `a.b=c`; or `a::b=c`, in which a dot is part of a name. The value is YAML. */
  | { readonly kind: 'set'; readonly assignment: string };

export interface SourcesResult {
  /** All sources merged; absent when one can't be read, so that nothing can be said about the whole. */
  readonly tree?: ConfigNode;
  /** Each file's own tree, which tells what may be shown of it. */
  readonly files: readonly { readonly source: SourceFile; readonly tree?: ConfigNode }[];
  readonly findings: readonly Finding[];
}

/** A configuration of this size was not written by hand; reading it would only be slow. */
const MAX_FILE_MIB = 4;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):/;

export async function readSources(sources: readonly ConfigSource[]): Promise<SourcesResult> {
  const files: { source: SourceFile; tree?: ConfigNode }[] = [];
  const findings: Finding[] = [];
  const trees: ConfigNode[] = [];
  let isComplete = true;

  for (const { path } of sources.filter((source) => source.kind === 'file')) {
    const text = await readText(path);
    if (typeof text !== 'string') {
      findings.push(text);
      isComplete = false;
      continue;
    }
    const source = new SourceFile(path.replace(/^file:/, ''), text);
    const result = readYamlFile(source);
    findings.push(...result.findings);
    files.push({ source, ...(result.tree && { tree: result.tree }) });
    if (result.isBroken) isComplete = false;
    else if (result.tree !== undefined && !isNull(result.tree)) trees.push(result.tree);
  }
  if (isComplete && trees.length === 0) {
    const source = files[0]?.source;
    const message = files.length === 0 ? 'at least one --config must be given' : 'empty configuration file';
    findings.push(finding([], message, source && { source, start: 0, end: 0 }));
    isComplete = false;
  }
  for (const { assignment } of sources.filter((source) => source.kind === 'set')) {
    const override = readOverride(assignment);
    if ('message' in override) {
      findings.push(override);
      isComplete = false;
    } else trees.push(override);
  }
  const [first, ...rest] = trees;
  const tree = isComplete && first !== undefined ? rest.reduce(mergeNodes, first) : undefined;
  return { ...(tree && { tree }), files, findings };
}

async function readText(path: string): Promise<string | Finding> {
  const scheme = SCHEME.exec(path)?.[1];
  if (scheme !== undefined && /^(env|yaml|https?)$/.test(scheme)) {
    return finding(
      [],
      `--config "${scheme}:…": only files can be read`,
      undefined,
      'give the path of a file',
    );
  }
  const name = path.replace(/^file:/, '');
  const file = await readTextFile(name, MAX_FILE_MIB);
  return file.ok ? file.text.replace(/^\uFEFF/, '') : finding([], `${name}: ${file.reason}`, undefined);
}

function readOverride(assignment: string): ConfigNode | Finding {
  const equals = assignment.indexOf('=');
  const key = (equals === -1 ? assignment : assignment.slice(0, equals)).trim();
  // Without the equals sign what was given may be a value alone, and so a secret.
  if (equals === -1) return finding([], '--set without "="', undefined, 'write it like --set a.b=c');
  const keys = key.split(key.includes('::') ? '::' : '.').map((part) => part.trim());
  if (keys.includes('')) {
    return finding([], `--set "${key}": a part of the key is empty`, undefined, 'write it like --set a.b=c');
  }
  const result = readYamlText(assignment.slice(equals + 1).trim());
  const [problem] = result.findings;
  if (problem !== undefined) {
    return finding(keys, `the value of --set is no YAML: ${problem.message}`, undefined, problem.hint);
  }
  return nest(keys, { value: result.tree ?? { kind: 'scalar', value: null } });
}
