// One sample of a session, from the newest intervals of its streams. A session is as good as its worse direction, and what
// it shows is what it receives. Pure.
import type { Boundary, QualitySample } from '../sample.ts';
import { possible } from './counter-increase.ts';
import { estimateMos, type EstimatedMos } from './estimate-mos.ts';
import { isDark } from './judge-stream.ts';
import type { StatsReading } from './reading.ts';
import type { SessionPicture } from './session-picture.ts';
import { kindOf, type SessionTraffic } from './session-traffic.ts';
import { MAX_KBPS, percentOf } from './stream-interval.ts';
import type { StreamState } from './stream-state.ts';
import { usualKbps } from './usual-bitrate.ts';

export interface SampleContext {
  /** Whose instant the sample has, and what is known of the session. */
  readonly reading: StatsReading;
  /** Undefined when the session shows nothing: such a sample says only that it lives. */
  readonly picture: SessionPicture | undefined;
  readonly traffic: SessionTraffic;
  readonly rttMs: number | undefined;
  /** Of the main stream, unless a sample has told it already. */
  readonly boundary: Boundary | undefined;
  /** What the session showed last. */
  readonly last: Pick<QualitySample, 'media' | 'direction' | 'muted'> | undefined;
}

type Draft = { -readonly [Key in keyof QualitySample]: QualitySample[Key] };

export function sampleOf(context: SampleContext): QualitySample {
  const { reading, picture, boundary, last } = context;
  const sample: Draft = {
    kind: 'sample',
    sessionId: reading.sessionId,
    observedAtMs: Math.round(reading.observedAtMs),
    receivedAtMs: reading.receivedAtMs,
    media: picture?.media ?? last?.media ?? 'camera',
    direction: picture?.main.reading.direction ?? last?.direction ?? 'inbound',
    dimensions: reading.dimensions,
  };
  if (reading.conversationId !== undefined) sample.conversationId = reading.conversationId;
  if (reading.agentId !== undefined) sample.agentId = reading.agentId;
  const muted = isMuted(picture, last?.muted);
  if (muted !== undefined) sample.muted = muted;
  if (picture === undefined) return sample;
  const codec = mimeTypeOf(picture.main);
  if (codec !== undefined) sample.codec = codec;
  if (boundary !== undefined) sample.boundary = boundary;
  addPictureMetrics(sample, picture);
  const outage = picture.isMuted ? undefined : isOutage(picture, context.traffic);
  if (outage !== undefined) sample.outage = outage;
  // In an outage the rest would be of the past, or of the other direction, and look perfect.
  if (outage !== true) addNetworkMetrics(sample, picture, context.rttMs);
  if (!picture.isMuted) addExperience(sample, picture);
  return sample;
}

/** Undefined where no page ever spoke of it; as before where nothing is shown. */
function isMuted(picture: SessionPicture | undefined, before: boolean | undefined): boolean | undefined {
  if (picture === undefined) return before;
  if (picture.isMuted) return true;
  const isSpokenOf = [...picture.inbound, ...picture.outbound].some(
    ({ reading }) => reading.muted !== undefined,
  );
  return isSpokenOf || before !== undefined ? false : undefined;
}

/** What came, and how it moved. */
function addPictureMetrics(sample: Draft, { main, inbound, outbound }: SessionPicture): void {
  const { interval } = main;
  if (interval === undefined) return;
  const counted = (main.reading.direction === 'inbound' ? inbound : outbound).filter(
    ({ interval: one }) => one?.byteCount !== undefined,
  );
  const bitrateKbps = sumKbps(counted, kbpsOf);
  if (bitrateKbps !== undefined) sample.bitrateKbps = bitrateKbps;
  const usualBitrateKbps = sumKbps(counted, ({ usualBitrate }) => usualKbps(usualBitrate));
  if (usualBitrateKbps !== undefined) sample.usualBitrateKbps = usualBitrateKbps;
  if (interval.framesPerSecond !== undefined) sample.framesPerSecond = interval.framesPerSecond;
  if (interval.framesDroppedPercent !== undefined)
    sample.framesDroppedPercent = interval.framesDroppedPercent;
}

/** Undefined of no stream, and when one of them is not known. */
function sumKbps(
  streams: readonly StreamState[],
  kbpsOfStream: (stream: StreamState) => number | undefined,
): number | undefined {
  if (streams.length === 0) return undefined;
  let sum = 0;
  for (const stream of streams) {
    const kbps = kbpsOfStream(stream);
    if (kbps === undefined) return undefined;
    sum += kbps;
  }
  return Math.min(sum, MAX_KBPS);
}

/** Payload bytes, retransmissions included, since that is what `bytesReceived` and `bytesSent` count. */
function kbpsOf({ interval }: StreamState): number | undefined {
  return interval?.byteCount === undefined ? undefined : (8 * interval.byteCount) / interval.lengthMs;
}

/** Of what is received; of what is sent only where nothing ever was. Undefined while a stream is not known. */
function isOutage(
  { media, inbound, outbound }: SessionPicture,
  traffic: SessionTraffic,
): boolean | undefined {
  const streams = kindOf(media, traffic).wasReceived ? inbound : outbound;
  if (streams.some(({ interval }) => interval?.traffic === 'flows')) return false;
  return streams.length > 0 && streams.every(isDark) ? true : undefined;
}

function addNetworkMetrics(sample: Draft, picture: SessionPicture, rttMs: number | undefined): void {
  if (rttMs !== undefined) sample.rttMs = rttMs;
  let worst: EstimatedMos | undefined;
  for (const streams of [picture.inbound, picture.outbound]) {
    const packetLossPercent = lossOf(streams);
    const jitterMs = jitterOf(streams);
    const estimated = estimateMos({ rttMs, jitterMs, packetLossPercent });
    if (estimated !== undefined && (worst === undefined || estimated.mos < worst.mos)) worst = estimated;
    if (packetLossPercent !== undefined) {
      sample.packetLossPercent = Math.max(sample.packetLossPercent ?? 0, packetLossPercent);
    }
    if (jitterMs !== undefined) sample.jitterMs = Math.max(sample.jitterMs ?? 0, jitterMs);
  }
  if (worst === undefined) return;
  sample.mos = worst.mos;
  sample.mosSource = 'estimated';
  sample.mosCauses = worst.causes;
}

/** Of all packets of one direction. */
function lossOf(streams: readonly StreamState[]): number | undefined {
  let [lostCount, expectedCount] = [0, 0];
  for (const { interval } of streams) {
    if (interval?.lostCount === undefined || interval.expectedCount === undefined) continue;
    lostCount += interval.lostCount;
    expectedCount += interval.expectedCount;
  }
  return possible(percentOf(lostCount, expectedCount), 100);
}

function jitterOf(streams: readonly StreamState[]): number | undefined {
  let jitterMs: number | undefined;
  for (const { interval } of streams) {
    if (interval?.jitterMs !== undefined) jitterMs = Math.max(jitterMs ?? 0, interval.jitterMs);
  }
  return jitterMs;
}

function addExperience(sample: Draft, { inbound, outbound }: SessionPicture): void {
  for (const { experience } of [...inbound, ...outbound]) {
    if (experience === undefined || (sample.experience ?? Infinity) <= experience.score) continue;
    sample.experience = experience.score;
    sample.experienceCauses = experience.causes;
  }
  for (const { freezeRatio } of inbound) {
    if (freezeRatio !== undefined) sample.freezeRatio = Math.max(sample.freezeRatio ?? 0, freezeRatio);
  }
}

/** Without the format parameters: those tell codecs apart, and make no label. */
function mimeTypeOf({ reading }: StreamState): string | undefined {
  return reading.codec?.split(';', 1)[0];
}
