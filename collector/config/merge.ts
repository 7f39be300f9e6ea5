// How several sources become one: maps merge deeply, everything else is replaced by the later one, and so is a map by
// an explicit null. Positions stay with whatever won.
import type { ConfigNode, Entry, MapNode } from './node.ts';

export function mergeNodes(earlier: ConfigNode, later: ConfigNode): ConfigNode {
  if (earlier.kind !== 'map' || later.kind !== 'map') return later;
  const entries = new Map(earlier.entries);
  for (const [key, entry] of later.entries) entries.set(key, mergeEntries(entries.get(key), entry));
  return { ...later, entries };
}

function mergeEntries(earlier: Entry | undefined, later: Entry): Entry {
  if (earlier === undefined) return later;
  return { keyAt: later.keyAt ?? earlier.keyAt, value: mergeNodes(earlier.value, later.value) };
}

/** A map that holds `value` under a chain of keys: `a::b: c` is `{a: {b: c}}`. */
export function nest(keys: readonly string[], leaf: Entry): MapNode {
  const [first, ...rest] = keys;
  const value = rest.length === 0 ? leaf.value : nest(rest, leaf);
  return {
    kind: 'map',
    at: leaf.value.at,
    entries: new Map([[first!, { keyAt: leaf.keyAt, value }]]),
  };
}
