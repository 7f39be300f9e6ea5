// Reads rtcstats dumps: lines of [method, connection, value, epoch ms], whose `getstats` values are differences from the
// report before. A missing key is unchanged, a missing object was removed, and `timestamp: 0` means the report's own.
import type { StatsSnapshot } from '../../receiver/get-stats/snapshot.ts';
import type { SessionEvent, SessionEventType } from '../../receiver/sample.ts';

type Stat = Readonly<Record<string, unknown>>;
type Line = readonly [method: string, connection: string | null, value: unknown, atMs: number];

export interface DumpReading {
  /** `ssrc` of the inbound video. */
  readonly stream: string;
  readonly snapshot: StatsSnapshot;
}

export function parseDump(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Each inbound video of each report, in order; every stream is a session of its own. */
export function videoReadings(lines: readonly Line[]): DumpReading[] {
  const reports = new Map<string, Map<string, Stat>>();
  return lines.flatMap(([method, connection, value]) => {
    if (method !== 'getstats' || connection === null) return [];
    const { timestamp, ...objects } = value as Record<string, unknown>;
    const before = reports.get(connection);
    const report = new Map(
      Object.entries(objects as Record<string, Stat>).map(([id, stat]) => [
        id,
        { ...before?.get(id), ...stat },
      ]),
    );
    reports.set(connection, report);
    return [...report.values()]
      .filter((stat) => stat.type === 'inbound-rtp' && (stat.kind ?? stat.mediaType) === 'video')
      .map((stat) => readingOf(`${connection}-${String(stat.ssrc)}`, stat, Number(timestamp)));
  });
}

/** The states of one peer connection. */
export function connectionEvents(
  lines: readonly Line[],
  connection: string,
  sessionId: string,
): SessionEvent[] {
  const types: Readonly<Record<string, SessionEventType>> = {
    connected: 'connected',
    disconnected: 'disconnected',
    failed: 'disconnected',
    closed: 'ended',
  };
  return lines.flatMap(([method, from, value, atMs]) => {
    const type = types[String(value)];
    if (method !== 'onconnectionstatechange' || from !== connection || type === undefined) return [];
    return [{ kind: 'event', type, sessionId, observedAtMs: atMs, receivedAtMs: atMs, dimensions: {} }];
  });
}

function readingOf(stream: string, stat: Stat, reportAtMs: number): DumpReading {
  const number = (key: string) => (typeof stat[key] === 'number' ? stat[key] : undefined);
  const ownMs = number('timestamp');
  return {
    stream,
    snapshot: {
      sessionId: stream,
      media: 'camera',
      dimensions: {},
      timestampMs: ownMs === undefined || ownMs === 0 ? reportAtMs : ownMs,
      inbound: {
        ssrc: number('ssrc'),
        packetsReceived: number('packetsReceived'),
        packetsLost: number('packetsLost'),
        bytesReceived: number('bytesReceived'),
        jitter: number('jitter'),
        framesDecoded: number('framesDecoded'),
        framesPerSecond: number('framesPerSecond'),
        totalFreezesDuration: number('totalFreezesDuration'),
        totalPausesDuration: number('totalPausesDuration'),
      },
    },
  };
}
