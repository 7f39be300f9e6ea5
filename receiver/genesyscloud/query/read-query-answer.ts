// The answer to a query → rows. The guide gives no shape for it: rows stand in {results: […]}, {entities: […]} or a bare
// array, and what was selected in a row, flat or nested, by itself or under `data` or `metrics`. What can't be read is
// counted and left out. Pure.
import { parseEventTime } from '../../guide-event/event-time.ts';
import { attributeProblem, keptAttribute } from '../../guide-event/text-value.ts';
import { selectedKey } from './query-keys.ts';
import { isList, isObject, type JsonObject } from '../platform/json-object.ts';

export interface QueryRow {
  /** The beginning of its interval, when it is told. */
  readonly fromMs?: number;
  /** Such as `edge=fra-3`; empty for what is not grouped. */
  readonly group: string;
  /** By the key that was selected, in the guide's units. */
  readonly values: ReadonlyMap<string, number>;
}

export interface ReadQueryAnswer {
  /** Undefined when there is nothing that could be rows. */
  readonly rows: readonly QueryRow[] | undefined;
  /** Rows and values that are not what they should be. */
  readonly faultCount: number;
}

const MAX_ROWS = 100_000;

export function readQueryAnswer(
  body: unknown,
  { select, group }: { readonly select: readonly string[]; readonly group: readonly string[] },
): ReadQueryAnswer {
  const entries = entriesOf(body);
  if (entries === undefined) return { rows: undefined, faultCount: 1 };
  let faultCount = entries.length > MAX_ROWS ? 1 : 0;
  const rows: QueryRow[] = [];
  for (const entry of entries.slice(0, MAX_ROWS)) {
    if (!isObject(entry)) {
      faultCount += 1;
      continue;
    }
    const values = new Map<string, number>();
    for (const key of select) {
      const value = valueOf(entry, key);
      if (value === undefined || value === null) continue;
      if (isPossible(value, key)) values.set(key, value);
      else faultCount += 1;
    }
    const groupText = groupOf(entry, group);
    if (values.size === 0 || groupText === undefined) {
      faultCount += 1;
      continue;
    }
    const fromMs = beginningOf(entry);
    rows.push({ ...(fromMs !== undefined && { fromMs }), group: groupText, values });
  }
  return { rows, faultCount };
}

function entriesOf(body: unknown): readonly unknown[] | undefined {
  if (isList(body)) return body;
  if (!isObject(body)) return undefined;
  if (isList(body.results)) return body.results;
  return isList(body.entities) ? body.entities : undefined;
}

function isPossible(value: unknown, key: string): value is number {
  const { minimum, maximum } = selectedKey(key)!.metric.bounds;
  return typeof value === 'number' && value >= minimum && value <= maximum;
}

/** `from`, or the first half of an `interval` such as a/b, or a `timestamp`. */
function beginningOf({ from, interval, timestamp }: JsonObject): number | undefined {
  const ofInterval = typeof interval === 'string' ? interval.split('/', 1)[0] : undefined;
  return parseEventTime(from) ?? parseEventTime(ofInterval) ?? parseEventTime(timestamp);
}

/** Undefined when a key has no value that may be shown. */
function groupOf(row: JsonObject, keys: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const key of keys) {
    const value = (isObject(row.group) ? found(row.group, key) : undefined) ?? valueOf(row, key);
    const text = groupText(value);
    if (text === undefined) return undefined;
    parts.push(`${key}=${text}`);
  }
  return parts.join(', ');
}

/** A number has at most two decimals: a group by an average is otherwise a group for each row. */
function groupText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(Math.round(value * 100) / 100);
  if (typeof value !== 'string' || attributeProblem(value) !== undefined) return undefined;
  return keptAttribute(value);
}

/** By its whole key, or without the `metrics.` that may be the name of the object around it. */
function valueOf(row: JsonObject, key: string): unknown {
  const bare = key.replace(/^metrics\./, '');
  for (const place of [row.data, row.metrics, row]) {
    if (!isObject(place)) continue;
    const value = found(place, key) ?? (place === row ? undefined : found(place, bare));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What stands under the key, written in one piece or nested at any of its dots. */
function found(node: JsonObject, key: string): unknown {
  if (Object.hasOwn(node, key)) return node[key];
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const first = key.slice(0, dot);
    const inner = Object.hasOwn(node, first) ? node[first] : undefined;
    const value = isObject(inner) ? found(inner, key.slice(dot + 1)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
