// The YAML parser's nodes → ours: aliases are resolved within bounds, `<<` merges, `a::b` nests, duplicates are found.
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import { finding, type Finding, type Path } from './finding.ts';
import { hasLeadingZero, leadingZeroFinding } from './leading-zero.ts';
import { mergeNodes, nest } from './merge.ts';
import { nearestName } from './nearest-name.ts';
import type { ConfigNode, Entry, Expansion, Scalar } from './node.ts';
import type { Place, SourceFile } from './source-file.ts';

/** A configuration has some hundred nodes; only aliases of aliases make this many. */
const MAX_NODE_COUNT = 50_000;
const MAX_DEPTH = 100;
const PLAIN_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
const NOTHING: ConfigNode = { kind: 'scalar', value: null };

export interface TreeOptions {
  /** The file that places are in; without it nodes have no place. */
  readonly source?: SourceFile;
  /** For text that a reference stood for: what each scalar remembers of that, given its own text. */
  readonly expansionOf?: ((scalarText: string) => Expansion) | undefined;
}

export class TreeBuilder {
  readonly findings: Finding[] = [];
  readonly #options: TreeOptions;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #open = new Set<ParsedNode>();
  #nodeCount = 0;

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  build(node: ParsedNode | null, path: Path = []): ConfigNode {
    if (node === null) return NOTHING;
    const at = this.#place(node);
    this.#nodeCount += 1;
    if (this.#nodeCount > MAX_NODE_COUNT || this.#open.size >= MAX_DEPTH) {
      this.#refuseSize(path, at);
      return NOTHING;
    }
    if (isAlias(node)) return this.#alias(node.source, path, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag)) {
      this.findings.push(finding(path, 'YAML tags other than the core ones are not supported', at));
    }
    this.#open.add(node);
    try {
      if (isMap(node)) return this.#map(node, path, at);
      if (isSeq<ParsedNode>(node)) {
        const items = node.items.map((item, index) => this.build(item, [...path, index]));
        return { kind: 'list', at, items };
      }
      return this.#scalar(node, path, at);
    } finally {
      this.#open.delete(node);
    }
  }

  #scalar(node: ParsedNode, path: Path, at: Place | undefined): ConfigNode {
    const value = isScalar(node) ? node.value : null;
    const source = (isScalar(node) ? node.source : undefined) ?? '';
    // What a reference stood for may be meant as text: that is decided where it is used.
    if (this.#options.expansionOf === undefined && hasLeadingZero(value, source)) {
      this.findings.push(leadingZeroFinding(path, at));
      const expansion = { written: source, text: source, isWhole: true, pieces: [], hasFailed: true };
      return { kind: 'scalar', at, value: null, expansion };
    }
    const expansion = this.#options.expansionOf?.(source);
    return { kind: 'scalar', at, value: asScalar(value, source), ...(expansion && { expansion }) };
  }

  #alias(name: string, path: Path, at: Place | undefined): ConfigNode {
    // Messages don't quote the alias: a password may well start with an asterisk.
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const near = nearestName(name, this.#anchors.keys());
      const hint = near === undefined ? 'an anchor must stand before its alias' : `did you mean "*${near}"?`;
      this.findings.push(finding(path, 'unknown alias', at, hint));
      return NOTHING;
    }
    if (this.#open.has(target)) {
      this.findings.push(finding(path, 'the alias stands inside the value that it repeats', at));
      return NOTHING;
    }
    return { ...this.build(target, path), at, anchoredAt: this.#place(target) };
  }

  #map(node: YAMLMap<ParsedNode, ParsedNode | null>, path: Path, at: Place | undefined): ConfigNode {
    const entries = new Map<string, Entry>();
    const merged: ConfigNode[] = [];
    const firstLines = new Map<string, Place | undefined>();
    for (const pair of node.items) {
      const key = this.#key(pair, path);
      if (key === undefined) continue;
      const keyAt = this.#place(pair.key);
      if (key === '<<') {
        merged.push(this.build(pair.value, path));
        continue;
      }
      if (firstLines.has(key)) this.#refuseDuplicate([...path, key], keyAt, firstLines.get(key));
      firstLines.set(key, keyAt);
      this.#enter(entries, key, keyAt, pair.value, path);
    }
    for (const value of merged) this.#mergeKey(entries, value, path, at);
    return { kind: 'map', at, entries };
  }

  /** A key written `a::b` stands for a map in a map, as the Collector reads it. */
  #enter(
    entries: Map<string, Entry>,
    key: string,
    keyAt: Place | undefined,
    node: ParsedNode | null,
    path: Path,
  ): void {
    const parts = key.split('::');
    const names = parts.every((part) => part !== '') ? parts : [key];
    const leaf: Entry = { keyAt, value: this.build(node, [...path, ...names]) };
    const first = names[0]!;
    const value = names.length === 1 ? leaf.value : nest(names.slice(1), leaf);
    const earlier = entries.get(first);
    entries.set(first, { keyAt, value: earlier === undefined ? value : mergeNodes(earlier.value, value) });
  }

  #mergeKey(entries: Map<string, Entry>, value: ConfigNode, path: Path, at: Place | undefined): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') {
        this.findings.push(finding(path, '"<<" takes a map or a list of maps', source.at ?? at));
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #key(pair: Pair<ParsedNode, ParsedNode | null>, path: Path): string | undefined {
    if (isScalar(pair.key)) {
      const text = pair.key.source ?? String(pair.key.value);
      if (text !== '') return text;
    }
    const what = isScalar(pair.key) ? 'a key is empty' : 'a key must be text';
    this.findings.push(finding(path, what, this.#place(pair.key)));
    return undefined;
  }

  #refuseDuplicate(path: Path, at: Place | undefined, first: Place | undefined): void {
    const hint = first && `the first one is on line ${first.source.positionOf(first.start).line}`;
    this.findings.push(finding(path, `duplicate key "${String(path.at(-1))}"`, at, hint));
  }

  #refuseSize(path: Path, at: Place | undefined): void {
    const message =
      this.#open.size >= MAX_DEPTH
        ? `nests deeper than ${MAX_DEPTH} levels`
        : `holds more than ${MAX_NODE_COUNT} values, aliases counted each time`;
    if (!this.findings.some((known) => known.message === message)) {
      this.findings.push(finding(path.slice(0, 3), message, at));
    }
  }

  #place(node: ParsedNode | null): Place | undefined {
    const { source } = this.#options;
    if (source === undefined || node === null) return undefined;
    return { source, start: node.range[0], end: node.range[1] };
  }
}

function asScalar(value: unknown, source: string): Scalar {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return source;
}
