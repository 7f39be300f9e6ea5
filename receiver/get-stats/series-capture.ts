// Reads the captures of live calls: getStats() of both sides of a call, about once a second, as JSON. Turns one into the
// samples that the receiving browser would have sent.
import { z } from 'zod';
import type { QualitySample } from '../sample.ts';
import { convertStats, type StreamState } from './convert.ts';
import type { StatsSnapshot } from './snapshot.ts';

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
        packetsReceived: optionalNumber,
        packetsLost: optionalNumber,
        bytesReceived: optionalNumber,
        jitter: optionalNumber,
        framesDecoded: optionalNumber,
        framesPerSecond: optionalNumber,
        totalFreezesDuration: optionalNumber,
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

export interface SeriesOptions extends Pick<QualitySample, 'sessionId' | 'agentId'> {
  readonly dimensions?: QualitySample['dimensions'];
  /** When the call began, milliseconds since the Unix epoch. */
  readonly startAtMs: number;
  /** From one sample to the next; a capture has one reading a second. */
  readonly stepSeconds?: number;
}

/** Throws when `json`, as JSON.parse gave it, is no capture. */
export function parseSeriesCapture(json: unknown): SeriesCapture {
  return captureSchema.parse(json);
}

/** The samples of the receiving side, in order. The first reading is the base of the first sample. */
export function samplesOfSeries(capture: SeriesCapture, options: SeriesOptions): QualitySample[] {
  const { stepSeconds = 5 } = options;
  const samples: QualitySample[] = [];
  let state: StreamState | undefined;
  for (const [index, point] of capture.series.entries()) {
    if (index % stepSeconds !== 0) continue;
    const conversion = convertStats(state, snapshotOf(point, options));
    state = conversion.next;
    if (conversion.sample !== undefined) samples.push(conversion.sample);
  }
  return samples;
}

function snapshotOf(point: SeriesCapture['series'][number], options: SeriesOptions): StatsSnapshot {
  return {
    sessionId: options.sessionId,
    agentId: options.agentId,
    dimensions: options.dimensions ?? {},
    media: 'camera',
    timestampMs: options.startAtMs + point.t * 1_000,
    inbound: point.inbound,
    codec: point.inbound.codec,
    // The sending side's view of the same path: a browser that only receives measures no round trip of media.
    remoteInbound: point.remoteInbound,
    pair: point.pairSub,
  };
}
