// Where a stream begins: with what happens next, or behind the last event that its client has seen. Pure.
import { placeNumber } from '../sessions/epoch.ts';
import type { ResumptionFault } from './instruments.ts';

export interface StreamStart {
  /** Number of the first event to look at. */
  readonly next: number;
  /** Why it is not the one behind the client's last: then the client must be told. */
  readonly fault?: ResumptionFault;
  /** How many events lie in between, where that can be known. */
  readonly missedCount?: number;
}

/**
 * `lastEventId` is what the client has brought along. Of an id that is none of this process, be it of an earlier one, it can
 * only be said that all which is kept may be new.
 */
export function startOf(
  lastEventId: string | undefined,
  epoch: string,
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
): StreamStart {
  if (lastEventId === undefined || lastEventId === '') return { next: newest + 1 };
  const seen = placeNumber(epoch, lastEventId);
  if (seen === undefined || seen > newest) return { next: oldest, fault: 'unknown' };
  if (seen + 1 < oldest) return { next: oldest, fault: 'late', missedCount: oldest - seen - 1 };
  return { next: seen + 1 };
}
