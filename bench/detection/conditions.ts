// What holds in one second of a simulated call.
import type { CallPlan } from './call-plan.ts';
import { spanAt, type Adaptation, type DecodeOverload, type Loss, type NarrowLink } from './span.ts';

export interface Conditions {
  readonly lossFraction: number;
  readonly link: Pick<NarrowLink, 'linkKbps' | 'regrowth'> | undefined;
  /** A narrow link's queue is full for the first three seconds; then the sender has yielded, and it drains. */
  readonly isQueueFull: boolean;
  /** Added to the round trip. */
  readonly delayMs: number;
  readonly overload: Pick<DecodeOverload, 'decodedFraction'> | undefined;
  readonly adaptation: Pick<Adaptation, 'bitrateFraction' | 'frameRateFraction'> | undefined;
  readonly isDark: boolean;
  readonly isMuted: boolean;
  readonly isUnread: boolean;
}

const QUEUE_FULL_S = 3;

export function conditionsAt({ spans }: CallPlan, second: number): Conditions {
  const congestion = spanAt(spans, second, 'congestion');
  const loss: Pick<Loss, 'lossFraction'> | undefined = congestion ?? spanAt(spans, second, 'loss');
  const link = congestion ?? spanAt(spans, second, 'bitrate');
  const delay = congestion ?? spanAt(spans, second, 'delay');
  return {
    lossFraction: loss?.lossFraction ?? 0,
    link,
    isQueueFull: link !== undefined && second - link.startS < QUEUE_FULL_S,
    delayMs: delay?.delayMs ?? 0,
    overload: spanAt(spans, second, 'decode_overload'),
    adaptation: spanAt(spans, second, 'adaptation'),
    isDark: spanAt(spans, second, 'outage') !== undefined,
    isMuted: spanAt(spans, second, 'mute') !== undefined,
    isUnread: spanAt(spans, second, 'unread') !== undefined,
  };
}
