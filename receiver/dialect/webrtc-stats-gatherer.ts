// The dialect `webrtc-stats-gatherer`: the events of that library, as Genesys clients use it. It has no frames, freezes or
// sizes. After five samples in a row without a byte it goes silent: what follows is silence, and never a recovery.
import type { Dialect } from './dialect.ts';
import { entriesOf, firstEntry } from './body-entries.ts';
import { decodeEntries } from './entry-sink.ts';
import { decodeGathererEvent, gathererTimeMs, isGathererEvent } from './gatherer-event.ts';

const OWN_NAMES = { sessionId: 'session', conversationId: 'conference' };

export const webrtcStatsGatherer: Dialect = {
  name: 'webrtc-stats-gatherer',
  summary: 'The `stats` events of webrtc-stats-gatherer: getStats, connect and failure.',
  use: 'live',
  recognises: (body) => isGathererEvent(firstEntry(body)),
  decode(body, context) {
    const times = filledTimes(entriesOf(body).entries.map((entry) => timeOf(entry)));
    return decodeEntries(body, context, (entry, sink, index) => {
      if (!isGathererEvent(entry)) {
        sink.refuse(
          '',
          'must be an event of webrtc-stats-gatherer: its name is getStats, connect or failure',
        );
        return;
      }
      const session = sink.session(entry, OWN_NAMES);
      if (session === undefined) return;
      const atMs = times[index] ?? context.receivedAtMs;
      decodeGathererEvent(entry, { session, atMs, path: '' }, sink);
    });
  },
};

function timeOf(entry: unknown): number | undefined {
  return isGathererEvent(entry) ? gathererTimeMs(entry) : undefined;
}

/**
 * `disconnected` and `failure` have no time. They happened after the entry before them; at the beginning of a body,
 * before the one after them; alone, when they arrived.
 */
function filledTimes(times: readonly (number | undefined)[]): readonly (number | undefined)[] {
  let lastMs = times.find((timeMs) => timeMs !== undefined);
  return times.map((timeMs) => (lastMs = timeMs ?? lastMs));
}
