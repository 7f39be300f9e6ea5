// The dialect `webrtc-issue-detector`: what its hook `onStats` is given. Its other hooks have scores and verdicts of its own,
// from which no counter can be had back: they are refused with the name of the hook to forward.
import type { Dialect } from './dialect.ts';
import { type BodyEntries, entriesOf } from './body-entries.ts';
import { decodeEntries, type EntrySink } from './entry-sink.ts';
import { isParsedStats, readParsedStats } from './parsed-stats.ts';
import { isObject, type JsonObject } from './stat-fields.ts';

const FORWARD_STATS = 'has no counters: forward what onStats is given';

export const webrtcIssueDetector: Dialect = {
  name: 'webrtc-issue-detector',
  summary: 'What the onStats hook of webrtc-issue-detector is given.',
  use: 'live',
  recognises: (body) => flatten(body).entries.some((entry) => isStatsItem(entry) || isVerdict(entry)),
  decode: (body, context) => decodeEntries(body, context, decodeEntry, flatten),
};

function decodeEntry(entry: unknown, sink: EntrySink): void {
  if (!isStatsItem(entry)) {
    sink.refuse('', isVerdict(entry) ? FORWARD_STATS : 'must be an item of onStats: it has id and stats');
    return;
  }
  const session = sink.session(entry);
  const connectionId = sink.connectionId(entry.id, 'id');
  if (session === undefined || connectionId === undefined) return;
  const { streams, path, observedAtMs, refusals } = readParsedStats(entry.stats, 'stats');
  sink.refuseAll(refusals);
  if (observedAtMs === undefined) sink.refuse('stats', 'has no object with a timestamp');
  else sink.reading(session, { connectionId, observedAtMs, streams, path });
}

/** The hooks are given arrays, so that several calls of a hook make an array of arrays. */
function flatten(body: unknown): BodyEntries {
  const { entries, wrapper } = entriesOf(body);
  return { entries: entries.flat(), wrapper };
}

function isStatsItem(value: unknown): value is JsonObject & { readonly stats: JsonObject } {
  return isObject(value) && isParsedStats(value.stats);
}

/** Of `onNetworkScoresUpdated` and `onIssues`. */
function isVerdict(value: unknown): boolean {
  return (
    isObject(value) &&
    (isObject(value.statsSamples) || (typeof value.reason === 'string' && typeof value.type === 'string'))
  );
}
