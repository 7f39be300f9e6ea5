// The sample model: what every dialect is decoded into and every later stage reads. Plain readonly data.

/** What the stream shows. Rules that make sense for a camera only are not applied to the others. */
export type Media = 'camera' | 'screen' | 'audio';

/** As seen by the reporting client: `inbound` is what it receives. */
export type Direction = 'inbound' | 'outbound';

/** Who computed the MOS: the platform that reported it, or a formula over network inputs. */
export type MosSource = 'reported' | 'estimated';

/** Allow-listed low-cardinality attributes of a session; see `DIMENSION_KEYS`. */
export type Dimensions = Readonly<Record<string, string>>;

/** The only attributes that are kept beside the model's own fields. Everything else stops at the door. */
export const DIMENSION_KEYS = ['site', 'region', 'edge', 'isp', 'network.type', 'client.version'] as const;

/** Why nothing may be judged across this sample and the one before it. */
export type Boundary =
  | 'counter_reset'
  | 'ssrc_change'
  | 'codec_change'
  | 'decoder_change'
  | 'sampling_gap'
  | 'mute'
  | 'ice_restart';

/** What took points off a MOS. */
export type MosCause = 'packet_loss' | 'delay';

/** What took points off the experience of a stream. */
export type ExperienceCause =
  | 'outage'
  | 'freeze'
  | 'frames_dropped'
  | 'frame_rate'
  | 'resolution'
  | 'decode_overload'
  | 'cpu_limited'
  | 'bandwidth_limited'
  | 'concealment';

/** One measurement of one session at one instant. Optional means absent: never null, never 0 for unknown. */
export interface QualitySample {
  readonly kind: 'sample';
  readonly sessionId: string;
  readonly conversationId?: string;
  readonly agentId?: string;
  /** Event time, milliseconds since the Unix epoch. */
  readonly observedAtMs: number;
  /** Arrival here, milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  /** Mean opinion score, 1 (bad) to 5 (excellent). */
  readonly mos?: number;
  readonly mosSource?: MosSource;
  /** Why the MOS is not at its best, the costliest first; empty when nothing took points off. */
  readonly mosCauses?: readonly MosCause[];
  /** What a viewer would say of the picture, 1 (bad) to 5 (excellent): freezes and frames, not the network. */
  readonly experience?: number;
  /** Why the experience is not at its best, the costliest first; empty when nothing took points off. */
  readonly experienceCauses?: readonly ExperienceCause[];
  /** 0–100, of the interval. */
  readonly packetLossPercent?: number;
  readonly jitterMs?: number;
  readonly rttMs?: number;
  readonly bitrateKbps?: number;
  /** What the stream or streams that `bitrateKbps` sums have usually brought; absent until it is known. */
  readonly usualBitrateKbps?: number;
  readonly framesPerSecond?: number;
  /** Fraction of the interval during which the picture stood still, 0–1. */
  readonly freezeRatio?: number;
  /** Of the frames that arrived in the interval, how many percent were thrown away before they were shown, 0–100. */
  readonly framesDroppedPercent?: number;
  /** Whether nothing arrived over the whole interval, after earlier traffic and while connected. */
  readonly outage?: boolean;
  readonly codec?: string;
  readonly media: Media;
  readonly direction: Direction;
  /** Muted, held, disabled or paused: whatever stops the picture on purpose. */
  readonly muted?: boolean;
  readonly dimensions: Dimensions;
  readonly boundary?: Boundary;
  /** Fetched by us, about each so many milliseconds: a silence is ours, and no gap of the session. */
  readonly pollIntervalMs?: number;
}

/** Something that happened to a session, as opposed to a measurement of it. */
export type SessionEventType =
  'connected' | 'disconnected' | 'network_change' | 'muted' | 'unmuted' | 'ended';

export interface SessionEvent {
  readonly kind: 'event';
  readonly type: SessionEventType;
  readonly sessionId: string;
  readonly conversationId?: string;
  readonly agentId?: string;
  readonly observedAtMs: number;
  readonly receivedAtMs: number;
  readonly dimensions: Dimensions;
}

/** What passes between the receivers and the stages after them, in the order of arrival. */
export interface QualityBatch {
  readonly records: readonly (QualitySample | SessionEvent)[];
  /** How long a session of this source may stay silent before its gauges are withdrawn. */
  readonly sessionTimeoutMs: number;
}
