// The envelope of our own client: reports of several instants and connections of one session, what happened in between,
// and when the page believes to have sent it. README.md beside this file shows it.
import { STATE_WORDS, stateOf } from '../guide-event/vocabulary.ts';
import { clockShiftMs, shiftStream } from './clock-shift.ts';
import type { Session } from './entry-session.ts';
import type { EntrySink } from './entry-sink.ts';
import { isReport, objectsOf } from './getstats-report.ts';
import type { MediaHints } from './media-hints.ts';
import { type FieldRefusal, isObject, type JsonObject, StatFields } from './stat-fields.ts';
import { readStatsObjects } from './stats-objects.ts';

interface Envelope {
  readonly session: Session;
  /** What to add to the page's times. */
  readonly shiftMs: number;
  readonly sink: EntrySink;
}

/** Of reports and events each; far above what a page keeps while it is offline. */
const MAX_ITEMS = 10_000;
/** Names of tracks in one list of a report. */
const MAX_NAMES = 64;

export function isEnvelope(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  return Array.isArray(value.reports) || (Array.isArray(value.events) && value.events.some(isTimedEvent));
}

export function decodeEnvelope(json: JsonObject, sink: EntrySink): void {
  const session = sink.session(json);
  if (session === undefined) return;
  const envelope = { session, shiftMs: shiftOf(json, sink), sink };
  for (const [path, report] of itemsOf(json, 'reports', sink)) decodeReport(path, report, envelope);
  for (const [path, event] of itemsOf(json, 'events', sink)) decodeEvent(path, event, envelope);
}

/** What tells an event of ours from one of another tool in the same kind of wrapper. */
function isTimedEvent(value: unknown): boolean {
  return (
    isObject(value) && value.at_ms !== undefined && value.name === undefined && value.event === undefined
  );
}

function shiftOf(envelope: JsonObject, sink: EntrySink): number {
  const { receivedAtMs, isRecording } = sink.context;
  const sentAtMs = timeIn(envelope, 'sent_at_ms', '', sink);
  return isRecording === true ? 0 : clockShiftMs(sentAtMs, receivedAtMs);
}

/** The objects of a list of the envelope, each with its path. */
function* itemsOf(envelope: JsonObject, name: string, sink: EntrySink): Iterable<[string, JsonObject]> {
  const items: unknown = envelope[name] ?? [];
  if (!Array.isArray(items)) {
    sink.refuse(name, 'must be an array');
    return;
  }
  for (const [position, item] of items.entries()) {
    const path = `${name}[${position}]`;
    if (position === MAX_ITEMS) {
      sink.refuse(path, `is one too many: at most ${MAX_ITEMS} are read`);
      return;
    }
    if (isObject(item)) yield [path, item];
    else sink.refuse(path, 'must be an object');
  }
}

function decodeReport(path: string, report: JsonObject, { session, shiftMs, sink }: Envelope): void {
  const connectionId = sink.connectionId(report.connection_id, `${path}.connection_id`);
  if (connectionId === undefined) return;
  const { stats } = report;
  if (!isReport(stats) && !(Array.isArray(stats) && stats.length === 0)) {
    sink.refuse(`${path}.stats`, 'must be an array, a map or pairs of the objects that getStats() gave');
    return;
  }
  const read = readStatsObjects(
    objectsOf(stats),
    hintsOf(report),
    (position) => `${path}.stats[${position}]`,
  );
  sink.refuseAll(read.refusals);
  const atMs = timeIn(report, 'at_ms', path, sink) ?? read.observedAtMs;
  if (atMs === undefined) {
    sink.refuse(`${path}.at_ms`, 'is missing, and no stats object has a timestamp');
    return;
  }
  const streams = shiftMs === 0 ? read.streams : read.streams.map((stream) => shiftStream(stream, shiftMs));
  sink.reading(session, { connectionId, observedAtMs: atMs + shiftMs, streams, path: read.path });
}

/** An event without a time happened when the body arrived. */
function decodeEvent(path: string, event: JsonObject, { session, shiftMs, sink }: Envelope): void {
  const type = stateOf(event.type);
  if (type === undefined) {
    sink.refuse(`${path}.type`, `must be one of ${STATE_WORDS}`);
    return;
  }
  const atMs = timeIn(event, 'at_ms', path, sink);
  sink.event(session, type, atMs === undefined ? sink.context.receivedAtMs : atMs + shiftMs);
}

/** Milliseconds since the Unix epoch; undefined when it is absent, or can't be a time, which is refused. */
function timeIn(object: JsonObject, name: string, path: string, sink: EntrySink): number | undefined {
  if (object[name] === undefined || object[name] === null) return undefined;
  const refusals: FieldRefusal[] = [];
  const timeMs = new StatFields(object, path, refusals).timeMs(name);
  sink.refuseAll(refusals);
  return timeMs;
}

/** The page names a stream by its mid or by the id of its track. */
function hintsOf(report: JsonObject): MediaHints {
  const screen = namesIn(report.screen);
  const muted = namesIn(report.muted);
  return {
    ...(screen !== undefined && { screenTrackIds: screen, screenMids: screen }),
    ...(muted !== undefined && { mutedTrackIds: muted, mutedMids: muted }),
  };
}

function namesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, MAX_NAMES).filter((name) => typeof name === 'string');
}
