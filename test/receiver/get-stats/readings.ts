// Builds readings of connections, second by second, and plays them through the step of a session.
import type {
  InboundCounters,
  InboundStream,
  OutboundCounters,
  OutboundStream,
  StatsReading,
  StreamReading,
} from '../../../receiver/get-stats/reading.ts';
import { stepSession, type SessionState } from '../../../receiver/get-stats/session-readings.ts';
import type { Boundary, QualitySample, SessionEvent } from '../../../receiver/sample.ts';

export const START_MS = Date.UTC(2026, 0, 1);

/** A camera that is received at 20 frames, 100 packets and 60 kB a second, healthy since second 0. */
export function camera(
  second: number,
  counters: Partial<InboundCounters> = {},
  fields: Partial<Omit<InboundStream, 'counters'>> = {},
): InboundStream {
  const flowing = {
    packetsReceived: 1_000 + 100 * second,
    packetsLost: 0,
    bytesReceived: 1_000_000 + 60_000 * second,
    jitter: 0.004,
    framesReceived: 500 + 20 * second,
    framesDecoded: 500 + 20 * second,
    framesDropped: 0,
    frameWidth: 640,
    frameHeight: 480,
    totalDecodeTime: 1 + 0.1 * second,
    freezeCount: 0,
    totalFreezesDuration: 0,
    pauseCount: 0,
    totalPausesDuration: 0,
  };
  return {
    direction: 'inbound',
    id: 'in-camera',
    media: 'camera',
    timestampMs: START_MS + 1_000 * second,
    ssrc: 7,
    mid: '0',
    codec: 'video/VP8',
    counters: { ...flowing, ...counters },
    ...fields,
  };
}

/** A camera that is sent likewise; the peer has reported a moment ago. */
export function sentCamera(
  second: number,
  counters: Partial<OutboundCounters> = {},
  fields: Partial<Omit<OutboundStream, 'counters'>> = {},
): OutboundStream {
  const flowing = {
    packetsSent: 1_000 + 100 * second,
    bytesSent: 1_000_000 + 60_000 * second,
    framesEncoded: 500 + 20 * second,
    frameWidth: 640,
    frameHeight: 480,
    totalEncodeTime: 1 + 0.1 * second,
    qualityLimitationDurations: { cpu: 0, bandwidth: 0 },
  };
  return {
    direction: 'outbound',
    id: 'out-camera',
    media: 'camera',
    timestampMs: START_MS + 1_000 * second,
    ssrc: 8,
    mid: '1',
    codec: 'video/VP8',
    counters: { ...flowing, ...counters },
    remote: {
      timestamp: START_MS + 1_000 * second - 300,
      packetsLost: 0,
      jitter: 0.002,
      roundTripTime: 0.03,
    },
    ...fields,
  };
}

/** Audio that is received, 48,000 samples a second. */
export function audio(
  second: number,
  counters: Partial<InboundCounters> = {},
  fields: Partial<Omit<InboundStream, 'counters'>> = {},
): InboundStream {
  const flowing = {
    packetsReceived: 50 * second + 50,
    packetsLost: 0,
    bytesReceived: 4_000 * second + 4_000,
    jitter: 0.002,
    totalSamplesReceived: 48_000 * second,
    concealedSamples: 0,
    silentConcealedSamples: 0,
  };
  const { ssrc: _, counters: __, ...rest } = camera(second);
  return {
    ...rest,
    id: 'in-audio',
    media: 'audio',
    mid: '2',
    codec: 'audio/opus',
    counters: { ...flowing, ...counters },
    ...fields,
  };
}

export function reading(
  second: number,
  streams: readonly StreamReading[],
  fields: Partial<StatsReading> = {},
): StatsReading {
  const observedAtMs = START_MS + 1_000 * second;
  return {
    kind: 'reading',
    sessionId: 's-1',
    dimensions: {},
    connectionId: '0',
    observedAtMs,
    receivedAtMs: observedAtMs + 20,
    streams,
    ...fields,
  };
}

export interface Played {
  readonly state: SessionState | undefined;
  readonly samples: readonly QualitySample[];
  readonly events: readonly SessionEvent[];
  readonly boundaries: readonly Boundary[];
  readonly dropped: readonly string[];
}

/** Each reading in a body of its own. */
export function play(readings: readonly StatsReading[], first?: SessionState): Played {
  let state = first;
  const records: (QualitySample | SessionEvent)[] = [];
  const boundaries: Boundary[] = [];
  const dropped: string[] = [];
  for (const one of readings) {
    const step = stepSession(state, one, undefined);
    state = step.state;
    records.push(...step.records);
    boundaries.push(...step.boundaries);
    if (step.dropped !== undefined) dropped.push(step.dropped);
  }
  return {
    state,
    samples: records.filter((record) => record.kind === 'sample'),
    events: records.filter((record) => record.kind === 'event'),
    boundaries,
    dropped,
  };
}

/** Readings of one connection, 5 s apart: one list of streams each. */
export function every5s(
  ...streams: readonly ((second: number) => readonly StreamReading[])[]
): StatsReading[] {
  return streams.map((streamsAt, index) => reading(5 * index, streamsAt(5 * index)));
}

/** The sample of the interval between two readings of streams, at 0 s and 5 s. */
export function sampleBetween(
  first: readonly StreamReading[],
  second: readonly StreamReading[],
): QualitySample | undefined {
  return play([reading(0, first), reading(5, second)]).samples.at(-1);
}
