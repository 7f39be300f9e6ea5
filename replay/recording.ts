// The body of a capture → a recording: readings and session events in the order in which they arrived. Pure.
import type { Dialect, DialectContext, DialectOutput } from '../receiver/dialect/dialect.ts';
import { recogniseDialect } from '../receiver/dialect/registry.ts';
import type { StatsReading } from '../receiver/get-stats/reading.ts';
import type { SessionEvent } from '../receiver/sample.ts';

export interface Recording {
  readonly dialectName: string;
  /** `receivedAtMs` of each is its arrival on the recording's own clock; never decreasing. */
  readonly entries: readonly (StatsReading | SessionEvent)[];
  /** What could not be taken, by its reason. */
  readonly refusedCounts: ReadonlyMap<string, number>;
}

export interface RecordingOptions {
  /** Names the session of a recording that names none. */
  readonly sessionId: string;
  /** When a recording that holds no times of day is taken to begin, milliseconds since the Unix epoch. */
  readonly startAtMs: number;
  /** Undefined when its shape shall tell. */
  readonly dialect: Dialect | undefined;
  /** A recorded call is thinned to one reading of each connection in this time. */
  readonly intervalMs: number;
}

/** Undefined when no dialect recognises the body. */
export function recordingOf(body: unknown, options: RecordingOptions): Recording | undefined {
  const { sessionId, startAtMs, intervalMs } = options;
  const [dialect, bodies] = dialectOf(body, options.dialect);
  if (dialect === undefined) return undefined;
  const context = { receivedAtMs: startAtMs, isRecording: true };
  const outputs = bodies.map((each) => decodeNamed(dialect, each, context, sessionId));
  const records = outputs.flatMap((output) => output.records);
  return {
    dialectName: dialect.name,
    entries:
      dialect.use === 'capture' ? arrivalsByTime(thinned(records, intervalMs)) : arrivalsInOrder(records),
    refusedCounts: countReasons(outputs),
  };
}

/** A recording may be one body, or the list of the bodies that a page has sent. */
function dialectOf(
  body: unknown,
  wished: Dialect | undefined,
): readonly [Dialect | undefined, readonly unknown[]] {
  if (wished !== undefined) {
    const isList =
      Array.isArray(body) && !wished.recognises(body) && body.some((each) => wished.recognises(each));
    return [wished, isList ? (body as unknown[]) : [body]];
  }
  const dialect = recogniseDialect(body, 'capture');
  if (dialect !== undefined || !Array.isArray(body)) return [dialect, [body]];
  const bodies = body as unknown[];
  for (const each of bodies) {
    const ofOne = recogniseDialect(each, 'live');
    if (ofOne !== undefined) return [ofOne, bodies];
  }
  return [undefined, bodies];
}

/** The body's own names of its sessions, where it has any. */
function decodeNamed(
  dialect: Dialect,
  body: unknown,
  context: DialectContext,
  sessionId: string,
): DialectOutput {
  const named = dialect.use === 'live' ? dialect.decode(body, context) : undefined;
  if (named !== undefined && named.records.length > 0) return named;
  return dialect.decode(body, { ...context, identity: { sessionId } });
}

/** Polls are never exactly as far apart as they should be. */
const EARLY_RATIO = 0.9;

function thinned(
  records: readonly (StatsReading | SessionEvent)[],
  intervalMs: number,
): (StatsReading | SessionEvent)[] {
  const keptAtMs = new Map<string, number>();
  return records.filter((record) => {
    if (record.kind === 'event') return true;
    const before = keptAtMs.get(record.connectionId);
    // Older ones are kept: the engine counts them as late.
    const isTooSoon =
      before !== undefined &&
      record.observedAtMs > before &&
      record.observedAtMs - before < intervalMs * EARLY_RATIO;
    if (!isTooSoon) keptAtMs.set(record.connectionId, Math.max(before ?? -Infinity, record.observedAtMs));
    return !isTooSoon;
  });
}

/** A dump is in the order in which it was put together; what it tells happened in the order of time. */
function arrivalsByTime(records: readonly (StatsReading | SessionEvent)[]) {
  return arrivalsInOrder(records.toSorted((left, right) => left.observedAtMs - right.observedAtMs));
}

/** What a page has sent arrived in the order of the lines: a report that comes late is late here too. */
function arrivalsInOrder(records: readonly (StatsReading | SessionEvent)[]) {
  let nowMs = -Infinity;
  return records.map((record) => {
    nowMs = Math.max(nowMs, record.observedAtMs);
    return { ...record, receivedAtMs: nowMs };
  });
}

function countReasons(outputs: readonly DialectOutput[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { refusals } of outputs) {
    for (const { reason } of refusals) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}
