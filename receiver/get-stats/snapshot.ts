// What one getStats() call tells of one stream, in W3C names and units: seconds, bytes, cumulative counters. Everything
// that a browser may leave out is optional.
import type { Dimensions, Media } from '../sample.ts';

/** Of an `inbound-rtp` object. */
export interface InboundStats {
  readonly ssrc?: number | undefined;
  readonly packetsReceived?: number | undefined;
  /** Signed, and may fall when packets turn out to be late or doubled. */
  readonly packetsLost?: number | undefined;
  readonly bytesReceived?: number | undefined;
  /** Seconds; a smoothed present value. */
  readonly jitter?: number | undefined;
  readonly framesDecoded?: number | undefined;
  /** A present value; absent while nothing is rendered. */
  readonly framesPerSecond?: number | undefined;
  /** Seconds; a freeze is added when it is over. */
  readonly totalFreezesDuration?: number | undefined;
  /** Seconds; gaps that the browser takes for a pause. */
  readonly totalPausesDuration?: number | undefined;
}

/** Of an `outbound-rtp` object. */
export interface OutboundStats {
  readonly ssrc?: number | undefined;
  readonly packetsSent?: number | undefined;
  readonly bytesSent?: number | undefined;
  readonly framesEncoded?: number | undefined;
  readonly framesPerSecond?: number | undefined;
}

/** Of a `remote-inbound-rtp` object: what the peer reports of what we send. */
export interface RemoteInboundStats {
  /** Milliseconds; when the peer's last report came. The rest repeats until the next one. */
  readonly timestamp?: number | undefined;
  readonly packetsLost?: number | undefined;
  readonly jitter?: number | undefined;
  readonly roundTripTime?: number | undefined;
  readonly totalRoundTripTime?: number | undefined;
  readonly roundTripTimeMeasurements?: number | undefined;
}

/** Of a `remote-outbound-rtp` object: what the peer reports of what we receive. */
export type RemoteOutboundStats = Pick<
  RemoteInboundStats,
  'roundTripTime' | 'totalRoundTripTime' | 'roundTripTimeMeasurements'
>;

/** Of the selected `candidate-pair` object. Its path ends at the SFU or TURN server. */
export interface CandidatePairStats {
  readonly currentRoundTripTime?: number | undefined;
  readonly totalRoundTripTime?: number | undefined;
  readonly responsesReceived?: number | undefined;
}

export interface StatsSnapshot {
  readonly sessionId: string;
  readonly agentId?: string | undefined;
  readonly media: Media;
  readonly muted?: boolean | undefined;
  readonly dimensions: Dimensions;
  /** The stat's own timestamp, milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** Exactly one of the two: the stream that the sample is about. */
  readonly inbound?: InboundStats | undefined;
  readonly outbound?: OutboundStats | undefined;
  /** MIME type of the codec, such as `video/VP8`. */
  readonly codec?: string | undefined;
  readonly remoteInbound?: RemoteInboundStats | undefined;
  readonly remoteOutbound?: RemoteOutboundStats | undefined;
  readonly pair?: CandidatePairStats | undefined;
}
