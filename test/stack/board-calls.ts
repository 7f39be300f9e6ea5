// The calls that the dashboards are shown: recorded ones, at the pace at which they were recorded, and beside them what
// has no recording: a storm, a silenced call, a call that flaps, critical ones. Pure: at which second what is sent.
import { readDemoCalls } from '../../demo/calls.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { endedEvent, qualitySample } from '../support/quality-sample.ts';

export interface Sent {
  readonly atS: number;
  readonly record: QualitySample | SessionEvent;
}

/** A call that is made up: its samples follow each other at one distance, and its end is not told. */
interface LiveCall {
  readonly sessionId: string;
  readonly everyS: number;
  /** What is different from a good call, at so many seconds. */
  at(second: number): Partial<QualitySample>;
}

/** What is bad with all that is bad: high, for as long as MOS is not below the limit of a broken path. */
const BAD: Partial<QualitySample> = { mos: 3.3, experience: 2.5, packetLossPercent: 4 };
export const BAD_FROM_S = 4;
/** The storm lasts long enough for its part of the fleet to count as bad: six hundred samples. */
const STORM_OVER_S = 50;
/** From the last sample of a recorded call to its end: each way has shown that sample by then. */
const END_AFTER_S = 5;
export const PLAY_S = 75;

function placeOf(edge: string) {
  return {
    site: `site of ${edge}`,
    region: `region of ${edge}`,
    edge,
    isp: `isp of ${edge}`,
    'network.type': `network of ${edge}`,
    'client.version': `version at ${edge}`,
  };
}

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** By what becomes of them. */
export const LIVE = {
  well: named('well', 5),
  /** They go bad at once, and get well again together. */
  storm: named('storm', 20),
  /** Bad to the end, each told alone. */
  bad: named('bad', 2),
  critical: named('critical', 2),
  silenced: named('silenced', 1),
  /** Bad for a shorter time than anybody is told of. */
  blip: named('blip', 1),
  flapping: named('flapping', 1),
} as const;
export type LiveKind = keyof typeof LIVE;

/** Of the matcher of a silence. */
export const SILENCED_EDGE = 'edge-silenced';

const FROM_BAD = (second: number) => second >= BAD_FROM_S;
const BEHAVIOUR: Readonly<Record<LiveKind, (second: number) => Partial<QualitySample>>> = {
  well: () => ({}),
  storm: (second) => (FROM_BAD(second) && second < STORM_OVER_S ? BAD : {}),
  bad: (second) => (FROM_BAD(second) ? BAD : {}),
  critical: (second) => (FROM_BAD(second) ? { ...BAD, mos: 2.5 } : {}),
  silenced: (second) => (FROM_BAD(second) ? BAD : {}),
  blip: (second) => (FROM_BAD(second) && second < 10 ? BAD : {}),
  // Nothing arrives now and again, and each time it is over at once.
  flapping: (second) => ({ outage: second === 10 || second === 25 || second === 40 }),
};

/** Seconds between two samples. */
const EVERY_S: Readonly<Partial<Record<LiveKind, number>>> = { storm: 1 };

const CALLS: readonly LiveCall[] = (Object.keys(LIVE) as LiveKind[]).flatMap((kind) =>
  LIVE[kind].map((sessionId, index) => ({
    sessionId,
    everyS: EVERY_S[kind] ?? 5,
    at: (second) => ({
      ...BEHAVIOUR[kind](second),
      // They share no more than their kind does: what is told alone is no part of the storm.
      codec: `video/${kind}`,
      dimensions: placeOf(kind === 'storm' || kind === 'silenced' ? `edge-${kind}` : `edge-${kind}-${index}`),
    }),
  })),
);

export interface RecordedCall {
  readonly sessionId: string;
  readonly samples: readonly QualitySample[];
}

export interface BoardCalls {
  readonly recorded: readonly RecordedCall[];
  /** All that is sent, in the order of time. */
  readonly sent: readonly Sent[];
}

export async function boardCalls(startMs: number): Promise<BoardCalls> {
  const recorded = (await readDemoCalls(startMs)).map(({ sessionId, records }) => ({
    sessionId,
    samples: records.filter((record) => record.kind === 'sample'),
  }));
  const second = ({ observedAtMs }: QualitySample | SessionEvent) => (observedAtMs - startMs) / 1_000;
  const ofRecorded = recorded.flatMap(({ sessionId, samples }) => {
    const { observedAtMs, dimensions } = samples.at(-1)!;
    const end = endedEvent({
      sessionId,
      dimensions,
      observedAtMs: observedAtMs + END_AFTER_S * 1_000,
    });
    return [...samples, end].map((record) => ({ atS: second(record), record }));
  });
  const ofLive = CALLS.flatMap((call) => liveSamples(call, startMs));
  return { recorded, sent: [...ofRecorded, ...ofLive].toSorted((a, b) => a.atS - b.atS) };
}

function liveSamples({ sessionId, everyS, at }: LiveCall, startMs: number): Sent[] {
  return Array.from({ length: Math.floor(PLAY_S / everyS) + 1 }, (_, index) => {
    const atS = index * everyS;
    const record = qualitySample({
      sessionId,
      agentId: 'agent-7',
      mosSource: 'reported',
      observedAtMs: startMs + atS * 1_000,
      mos: 4.4,
      experience: 4.6,
      packetLossPercent: 0.1,
      jitterMs: 8,
      rttMs: 60,
      bitrateKbps: 1_500,
      framesPerSecond: 30,
      freezeRatio: 0,
      framesDroppedPercent: 0,
      outage: false,
      ...at(atS),
    });
    return { atS, record };
  });
}
