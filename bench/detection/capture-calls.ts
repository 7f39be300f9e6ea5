// The captured calls as detectors are given them, with their labels.
import { seriesNames, seriesText } from '../../test/truth/read-series.ts';
import { readDump, videosOfDump, type RawReading } from '../../test/truth/read-rtcstats.ts';
import type { PathReading, RemoteCounters } from '../../receiver/get-stats/reading.ts';
import type { Call, CallReading, Trouble, VideoCounters } from './call.ts';
import { LABELS } from './capture-labels.ts';

const START_MS = Date.UTC(2026, 0, 1);

const DUMPS = ['jitsi-chrome117-sfu-freezes', 'jitsi-firefox-sfu'];

interface SeriesPoint {
  readonly t: number;
  readonly inbound: VideoCounters & {
    readonly ssrc: number;
    readonly codec: string;
    readonly decoderImplementation?: string;
  };
  readonly remoteOutbound?: RemoteCounters;
  readonly pairSub: PathReading;
}

export interface CapturedCalls {
  readonly calls: readonly Call[];
  /** Captures that are not on this machine. */
  readonly absent: readonly string[];
}

export function capturedCalls(): CapturedCalls {
  const dumps = DUMPS.map((name) => ({ name, lines: readDump(name) }));
  return {
    calls: [
      ...seriesNames().map(seriesCall),
      ...dumps.flatMap(({ name, lines }) =>
        lines === undefined
          ? []
          : [...videosOfDump(lines)].flatMap(([ssrc, readings]) => dumpCall(`${name} ${ssrc}`, readings)),
      ),
    ],
    absent: dumps.flatMap(({ name, lines }) => (lines === undefined ? [name] : [])),
  };
}

/** The receiving side of a live call. */
function seriesCall(name: string): Call {
  const { series } = JSON.parse(seriesText(name)) as { series: SeriesPoint[] };
  const entries = series.map(({ t, inbound, remoteOutbound, pairSub }): CallReading => {
    const { currentRoundTripTime, totalRoundTripTime, responsesReceived } = pairSub;
    return {
      kind: 'reading',
      atMs: START_MS + Math.round(t * 1_000),
      media: 'camera',
      muted: false,
      ssrc: inbound.ssrc,
      codec: inbound.codec,
      decoder: inbound.decoderImplementation,
      inbound,
      path: { currentRoundTripTime, totalRoundTripTime, responsesReceived },
      remote: remoteOutbound,
    };
  });
  return callOf(name, entries);
}

/** One video of a conference; none of a slot in which nothing was ever received. */
function dumpCall(name: string, readings: readonly RawReading[]): Call[] {
  if (readings.every(({ stat }) => !Number(stat.bytesReceived))) return [];
  const firstMs = readings[0]!.atMs;
  const entries = readings.map(({ atMs, stat }): CallReading => ({
    kind: 'reading',
    atMs: START_MS + Math.round(atMs - firstMs),
    media: 'camera',
    muted: false,
    ssrc: Number(stat.ssrc),
    codec: 'video/VP8',
    decoder: typeof stat.decoderImplementation === 'string' ? stat.decoderImplementation : undefined,
    inbound: stat,
    path: {},
  }));
  return [callOf(name, entries)];
}

function callOf(name: string, entries: readonly CallReading[]): Call {
  const troubles = (LABELS[name] ?? []).map(({ kind, weight, fromS, toS }): Trouble => ({
    kind,
    weight,
    startMs: START_MS + fromS * 1_000,
    endMs: START_MS + toS * 1_000,
  }));
  return { name, media: 'camera', entries, troubles, startMs: START_MS, endMs: entries.at(-1)!.atMs };
}
