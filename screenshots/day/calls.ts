// The calls of the day that is pictured: some forty at a time over four edges, each with a quality of its own that varies
// from sample to sample, and what befalls them. The same day every time: the noise is seeded.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { SAMPLING_MS } from '../../test/support/played-day.ts';
import { endedEvent, qualitySample } from '../../test/support/quality-sample.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { minutes } from './minutes.ts';

const CALL_COUNT = 52;

/** How bad a call is: 0 not at all, 1 so that it is an incident, 2 so that it is critical. */
type Trouble = 0 | 1 | 2;

interface Place {
  readonly edge: string;
  readonly site: string;
  readonly region: string;
  readonly isp: string;
}

/** By turns: two in five calls go over Frankfurt's first edge. */
const PLACES: readonly Place[] = [
  { edge: 'fra-3', site: 'berlin', region: 'eu-central', isp: 'example-net' },
  { edge: 'ams-1', site: 'amsterdam', region: 'eu-west', isp: 'lowland' },
  { edge: 'fra-3', site: 'berlin', region: 'eu-central', isp: 'example-net' },
  { edge: 'par-2', site: 'lyon', region: 'eu-west', isp: 'example-net' },
  { edge: 'fra-4', site: 'hamburg', region: 'eu-central', isp: 'nordkabel' },
];

interface Call {
  readonly sessionId: string;
  readonly place: Place;
  readonly fromMs: number;
  readonly toMs: number;
  readonly noise: VirtualClock;
}

interface Fault {
  readonly fromMs: number;
  readonly toMs: number;
  readonly befalls: (call: Call, index: number) => boolean;
  readonly trouble: (index: number) => Trouble;
}

/** What goes wrong, and when. */
const FAULTS: readonly Fault[] = [
  // A link in Amsterdam is overloaded. Too few calls for a storm: each is told of.
  { ...during(7, 10), befalls: ({ place }) => place.edge === 'ams-1', trouble: () => 1 },
  // Single calls have bad minutes of their own, most of them while the SIEM is away.
  { ...during(11, 13.5), befalls: (_, index) => index === 8, trouble: () => 1 },
  { ...during(15, 18), befalls: (_, index) => index === 3, trouble: () => 2 },
  { ...during(16, 18), befalls: (_, index) => index === 14, trouble: () => 1 },
  { ...during(17, 20), befalls: (_, index) => index === 24, trouble: () => 1 },
  { ...during(19, 21), befalls: (_, index) => index === 28, trouble: () => 2 },
  // In Lyon they work on the edge, under a silence.
  {
    ...during(23.5, 26),
    befalls: ({ place }, index) => place.edge === 'par-2' && index < 16,
    trouble: () => 1,
  },
  // The edge in Frankfurt breaks, and every fourth of its calls is hardly a call any more.
  {
    ...during(27, 33),
    befalls: ({ place }) => place.edge === 'fra-3',
    trouble: (index) => (index % 10 === 0 ? 2 : 1),
  },
];

function during(from: number, to: number) {
  return { fromMs: minutes(from), toMs: minutes(to) };
}

export function dayCalls(): (atMs: number, observedAtMs: number) => (QualitySample | SessionEvent)[] {
  const calls = Array.from({ length: CALL_COUNT }, (_, index) => callOf(index));
  return (atMs, observedAtMs) =>
    calls.flatMap((call, index): (QualitySample | SessionEvent)[] => {
      if (atMs < call.fromMs || atMs > call.toMs) return [];
      return atMs === call.toMs
        ? [endedEvent({ sessionId: call.sessionId, observedAtMs, dimensions: dimensionsOf(call) })]
        : [sampleOf(call, troubleOf(call, index, atMs), observedAtMs)];
    });
}

/** The first calls last; the others are short ones, and come by and by. */
function callOf(index: number): Call {
  const noise = new VirtualClock(0, 1_000 + index);
  const isShort = index >= 36;
  const fromMs = isShort ? minutes(4 + (index - 36) * 1.5) : minutes(Math.floor(index / 12) * 0.5);
  return {
    sessionId: `call-${String(index + 101)}`,
    place: PLACES[index % PLACES.length]!,
    fromMs,
    toMs: isShort ? fromMs + minutes(9) : minutes(60),
    noise,
  };
}

function troubleOf(call: Call, index: number, atMs: number): Trouble {
  // Not all in the same moment.
  const felt = atMs - (index % 5) * SAMPLING_MS;
  const fault = FAULTS.find(
    ({ fromMs, toMs, befalls }) => felt >= fromMs && felt < toMs && befalls(call, index),
  );
  return fault?.trouble(index) ?? 0;
}

function dimensionsOf({ place }: Call) {
  return { ...place, 'network.type': 'wifi', 'client.version': '4.2.0' };
}

/** Middle values of a measure without trouble, with it, and with much of it. */
const MIDDLE = {
  mos: [4.35, 3.35, 2.4],
  experience: [4.7, 2.8, 1.8],
  packetLossPercent: [0.15, 4.5, 11],
  jitterMs: [7, 34, 60],
  rttMs: [55, 140, 260],
  bitrateKbps: [1_600, 900, 420],
  framesPerSecond: [29.5, 21, 12],
  freezeRatio: [0, 0.12, 0.4],
  framesDroppedPercent: [0.2, 3, 9],
} as const;

function sampleOf(call: Call, trouble: Trouble, observedAtMs: number): QualitySample {
  const around = (measure: keyof typeof MIDDLE, spread: number) =>
    MIDDLE[measure][trouble] * (1 + spread * (call.noise.random() - 0.5));
  return qualitySample({
    sessionId: call.sessionId,
    codec: 'video/VP8',
    mosSource: 'reported',
    dimensions: dimensionsOf(call),
    observedAtMs,
    mos: Math.min(around('mos', 0.08), 4.5),
    experience: Math.min(around('experience', 0.08), 5),
    packetLossPercent: around('packetLossPercent', 0.8),
    jitterMs: around('jitterMs', 0.6),
    rttMs: around('rttMs', 0.4),
    bitrateKbps: around('bitrateKbps', 0.3),
    framesPerSecond: around('framesPerSecond', 0.08),
    freezeRatio: around('freezeRatio', 0.6),
    framesDroppedPercent: around('framesDroppedPercent', 0.8),
    outage: false,
  });
}
