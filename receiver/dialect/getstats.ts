// The dialect `getstats`: what getStats() returned, as it is or in the envelope of our own client, which is the canonical
// form (see README.md beside this file).
import type { BodyEntries } from './body-entries.ts';
import { entriesOf } from './body-entries.ts';
import type { Dialect } from './dialect.ts';
import { decodeEntries, type EntrySink } from './entry-sink.ts';
import { decodeEnvelope, isEnvelope } from './getstats-envelope.ts';
import { isReport, objectsOf } from './getstats-report.ts';
import { readStatsObjects } from './stats-objects.ts';

export const getstats: Dialect = {
  name: 'getstats',
  summary:
    'Raw getStats() reports: an array, a map or pairs of RTCStats objects, or the envelope of our own client.',
  use: 'live',
  recognises(body) {
    const first = splitReports(body).entries.find((entry) => isEnvelope(entry) || isReport(entry));
    return first !== undefined;
  },
  decode: (body, context) => decodeEntries(body, context, decodeEntry, splitReports),
};

function decodeEntry(entry: unknown, sink: EntrySink): void {
  if (isEnvelope(entry)) decodeEnvelope(entry, sink);
  else if (isReport(entry)) decodeBareReport(entry, sink);
  else sink.refuse('', 'must be a report of getStats(), or an envelope with reports');
}

function decodeBareReport(report: object, sink: EntrySink): void {
  const session = sink.session({});
  if (session === undefined) return;
  const { streams, path, observedAtMs, refusals } = readStatsObjects(objectsOf(report));
  sink.refuseAll(refusals);
  if (observedAtMs === undefined) sink.refuse('', 'has no stats object with a timestamp');
  else sink.reading(session, { connectionId: '0', observedAtMs, streams, path });
}

/** A report is an array or a map itself, and an envelope has `events` itself: neither is a list of entries. */
function splitReports(body: unknown): BodyEntries {
  return isReport(body) || isEnvelope(body) ? { entries: [body], wrapper: {} } : entriesOf(body);
}
