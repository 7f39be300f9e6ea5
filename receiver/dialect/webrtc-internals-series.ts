// The series of a webrtc-internals dump: `{"<id>-<property>": {startTime, endTime, statsType, values}}`, put together to
// objects whose properties can be asked for by position. A series has no times of its own: it is laid beside those of its
// object by where it starts and ends.
import { isObject, type JsonObject } from './stat-fields.ts';

export interface RecordedObject {
  readonly type: string;
  /** Of its points, in order. Of a report of the peer: when it came, so several points may share one. */
  readonly timesMs: readonly number[];
  /** The object at a point, as getStats() gave it. */
  at(point: number): JsonObject;
}

interface Series {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The types that a reading can use. */
const TYPES: ReadonlySet<unknown> = new Set([
  'inbound-rtp',
  'outbound-rtp',
  'remote-inbound-rtp',
  'remote-outbound-rtp',
  'codec',
  'media-source',
  'track',
  'transport',
  'candidate-pair',
  'local-candidate',
]);

/** In series that Chrome computes for its graphs; the objects' own names have none. */
const DERIVED = /\]$/;

export function recordedObjects(stats: JsonObject, refuse: (reason: string) => void): RecordedObject[] {
  const objects = new Map<string, { type: string; series: Series[] }>();
  for (const [key, recorded] of Object.entries(stats)) {
    if (DERIVED.test(key) || !isObject(recorded) || !TYPES.has(recorded.statsType)) continue;
    const dash = key.lastIndexOf('-');
    const series = readSeries(key.slice(dash + 1), recorded);
    if (dash < 0 || series === undefined) {
      refuse('must have a start, an end and values');
      continue;
    }
    const id = key.slice(0, dash);
    const object = objects.get(id);
    if (object === undefined) objects.set(id, { type: String(recorded.statsType), series: [series] });
    else object.series.push(series);
  }
  return [...objects].map(([id, { type, series }]) => objectOf(id, type, series, refuse));
}

function readSeries(name: string, { startTime, endTime, values }: JsonObject): Series | undefined {
  const startMs = timeMs(startTime);
  const endMs = timeMs(endTime);
  const list: unknown = typeof values === 'string' ? parsed(values) : values;
  if (!Array.isArray(list) || list.length === 0 || startMs === undefined || endMs === undefined)
    return undefined;
  return { name, values: list as unknown[], startMs, endMs };
}

function objectOf(
  id: string,
  type: string,
  series: readonly Series[],
  refuse: (reason: string) => void,
): RecordedObject {
  const timesMs = timesOf(series);
  const columns = series.flatMap(({ name, ...rest }) => {
    if (name === 'timestamp') return [];
    const laid = layBeside(timesMs, rest);
    if (laid === undefined) refuse('has a series with holes, which cannot be laid beside its times');
    return laid === undefined ? [] : [{ name, ...laid }];
  });
  return {
    type,
    timesMs,
    at: (point) =>
      Object.fromEntries([
        ['id', id],
        ['type', type],
        ['timestamp', timesMs[point]],
        ...columns.map(
          ({ name, offset, values }) => [name, plainValue(name, values[point - offset])] as const,
        ),
      ]),
  };
}

/** Since version 117 an object's timestamp is a series too. Before that its points are taken to be equally far apart. */
function timesOf(series: readonly Series[]): readonly number[] {
  const written = series.find(({ name }) => name === 'timestamp')?.values;
  if (written?.every((value) => typeof value === 'number')) return written;
  const longest = series.reduce((left, right) => (right.values.length > left.values.length ? right : left));
  const { startMs, endMs, values } = longest;
  const stepMs = values.length < 2 ? 0 : (endMs - startMs) / (values.length - 1);
  return values.map((_, point) => startMs + point * stepMs);
}

/** At which point the series begins; undefined when some of its values are missing in between, and nobody knows which. */
function layBeside(
  timesMs: readonly number[],
  { values, startMs, endMs }: Omit<Series, 'name'>,
): { readonly offset: number; readonly values: readonly unknown[] } | undefined {
  if (values.length === timesMs.length) return { offset: 0, values };
  const fromStart = timesMs.map((timeMs) => Math.abs(timeMs - startMs));
  const nearest = Math.min(...fromStart);
  const first = fromStart.indexOf(nearest);
  // It begins late and goes on to the end. Points of the peer's reports may share the time at which it begins.
  const fromEnd = timesMs.length - values.length;
  if (fromStart[fromEnd] === nearest) return { offset: fromEnd, values };
  const toEnd = timesMs.map((timeMs) => Math.abs(timeMs - endMs));
  const last = toEnd.lastIndexOf(Math.min(...toEnd));
  if (last - first + 1 === values.length) return { offset: first, values };
  if (!values.every((value) => value === values[0])) return undefined;
  return { offset: first, values: Array<unknown>(Math.max(0, last - first + 1)).fill(values[0]) };
}

/** Ids that Chrome writes down as numbers where they look like some. */
const IDS: ReadonlySet<string> = new Set(['mid', 'rid']);

/** A value as getStats() gave it. */
function plainValue(name: string, value: unknown): unknown {
  if (IDS.has(name) && typeof value === 'number') return String(value);
  // The only property that is an object; some versions write it down as text.
  return name === 'qualityLimitationDurations' && typeof value === 'string' ? parsed(value) : value;
}

function timeMs(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
