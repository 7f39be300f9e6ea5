// What is kept of one stream between two readings, and how the next reading moves it: boundary or interval. Pure. What the
// interval is worth is judged in judge-stream.ts, since it depends on the other streams whether a flat one is missed.
import type { Boundary } from '../sample.ts';
import { boundaryBetween, type ConnectionMoment } from './boundary.ts';
import { CLEAR_WINDOW, type FreezeWindow } from './freeze-window.ts';
import type { OutboundStream, StreamReading } from './reading.ts';
import { anchorOf, type ReportAnchor } from './sent-loss.ts';
import { measureReceived } from './received-interval.ts';
import { measureSent } from './sent-interval.ts';
import type { StreamInterval } from './stream-interval.ts';
import { afterBoundary, UNKNOWN_BITRATE, type UsualBitrate } from './usual-bitrate.ts';
import { UNKNOWN_PICTURE, type UsualPicture } from './usual-picture.ts';
import type { Experience } from './video-experience.ts';

export interface StreamState {
  /** Unique within the session, and the same when the stream goes on under another SSRC. */
  readonly key: number;
  /** The newest reading of the stream. */
  readonly reading: StreamReading;
  /** Readings of the connection in a row in which it was missing. */
  readonly missedCount: number;
  /** Whether a byte has ever come: a slot without one is nothing. */
  readonly hadTraffic: boolean;
  /** What the last report of the peer was about; of what is sent. */
  readonly anchor: ReportAnchor | undefined;
  /** Why the newest reading may not be compared with the one before. */
  readonly boundary: Boundary | undefined;
  /** What lies between the last two readings; undefined at the first one, and across a boundary. */
  readonly interval: StreamInterval | undefined;
  /** For how long nothing has come, in whole intervals. */
  readonly flatMs: number;
  readonly freeze: FreezeWindow;
  /** 0–1, of the interval. */
  readonly freezeRatio: number | undefined;
  readonly usual: UsualPicture;
  readonly usualBitrate: UsualBitrate;
  readonly experience: Experience | undefined;
}

/** The reading of a stream that was not known. */
export function newStream(reading: StreamReading, key: number): StreamState {
  return {
    key,
    reading,
    missedCount: 0,
    hadTraffic: hasTraffic(reading),
    anchor: reading.direction === 'outbound' ? anchorOf(undefined, reading) : undefined,
    boundary: undefined,
    interval: undefined,
    flatMs: 0,
    freeze: CLEAR_WINDOW,
    freezeRatio: undefined,
    usual: UNKNOWN_PICTURE,
    usualBitrate: UNKNOWN_BITRATE,
    experience: undefined,
  };
}

/** The next reading of a stream. One that is not newer by the stream's own time measures nothing and changes nothing. */
export function readStream(
  before: StreamState,
  reading: StreamReading,
  moment: ConnectionMoment,
): StreamState {
  if (!(reading.timestampMs > before.reading.timestampMs)) {
    return { ...before, missedCount: 0, boundary: undefined, interval: undefined };
  }
  // A track that was replaced by one of another kind begins anew.
  if (reading.media !== before.reading.media) return newStream(reading, before.key);
  const boundary = boundaryBetween(before.reading, reading, moment);
  if (boundary !== undefined) {
    const fresh = newStream(reading, before.key);
    return {
      ...fresh,
      boundary,
      hadTraffic: before.hadTraffic || fresh.hadTraffic,
      usualBitrate: afterBoundary(before.usualBitrate, boundary),
    };
  }
  const interval = measure(before, reading);
  return {
    ...before,
    reading,
    missedCount: 0,
    hadTraffic: before.hadTraffic || hasTraffic(reading),
    anchor: reading.direction === 'outbound' ? anchorOf(before.anchor, reading) : undefined,
    boundary: undefined,
    interval,
    flatMs: interval.traffic === 'flat' ? before.flatMs + interval.lengthMs : 0,
    freezeRatio: undefined,
    experience: undefined,
  };
}

function measure({ reading: old, anchor }: StreamState, now: StreamReading): StreamInterval {
  // Of two directions in one place there is always a boundary.
  return old.direction === 'inbound' && now.direction === 'inbound'
    ? measureReceived(old, now)
    : measureSent(old as OutboundStream, now as OutboundStream, anchor);
}

/** A reading of the connection without the stream. */
export function missStream(before: StreamState): StreamState {
  return { ...before, missedCount: before.missedCount + 1 };
}

/** Muted, or a simulcast layer that is off: nothing of it is missed. */
export function isSwitchedOff({ reading }: StreamState): boolean {
  return reading.muted === true || (reading.direction === 'outbound' && reading.counters.active === false);
}

/** Counters are cumulative: one look tells. Packets without a byte are padding, of which nobody has seen anything. */
function hasTraffic(reading: StreamReading): boolean {
  const counts =
    reading.direction === 'inbound'
      ? [reading.counters.bytesReceived ?? reading.counters.packetsReceived, reading.counters.framesDecoded]
      : [reading.counters.bytesSent ?? reading.counters.packetsSent, reading.counters.framesEncoded];
  return counts.some((count) => count !== undefined && count > 0);
}
