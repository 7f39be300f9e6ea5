// Replaces `${…}` in all values, never in keys. What a reference stood for is not searched for references again, so a
// secret that holds a dollar sign arrives as it is. Only a file that holds a map or a list is: it is a part of the
// configuration that was put aside.
import { dirname } from 'node:path';
import { finding, type Finding, type Path } from './finding.ts';
import type { ConfigNode, Entry, Expansion, Piece } from './node.ts';
import { readYamlText } from './read-yaml.ts';
import { parseReferences } from './references.ts';
import { Resolver, UnresolvedError } from './resolve-reference.ts';

export interface Expanded {
  readonly tree: ConfigNode;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const UNSET_HINT = 'set it, or write a default: ${env:NAME:-default}';

/** A configuration is put together of fewer; a file that names itself would never end. */
const MAX_FILE_COUNT = 100;

/**
 * Files are found relative to the file that names them, and to the working directory from `--set`. A variable that is not
 * set and has no default is a warning; everything else that can't be replaced is a finding.
 */
export async function expandReferences(
  tree: ConfigNode,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Expanded> {
  const expander = new Expander(env);
  return { tree: await expander.expand(tree, []), findings: expander.findings, warnings: expander.warnings };
}

class Expander {
  readonly findings: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly #env: Readonly<Record<string, string | undefined>>;
  #fileCount = 0;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** `folder` is where the file lies that the value is from, when it is not the one that the node names. */
  async expand(node: ConfigNode, path: Path, folder?: string): Promise<ConfigNode> {
    if (node.kind === 'map') {
      const entries = new Map<string, Entry>();
      for (const [key, entry] of node.entries) {
        entries.set(key, { ...entry, value: await this.expand(entry.value, [...path, key], folder) });
      }
      return { ...node, entries };
    }
    if (node.kind === 'list') {
      const items: ConfigNode[] = [];
      for (const [index, item] of node.items.entries())
        items.push(await this.expand(item, [...path, index], folder));
      return { ...node, items };
    }
    if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
    return this.#expandText(node, node.value, path, folder);
  }

  async #expandText(
    node: ConfigNode,
    text: string,
    path: Path,
    folder = folderOf(node),
  ): Promise<ConfigNode> {
    // What stands in a file put aside is shown as the reference to that file.
    const written = node.expansion?.written ?? text;
    const spot: Spot = { at: node.at, anchoredAt: node.anchoredAt };
    const parsed = parseReferences(text);
    if (!parsed.ok) {
      this.findings.push(finding(path, parsed.message, node.at, parsed.hint));
      return failedNode(spot, written);
    }
    const resolver = new Resolver(this.#env, folder);
    let pieces: readonly Piece[];
    try {
      pieces = await resolver.pieces(parsed.parts);
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      this.findings.push(finding(path, error.message, node.at, error.hint));
      return failedNode(spot, written);
    }
    const isWhole = parsed.parts.length === 1 && parsed.parts[0]!.kind === 'reference';
    // In the midst of a text, `${x}` may be a piece of a password rather than a reference.
    const unset = resolver.unset.map(({ name, isExplicit }) => (isWhole || isExplicit ? name : undefined));
    for (const name of unset) {
      const shown = name === undefined ? '' : ` "${name}"`;
      const message = `references unset environment variable${shown}; it counts as empty`;
      this.warnings.push(finding(path, message, node.at, UNSET_HINT));
    }
    const firstUnset = unset.find((name) => name !== undefined);
    const expansion: Expansion = {
      written,
      text: pieces.map((piece) => piece.text).join(''),
      isWhole,
      pieces: pieces.filter((_, index) => parsed.parts[index]!.kind === 'reference'),
      ...(firstUnset !== undefined && { unset: firstUnset }),
    };
    if (!isWhole) return { kind: 'scalar', value: expansion.text, expansion, ...spot };
    const typed = typedNode(expansion, spot);
    const file = pieces[0]?.file;
    return file === undefined || typed.kind === 'scalar' ? typed : this.#expandFile(typed, file, path);
  }

  /** `part` is what the file holds. */
  async #expandFile(part: ConfigNode, file: string, path: Path): Promise<ConfigNode> {
    this.#fileCount += 1;
    if (this.#fileCount <= MAX_FILE_COUNT) return this.expand(part, path, dirname(file));
    if (this.#fileCount === MAX_FILE_COUNT + 1) {
      const message = `is put together of more than ${MAX_FILE_COUNT} files`;
      this.findings.push(finding(path, message, part.at, 'does one of them name itself?'));
    }
    return failedNode(part, part.expansion?.written ?? '');
  }
}

function folderOf({ at }: ConfigNode): string {
  return at === undefined ? '.' : dirname(at.source.name);
}

type Spot = Pick<ConfigNode, 'at' | 'anchoredAt'>;

/** The value of a single reference, read as YAML. Text that is no YAML is taken as it is, like the Collector does. */
function typedNode(expansion: Expansion, spot: Spot): ConfigNode {
  const { text } = expansion;
  const { tree, findings } = readYamlText(text, (scalar) => ({ ...expansion, text: scalar }));
  const plain: ConfigNode = { kind: 'scalar', value: findings.length > 0 ? text : null };
  return placeAll({ ...(findings.length > 0 ? plain : (tree ?? plain)), expansion }, spot);
}

function failedNode(spot: Spot, written: string): ConfigNode {
  const expansion = { written, text: '', isWhole: true, pieces: [], hasFailed: true };
  return { kind: 'scalar', value: null, expansion, ...spot };
}

/** Whatever a reference stood for stands, for the user, where the reference was written. */
function placeAll(node: ConfigNode, spot: Spot): ConfigNode {
  if (node.kind === 'map') {
    const entries = new Map<string, Entry>();
    for (const [key, { value }] of node.entries) entries.set(key, { value: placeAll(value, spot) });
    return { ...node, ...spot, entries };
  }
  if (node.kind === 'list') {
    return { ...node, ...spot, items: node.items.map((item) => placeAll(item, spot)) };
  }
  return { ...node, ...spot };
}
