// A sample or session event → the guide's JSON event, nested as the guide nests it. What the decoder reads back is the
// same record, but for causes without their score. Used to push samples in over HTTP; the arrival time is not part of it.
import type { Dimensions, QualitySample, SessionEvent } from '../sample.ts';
import { SAMPLE_TYPE, STATE_TYPE } from './vocabulary.ts';

export type GuideEvent = Readonly<Record<string, unknown>>;

export function encodeGuideEvent(record: QualitySample | SessionEvent): GuideEvent {
  return record.kind === 'sample' ? encodeSample(record) : encodeState(record);
}

function encodeSample(sample: QualitySample): GuideEvent {
  const { mos, mosSource, mosCauses, packetLossPercent, jitterMs, rttMs, bitrateKbps, usualBitrateKbps } =
    sample;
  const { framesPerSecond, freezeRatio, framesDroppedPercent, outage, experience, experienceCauses } = sample;
  const { codec, media, direction, muted, boundary } = sample;
  return {
    type: SAMPLE_TYPE,
    ...identityOf(sample),
    metrics: {
      ...(mos !== undefined && { mos }),
      // Reported is what a reader takes for granted.
      ...(mosSource === 'estimated' && { mosSource }),
      ...(mosCauses !== undefined && { mosCauses }),
      ...(experience !== undefined && { experience }),
      ...(experienceCauses !== undefined && { experienceCauses }),
      ...(jitterMs !== undefined && { jitter: { ms: jitterMs } }),
      ...(packetLossPercent !== undefined && { packetLossPercent }),
      ...(rttMs !== undefined && { rtt: { ms: rttMs } }),
      ...(bitrateKbps !== undefined && { bitrate: { kbps: bitrateKbps } }),
      ...(usualBitrateKbps !== undefined && { usualBitrate: { kbps: usualBitrateKbps } }),
      ...(framesPerSecond !== undefined && { framesPerSecond }),
      ...(freezeRatio !== undefined && { freezeRatio }),
      ...(framesDroppedPercent !== undefined && { framesDroppedPercent }),
      ...(outage !== undefined && { outage }),
    },
    ...(codec !== undefined && { codec }),
    media,
    direction,
    ...(muted !== undefined && { muted }),
    ...(boundary !== undefined && { boundary }),
    ...nestedDimensions(sample.dimensions),
  };
}

function encodeState(event: SessionEvent): GuideEvent {
  return {
    type: STATE_TYPE,
    state: event.type,
    ...identityOf(event),
    ...nestedDimensions(event.dimensions),
  };
}

function identityOf(record: QualitySample | SessionEvent): GuideEvent {
  return {
    timestamp: new Date(record.observedAtMs).toISOString(),
    session: { id: record.sessionId },
    ...(record.conversationId !== undefined && { conversation: { id: record.conversationId } }),
    ...(record.agentId !== undefined && { agent: { id: record.agentId } }),
  };
}

/** `network.type` becomes {"network": {"type": …}}. */
function nestedDimensions(dimensions: Dimensions): GuideEvent {
  return Object.fromEntries(
    Object.entries(dimensions).map(([key, value]) => {
      const [first, second] = key.split('.') as [string, string?];
      return [first, second === undefined ? value : { [second]: value }];
    }),
  );
}
