// The counters of the RTP stats objects: the allow-list of what is read of each type, and what each may be.
import type { InboundCounters, OutboundCounters, RemoteCounters } from '../get-stats/reading.ts';
import {
  COUNT,
  FRAME_RATE,
  type NumberTable,
  PIXELS,
  PRESENT_SECONDS,
  RATIO,
  SIGNED_COUNT,
  type StatFields,
  TOTAL_SECONDS,
} from './stat-fields.ts';

const INBOUND: NumberTable<keyof InboundCounters> = {
  packetsReceived: COUNT,
  packetsLost: SIGNED_COUNT,
  bytesReceived: COUNT,
  jitter: PRESENT_SECONDS,
  framesReceived: COUNT,
  framesDecoded: COUNT,
  framesDropped: COUNT,
  framesPerSecond: FRAME_RATE,
  frameWidth: PIXELS,
  frameHeight: PIXELS,
  totalDecodeTime: TOTAL_SECONDS,
  freezeCount: COUNT,
  totalFreezesDuration: TOTAL_SECONDS,
  pauseCount: COUNT,
  totalPausesDuration: TOTAL_SECONDS,
  totalSamplesReceived: COUNT,
  concealedSamples: COUNT,
  silentConcealedSamples: COUNT,
};

const OUTBOUND: NumberTable<Exclude<keyof OutboundCounters, 'active' | 'qualityLimitationDurations'>> = {
  packetsSent: COUNT,
  bytesSent: COUNT,
  framesEncoded: COUNT,
  framesPerSecond: FRAME_RATE,
  frameWidth: PIXELS,
  frameHeight: PIXELS,
  totalEncodeTime: TOTAL_SECONDS,
};

const LIMITATIONS = { cpu: TOTAL_SECONDS, bandwidth: TOTAL_SECONDS };

const ROUND_TRIP = {
  roundTripTime: PRESENT_SECONDS,
  totalRoundTripTime: TOTAL_SECONDS,
  roundTripTimeMeasurements: COUNT,
};

const REMOTE_LOSS = { packetsLost: SIGNED_COUNT, fractionLost: RATIO, jitter: PRESENT_SECONDS };

/** Of an `inbound-rtp` object. */
export function inboundCounters(fields: StatFields): InboundCounters {
  return fields.numbers(INBOUND);
}

/** Of an `outbound-rtp` object. */
export function outboundCounters(fields: StatFields): OutboundCounters {
  const active = fields.flag('active');
  const durations = fields.inner('qualityLimitationDurations')?.numbers(LIMITATIONS);
  return {
    ...fields.numbers(OUTBOUND),
    ...(active !== undefined && { active }),
    ...(durations !== undefined && { qualityLimitationDurations: durations }),
  };
}

/** What the peer reports of what is sent: of a `remote-inbound-rtp` object. */
export function remoteInboundCounters(fields: StatFields): RemoteCounters {
  return { ...arrival(fields), ...fields.numbers(REMOTE_LOSS), ...fields.numbers(ROUND_TRIP) };
}

/** What the peer reports of what is received: of a `remote-outbound-rtp` object. */
export function remoteOutboundCounters(fields: StatFields): RemoteCounters {
  return { ...arrival(fields), ...fields.numbers(ROUND_TRIP) };
}

/**
 * Of what old Firefox calls `inbound-rtp` with `isRemote: true`. Its round trip is left out: it was in milliseconds
 * in some versions and in seconds in others.
 */
export function legacyRemoteCounters(fields: StatFields): RemoteCounters {
  return { ...arrival(fields), ...fields.numbers(REMOTE_LOSS) };
}

function arrival(fields: StatFields): RemoteCounters {
  const timestamp = fields.value('timestamp') === undefined ? undefined : fields.timeMs('timestamp');
  return timestamp === undefined ? {} : { timestamp };
}
