// The dialect `peermetrics`: the timeline events of @peermetrics/webrtc-stats. Of its many events two kinds are read:
// `stats`, and the states of a connection. The others hold SDP, candidates and device labels, and are not looked into.
import type { Dialect } from './dialect.ts';
import { firstEntry } from './body-entries.ts';
import { decodeEntries, type EntrySink } from './entry-sink.ts';
import { isParsedStats, readParsedStats } from './parsed-stats.ts';
import { meaningOfState } from './peer-connection-state.ts';
import { isObject, type JsonObject } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

const STATE_EVENTS: readonly unknown[] = ['onconnectionstatechange', 'oniceconnectionstatechange'];
const OWN_NAMES = { sessionId: 'peerId' };

export const peermetrics: Dialect = {
  name: 'peermetrics',
  summary: 'The timeline events of @peermetrics/webrtc-stats: stats, and the states of connections.',
  use: 'live',
  recognises: (body) => isTimelineEvent(firstEntry(body)),
  decode: (body, context) => decodeEntries(body, context, decodeEntry),
};

function decodeEntry(entry: unknown, sink: EntrySink): void {
  if (!isTimelineEvent(entry))
    sink.refuse('', 'must be an event of @peermetrics/webrtc-stats: it has event and tag');
  else if (entry.event === 'stats') decodeStats(entry, sink);
  else if (STATE_EVENTS.includes(entry.event)) decodeState(entry, sink);
}

function decodeStats(entry: JsonObject, sink: EntrySink): void {
  const session = sink.session(entry, OWN_NAMES);
  const connectionId = sink.connectionId(entry.connectionId, 'connectionId');
  if (session === undefined || connectionId === undefined) return;
  if (!isParsedStats(entry.data)) {
    sink.refuse('data', 'must have audio and video');
    return;
  }
  const { streams, path, refusals, ...read } = readParsedStats(entry.data, 'data');
  sink.refuseAll(refusals);
  const observedAtMs = read.observedAtMs ?? timeOf(entry, sink);
  sink.reading(session, { connectionId, observedAtMs, streams, path });
}

function decodeState(entry: JsonObject, sink: EntrySink): void {
  const type = meaningOfState(entry.data);
  if (type === undefined) return;
  const session = sink.session(entry, OWN_NAMES);
  if (session !== undefined) sink.event(session, type, timeOf(entry, sink));
}

function timeOf(entry: JsonObject, sink: EntrySink): number {
  return statTimeMs(entry.timestamp) ?? sink.context.receivedAtMs;
}

function isTimelineEvent(value: unknown): value is JsonObject {
  return isObject(value) && typeof value.event === 'string' && typeof value.tag === 'string';
}
