// What one getStats() call tells of one peer connection, in W3C names and units: seconds, bytes, cumulative counters.
// Every dialect is decoded into this, and the boundary engine turns two of these into a sample. Everything that a browser
// may leave out is optional. Nothing here can identify a person: no address, no candidate, no SDP, no user agent.
import type { Dimensions, Media } from '../sample.ts';

/** Of an `inbound-rtp` object. */
export interface InboundCounters {
  readonly packetsReceived?: number | undefined;
  /** Signed, and may fall when packets turn out to be late or doubled. */
  readonly packetsLost?: number | undefined;
  readonly bytesReceived?: number | undefined;
  /** Seconds; a smoothed present value. */
  readonly jitter?: number | undefined;
  readonly framesReceived?: number | undefined;
  readonly framesDecoded?: number | undefined;
  readonly framesDropped?: number | undefined;
  /** A present value; absent while nothing is rendered. */
  readonly framesPerSecond?: number | undefined;
  readonly frameWidth?: number | undefined;
  readonly frameHeight?: number | undefined;
  /** Seconds spent on decoding. */
  readonly totalDecodeTime?: number | undefined;
  readonly freezeCount?: number | undefined;
  /** Seconds; a freeze is added when it is over. */
  readonly totalFreezesDuration?: number | undefined;
  readonly pauseCount?: number | undefined;
  /** Seconds; gaps that the browser takes for a pause. */
  readonly totalPausesDuration?: number | undefined;
  /** Audio samples. */
  readonly totalSamplesReceived?: number | undefined;
  readonly concealedSamples?: number | undefined;
  readonly silentConcealedSamples?: number | undefined;
}

/** Of an `outbound-rtp` object: one simulcast layer, or all of the stream. */
export interface OutboundCounters {
  readonly packetsSent?: number | undefined;
  readonly bytesSent?: number | undefined;
  readonly framesEncoded?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  readonly frameWidth?: number | undefined;
  readonly frameHeight?: number | undefined;
  /** Seconds spent on encoding. */
  readonly totalEncodeTime?: number | undefined;
  /** False for a simulcast layer that is switched off. */
  readonly active?: boolean | undefined;
  /** Seconds for which each reason limited the stream since it began. */
  readonly qualityLimitationDurations?:
    { readonly cpu?: number | undefined; readonly bandwidth?: number | undefined } | undefined;
}

/**
 * What the peer reports of this stream, repeated until its next report: `remote-inbound-rtp` of what is sent,
 * `remote-outbound-rtp` of what is received (which has the round trip only).
 */
export interface RemoteCounters {
  /** Milliseconds; when the peer's last report came. */
  readonly timestamp?: number | undefined;
  readonly packetsLost?: number | undefined;
  /** 0–1, of the interval of the peer's last report. */
  readonly fractionLost?: number | undefined;
  /** Seconds. */
  readonly jitter?: number | undefined;
  /** Seconds. */
  readonly roundTripTime?: number | undefined;
  /** Seconds, over all measurements. */
  readonly totalRoundTripTime?: number | undefined;
  readonly roundTripTimeMeasurements?: number | undefined;
}

interface StreamIdentity {
  /** The id of the stats object. */
  readonly id: string;
  readonly media: Media;
  /** Milliseconds since the Unix epoch: the object's own timestamp, by which intervals are measured. */
  readonly timestampMs: number;
  readonly ssrc?: number | undefined;
  /** Of the transceiver: what stays the same when the SSRC changes. */
  readonly mid?: string | undefined;
  /** Of the simulcast layer. */
  readonly rid?: string | undefined;
  /** MIME type, with the format parameters where they are known: `video/VP8`, `video/H264;profile-level-id=42e01f`. */
  readonly codec?: string | undefined;
  /** `decoderImplementation` or `encoderImplementation`. */
  readonly implementation?: string | undefined;
  /** Muted, disabled or paused on purpose, as far as the page knows. */
  readonly muted?: boolean | undefined;
  readonly remote?: RemoteCounters | undefined;
}

export interface InboundStream extends StreamIdentity {
  readonly direction: 'inbound';
  readonly counters: InboundCounters;
}

export interface OutboundStream extends StreamIdentity {
  readonly direction: 'outbound';
  readonly counters: OutboundCounters;
}

export type StreamReading = InboundStream | OutboundStream;

/** The selected candidate pair and its transport. The path ends at the SFU or TURN server. */
export interface PathReading {
  /** Opaque; of the selected pair. Its counters are those of this pair alone. */
  readonly pairId?: string | undefined;
  /** Seconds. */
  readonly currentRoundTripTime?: number | undefined;
  /** Seconds, over all responses. */
  readonly totalRoundTripTime?: number | undefined;
  readonly responsesReceived?: number | undefined;
  /** Of the local candidate: `wifi`, `cellular`, …; what a network change is told by, together with the next two. */
  readonly networkType?: string | undefined;
  /** Of the local candidate: `host`, `srflx`, `prflx`, `relay`. */
  readonly candidateType?: string | undefined;
  /** `udp` or `tcp`. */
  readonly protocol?: string | undefined;
  /** Changes with an ICE restart. Random, short-lived, and not kept beyond the next reading. */
  readonly localUsernameFragment?: string | undefined;
}

/** One reading of one peer connection of a session. */
export interface StatsReading {
  readonly kind: 'reading';
  readonly sessionId: string;
  readonly conversationId?: string;
  readonly agentId?: string;
  readonly dimensions: Dimensions;
  /** Unique within the session. */
  readonly connectionId: string;
  /** Event time, milliseconds since the Unix epoch. */
  readonly observedAtMs: number;
  /** Arrival here, milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  readonly streams: readonly StreamReading[];
  readonly path?: PathReading;
}
