// Reads the captures of live calls: getStats() of both sides of a call, about once a second, as JSON. Turns one into what the
// receiving browser would have reported, and into the samples that come of it.
import { z } from 'zod';
import type { QualitySample } from '../sample.ts';
import { ReadingEngine } from './reading-engine.ts';
import type { StatsReading } from './reading.ts';

const optionalNumber = z.number().optional();

const captureSchema = z.object({
  mode: z.string(),
  profile: z.string(),
  /** Lengths of the good, the bad and the good phase, in seconds. */
  phases: z.array(z.number()),
  series: z.array(
    z.object({
      /** Seconds since the call began. */
      t: z.number(),
      phase: z.string(),
      inbound: z.object({
        ssrc: optionalNumber,
        codec: z.string().optional(),
        decoderImplementation: z.string().optional(),
        packetsReceived: optionalNumber,
        packetsLost: optionalNumber,
        bytesReceived: optionalNumber,
        jitter: optionalNumber,
        framesReceived: optionalNumber,
        framesDecoded: optionalNumber,
        framesDropped: optionalNumber,
        framesPerSecond: optionalNumber,
        frameWidth: optionalNumber,
        frameHeight: optionalNumber,
        totalDecodeTime: optionalNumber,
        freezeCount: optionalNumber,
        totalFreezesDuration: optionalNumber,
        pauseCount: optionalNumber,
        totalPausesDuration: optionalNumber,
      }),
      remoteInbound: z
        .object({
          roundTripTime: optionalNumber,
          totalRoundTripTime: optionalNumber,
          roundTripTimeMeasurements: optionalNumber,
        })
        .optional(),
      pairSub: z
        .object({
          currentRoundTripTime: optionalNumber,
          totalRoundTripTime: optionalNumber,
          responsesReceived: optionalNumber,
        })
        .optional(),
    }),
  ),
});

export type SeriesCapture = z.output<typeof captureSchema>;

export interface SeriesOptions extends Pick<StatsReading, 'sessionId' | 'agentId'> {
  readonly dimensions?: StatsReading['dimensions'];
  /** When the call began, milliseconds since the Unix epoch. */
  readonly startAtMs: number;
  /** From one reading to the next, 5 when absent; a capture has one a second. */
  readonly stepSeconds?: number;
}

/** Throws when `json`, as JSON.parse gave it, is no capture. */
export function parseSeriesCapture(json: unknown): SeriesCapture {
  return captureSchema.parse(json);
}

/** The readings of the receiving side, in order. */
export function readingsOfSeries(capture: SeriesCapture, options: SeriesOptions): StatsReading[] {
  const { stepSeconds = 5 } = options;
  return capture.series
    .filter((_, index) => index % stepSeconds === 0)
    .map((point) => readingOf(point, options));
}

/** The samples that come of them, in order. The first reading is the base of the first sample. */
export function samplesOfSeries(capture: SeriesCapture, options: SeriesOptions): QualitySample[] {
  const engine = new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: Number.MAX_SAFE_INTEGER });
  const { records } = engine.take(readingsOfSeries(capture, options), options.startAtMs);
  return records.filter((record) => record.kind === 'sample');
}

function readingOf(
  { t, inbound, remoteInbound, pairSub }: SeriesCapture['series'][number],
  { sessionId, agentId, dimensions = {}, startAtMs }: SeriesOptions,
): StatsReading {
  const { ssrc, codec, decoderImplementation, ...counters } = inbound;
  const timestampMs = startAtMs + t * 1_000;
  return {
    kind: 'reading',
    sessionId,
    ...(agentId !== undefined && { agentId }),
    dimensions,
    connectionId: '0',
    observedAtMs: Math.round(timestampMs),
    receivedAtMs: Math.round(timestampMs),
    streams: [
      {
        direction: 'inbound',
        id: 'inbound-video',
        media: 'camera',
        timestampMs,
        ssrc,
        codec,
        implementation: decoderImplementation,
        counters,
        // The sending side's view of the same path: a browser that only receives measures no round trip of media.
        remote: remoteInbound,
      },
    ],
    ...(pairSub !== undefined && { path: pairSub }),
  };
}
