// A call on its way through our own stages up to the decision: readings through the boundary engine as they come live, one
// at a time, and the session's events between them.
import { ReadingEngine } from '../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../receiver/get-stats/reading.ts';
import type { TimelineEntry } from '../../test/support/timeline.ts';
import type { Call, CallReading } from './call.ts';

const ONE_SESSION = { maxSessions: 1, sessionTimeoutMs: 3_600_000 };

/** Several detectors look at the same call. */
const known = new WeakMap<Call, readonly TimelineEntry[]>();

export function timelineOf(call: Call): readonly TimelineEntry[] {
  const timeline = known.get(call) ?? derive(call);
  known.set(call, timeline);
  return timeline;
}

function derive(call: Call): TimelineEntry[] {
  const engine = new ReadingEngine(ONE_SESSION);
  return call.entries.flatMap((entry): TimelineEntry[] => {
    if (entry.kind === 'event') {
      const { type, atMs } = entry;
      return [{ kind: 'event', atMs, event: { ...identity(call, atMs), kind: 'event', type } }];
    }
    return engine
      .take([readingOf(call, entry)], entry.atMs)
      .records.map((record): TimelineEntry =>
        record.kind === 'sample'
          ? { kind: 'sample', atMs: record.observedAtMs, sample: record }
          : { kind: 'event', atMs: record.observedAtMs, event: record },
      );
  });
}

function readingOf(call: Call, { atMs, ...reading }: CallReading): StatsReading {
  const { media, muted, ssrc, codec, decoder, inbound, path, remote } = reading;
  return {
    ...identity(call, atMs),
    kind: 'reading',
    connectionId: 'pc',
    streams: [
      {
        id: `IT01V${ssrc}`,
        direction: 'inbound',
        media,
        timestampMs: atMs,
        ssrc,
        mid: '1',
        codec,
        implementation: decoder,
        muted,
        counters: inbound,
        remote,
      },
    ],
    path,
  };
}

function identity({ name }: Call, atMs: number) {
  return { sessionId: name, observedAtMs: atMs, receivedAtMs: atMs, dimensions: {} };
}
