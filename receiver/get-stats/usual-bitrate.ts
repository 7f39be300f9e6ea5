// What a stream has usually brought, learned from itself: what a bitrate is low against. It outlives what interrupts a stream
// for a while, a mute, a gap, another decoder or path, since a collapse after it must still be seen as one. Pure.
import type { Boundary } from '../sample.ts';
import type { StreamInterval } from './stream-interval.ts';

export interface UsualBitrate {
  readonly kbps: number | undefined;
  /** How long the intervals that taught it were, together. */
  readonly taughtMs: number;
}

export const UNKNOWN_BITRATE: UsualBitrate = { kbps: undefined, taughtMs: 0 };

/**
 * Upwards as the usual frame rate. Downwards so slowly that an incident does not recover by getting used to it: at τ = 10 min,
 * half of the bitrate is 70 % of the usual after 600 s · ln(7/3), about 8 min.
 */
const [RISE_MS, FALL_MS] = [10_000, 600_000];
/** Two intervals of 5 s, whatever the timers do: a sender needs some seconds to find its rate. */
const KNOWN_AFTER_MS = 9_000;

/** Behind these come other counters, or the same picture at another price. */
const FORGOTTEN_AT: ReadonlySet<Boundary> = new Set(['counter_reset', 'ssrc_change', 'codec_change']);

/** `isFaulty`: whether something else was wrong with the interval, or the stream was switched off: then it teaches nothing. */
export function learnBitrate(
  usual: UsualBitrate,
  { lengthMs, byteCount }: Pick<StreamInterval, 'lengthMs' | 'byteCount'>,
  isFaulty: boolean,
): UsualBitrate {
  if (byteCount === undefined || byteCount === 0 || isFaulty) return usual;
  const kbps = (8 * byteCount) / lengthMs;
  const taughtMs = usual.taughtMs + lengthMs;
  if (usual.kbps === undefined) return { kbps, taughtMs };
  const timeMs = kbps > usual.kbps ? RISE_MS : FALL_MS;
  return { kbps: usual.kbps + (kbps - usual.kbps) * (1 - Math.exp(-lengthMs / timeMs)), taughtMs };
}

export function afterBoundary(usual: UsualBitrate, boundary: Boundary): UsualBitrate {
  return FORGOTTEN_AT.has(boundary) ? UNKNOWN_BITRATE : usual;
}

/** Undefined until it is known well enough. */
export function usualKbps({ kbps, taughtMs }: UsualBitrate): number | undefined {
  return taughtMs >= KNOWN_AFTER_MS ? kbps : undefined;
}
