// What a page sends in a good call: one picture comes in, with counters that only grow.

export interface ReportFields {
  readonly atMs: number;
  /** Seconds since the call began. */
  readonly second: number;
  readonly connectionId?: string;
}

/** One report of an envelope: 1,000 kbit/s, 100 packets and 25 frames a second, nothing lost. */
export function reportAt({ atMs, second, connectionId = '0' }: ReportFields) {
  return {
    at_ms: atMs,
    connection_id: connectionId,
    stats: [
      {
        type: 'inbound-rtp',
        id: 'IT01V1',
        kind: 'video',
        mid: '0',
        ssrc: 4_711,
        timestamp: atMs,
        packetsReceived: 100 * second,
        packetsLost: 0,
        bytesReceived: 125_000 * second,
        jitter: 0.01,
        framesReceived: 25 * second,
        framesDecoded: 25 * second,
        framesDropped: 0,
        frameWidth: 640,
        frameHeight: 360,
        freezeCount: 0,
        totalFreezesDuration: 0,
        pauseCount: 0,
        totalPausesDuration: 0,
        totalDecodeTime: second / 10,
      },
    ],
  };
}

/** The instant at which every call of these tests begins: that of a new VirtualClock. */
export const BEGIN_MS = Date.UTC(2026, 0, 1);

/** An envelope of our own client with a report for each of the seconds, and no event. */
export function envelope(seconds: readonly number[], fields: Readonly<Record<string, unknown>> = {}) {
  return {
    session_id: 's-1',
    reports: seconds.map((second) => reportAt({ atMs: BEGIN_MS + second * 1_000, second })),
    ...fields,
  };
}
