// The dialect `observertc`: the samples of @observertc/client-monitor-js, alone or in its `sample-created` event, and the
// lines of its replay files. The client is the session, its call the conversation. Certificates, addresses, device labels
// and the user agent in a sample are not looked at.
import type { Dialect } from './dialect.ts';
import { firstEntry } from './body-entries.ts';
import { decodeEntries, type EntrySink } from './entry-sink.ts';
import { readClientEvents } from './observertc-events.ts';
import { readConnection } from './observertc-connection.ts';
import { isObject, type JsonObject } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

type Sample = JsonObject & { readonly peerConnections: readonly unknown[] };

const OWN_NAMES = { sessionId: 'clientId', conversationId: 'callId' };

export const observertc: Dialect = {
  name: 'observertc',
  summary: 'The samples of @observertc/client-monitor-js, and the lines of its replay files.',
  use: 'live',
  recognises: (body) => sampleOf(firstEntry(body)) !== undefined,
  decode: (body, context) => decodeEntries(body, context, decodeEntry),
};

function decodeEntry(entry: unknown, sink: EntrySink): void {
  const sample = sampleOf(entry);
  if (sample === undefined) {
    sink.refuse('', 'must be a sample of client-monitor-js: it has peerConnections');
    return;
  }
  const session = sink.session(sample, OWN_NAMES);
  if (session === undefined) return;
  const sampledAtMs = statTimeMs(sample.timestamp) ?? sink.context.receivedAtMs;
  for (const { type, atMs = sampledAtMs } of readClientEvents(sample)) sink.event(session, type, atMs);
  for (const [position, connection] of sample.peerConnections.entries()) {
    const path = `peerConnections[${position}]`;
    const read = readConnection(connection, path);
    if (read === undefined) {
      sink.refuse(path, 'must be an object, or a pair of id and stats objects');
      continue;
    }
    sink.refuseAll(read.refusals);
    const connectionId = sink.connectionId(read.id, `${path}.peerConnectionId`);
    if (connectionId === undefined) continue;
    const { streams, path: selected, observedAtMs = sampledAtMs } = read;
    sink.reading(session, { connectionId, observedAtMs, streams, path: selected });
  }
}

/** Of the event `sample-created`, which has the sample beside the monitor, or of the entry itself. */
function sampleOf(entry: unknown): Sample | undefined {
  const sample = isObject(entry) && isObject(entry.sample) ? entry.sample : entry;
  return isSample(sample) ? sample : undefined;
}

function isSample(value: unknown): value is Sample {
  return isObject(value) && Array.isArray(value.peerConnections);
}
