// The configuration as a tree that remembers where each key and value was written. All passes work on it; plain
// objects are made from it at the very end. Maps are real Maps, so that no key can reach a prototype.
import type { Path } from './finding.ts';
import type { Place } from './source-file.ts';

/** One `${…}` as it was written, and the text that it stood for. */
export interface Piece {
  readonly written: string;
  readonly text: string;
  /** The file that the text is from, when it is a whole file's. */
  readonly file?: string;
}

/** How a value that holds `${…}` came to be. */
export interface Expansion {
  /** The value as it stands in the file. The only form that a message may show. */
  readonly written: string;
  /** The value with all references replaced, before it is read as YAML. */
  readonly text: string;
  /** Whether the value is one reference and nothing else, so that its type is open. */
  readonly isWhole: boolean;
  readonly pieces: readonly Piece[];
  /** A variable that wasn't set and had no default. */
  readonly unset?: string;
  /** Whether it could not be resolved; that was reported, so what follows from it is not. */
  readonly hasFailed?: boolean;
}

interface Common {
  /** Where the value stands; absent when it comes from no file. */
  readonly at?: Place | undefined;
  /** For an alias: where the value that it repeats was written. */
  readonly anchoredAt?: Place | undefined;
  readonly expansion?: Expansion;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode extends Common {
  readonly kind: 'scalar';
  readonly value: Scalar;
}

export interface ListNode extends Common {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

export interface Entry {
  readonly keyAt?: Place | undefined;
  readonly value: ConfigNode;
}

export interface MapNode extends Common {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

export type ConfigNode = ScalarNode | ListNode | MapNode;

export function isNull(node: ConfigNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

/** The value under a key, when `node` is a map that has it. */
export function entryOf(node: ConfigNode | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** What kind of value this is, in the words of the messages. */
export function kindOf(node: ConfigNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  return wordFor(node.value);
}

/** The same for a plain value. */
export function wordFor(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (Number.isNaN(value)) return 'no number at all';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a fraction';
  return typeof value === 'boolean' ? 'a boolean' : 'a map';
}

/** The text of a scalar as the user meant it; undefined for maps, lists and nothing. */
export function textOf(node: ConfigNode): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  return node.expansion?.text ?? String(node.value);
}

/** The text of a scalar as a message may show it: references stay unresolved. */
export function shownText(node: ConfigNode): string | undefined {
  return node.expansion?.written ?? textOf(node);
}

export interface Spot {
  /** The value at the path, or the nearest one above it. */
  readonly node: ConfigNode;
  readonly keyAt: Place | undefined;
  /** How many steps of the path there were to follow. */
  readonly depth: number;
  readonly isExact: boolean;
}

/** Follows `path` down from `root` as far as it goes. */
export function follow(root: ConfigNode, path: Path, rootKeyAt?: Place): Spot {
  let node = root;
  let keyAt = rootKeyAt;
  for (const [depth, step] of path.entries()) {
    const entry = entryOf(node, String(step));
    const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
    const next = entry?.value ?? item;
    if (next === undefined) return { node, keyAt, depth, isExact: false };
    node = next;
    keyAt = entry?.keyAt;
  }
  return { node, keyAt, depth: path.length, isExact: true };
}

/** Where a caret belongs: under a scalar or a `${…}` itself, but under the key of a map, a list or an empty value. */
export function caretPlace(node: ConfigNode, keyAt: Place | undefined): Place | undefined {
  const isShort = node.expansion !== undefined || (node.kind === 'scalar' && node.value !== null);
  if (isShort) return node.at ?? keyAt;
  return keyAt ?? node.at;
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: ConfigNode, visit: (node: ConfigNode, path: Path) => void, path: Path = []): void {
  visit(node, path);
  if (node.kind === 'map') {
    for (const [key, entry] of node.entries) walk(entry.value, visit, [...path, key]);
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) walk(item, visit, [...path, index]);
  }
}
