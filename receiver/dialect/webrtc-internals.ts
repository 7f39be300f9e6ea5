// What chrome://webrtc-internals saves: per peer connection a log of its events, and of each property of each stats object
// the series of its values, about one a second. The series are put together again into the getStats() calls that they
// come from. Never read: addresses of pages, configurations, SDP, user agents.
import { decodeCapture, type CaptureOutput } from './capture-output.ts';
import type { Dialect } from './dialect.ts';
import { statesOfLog } from './webrtc-internals-log.ts';
import { recordedObjects, type RecordedObject } from './webrtc-internals-series.ts';
import { isObject, type JsonObject } from './stat-fields.ts';

export const webrtcInternals: Dialect = {
  name: 'webrtc-internals',
  summary: 'The dump that chrome://webrtc-internals saves.',
  use: 'capture',
  recognises: (body) => isObject(body) && isObject(body.PeerConnections),
  decode: (body, context) =>
    decodeCapture(context, (output) => {
      const connections = isObject(body) ? body.PeerConnections : undefined;
      if (!isObject(connections)) {
        output.refuse(0, 'PeerConnections', 'must be an object');
        return;
      }
      for (const [index, [name, connection]] of Object.entries(connections).entries()) {
        if (isObject(connection)) playConnection(index, name, connection, output);
        else output.refuse(index, '', 'must be an object');
      }
    }),
};

/** Objects of one call have about the same time; calls are a second apart. */
const SAME_CALL_MS = 300;

const STREAM_TYPES: ReadonlySet<unknown> = new Set(['inbound-rtp', 'outbound-rtp']);
/** What the peer reports has the time at which it came: never after the call. */
const PEERS_TYPES: ReadonlySet<unknown> = new Set(['remote-inbound-rtp', 'remote-outbound-rtp']);

function playConnection(index: number, name: string, connection: JsonObject, output: CaptureOutput): void {
  const stats = isObject(connection.stats) ? connection.stats : {};
  if (isLegacy(stats)) {
    output.refuse(
      index,
      'stats',
      'must come from the promise-based getStats(): the legacy goog… numbers have other names and units',
    );
    return;
  }
  const objects = recordedObjects(stats, (reason) => output.refuse(index, 'stats', reason));
  const callTimesMs = callTimes(objects);
  for (const callMs of callTimesMs) {
    const present = objects
      .map((object) => objectAt(object, callMs))
      .filter((fields) => fields !== undefined);
    output.report({ index, connection: name, atMs: callMs, objects: present });
  }
  const log = Array.isArray(connection.updateLog) ? (connection.updateLog as unknown[]) : [];
  const { states, undatedCount } = statesOfLog(log, callTimesMs[0]);
  for (const { state, atMs } of states) output.state(index, name, state, atMs);
  if (undatedCount > 0) output.refuse(index, 'updateLog', 'must have times that can be told');
}

/** Before version 117, Chrome could be asked for the numbers of its own first getStats(callback). */
function isLegacy(stats: JsonObject): boolean {
  const types = Object.values(stats).map((series) => (isObject(series) ? series.statsType : undefined));
  return (
    !types.some((type) => STREAM_TYPES.has(type)) &&
    types.some((type) => type === 'ssrc' || (typeof type === 'string' && type.startsWith('goog')))
  );
}

/** When getStats() was called: by the times of the streams. */
function callTimes(objects: readonly RecordedObject[]): number[] {
  const times = objects
    .filter(({ type }) => STREAM_TYPES.has(type))
    .flatMap(({ timesMs }) => timesMs)
    .toSorted((left, right) => left - right);
  const calls: number[] = [];
  for (const timeMs of times) {
    if (calls.length === 0 || timeMs - calls.at(-1)! > SAME_CALL_MS) calls.push(timeMs);
  }
  return calls;
}

/** The object as that call gave it. Streams that it didn't give are gone; of the others the newest is kept. */
function objectAt(object: RecordedObject, callMs: number): JsonObject | undefined {
  const isPeers = PEERS_TYPES.has(object.type);
  const point = lastAtOrBefore(object.timesMs, isPeers ? callMs : callMs + SAME_CALL_MS);
  if (point < 0) return undefined;
  const timeMs = object.timesMs[point]!;
  if (STREAM_TYPES.has(object.type) && timeMs < callMs) return undefined;
  return object.at(point);
}

/** -1 when all are later. */
function lastAtOrBefore(timesMs: readonly number[], untilMs: number): number {
  let from = 0;
  let to = timesMs.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (timesMs[middle]! <= untilMs) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
