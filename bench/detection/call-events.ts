// What the page of a simulated call tells of the session beside its counters.
import type { CallEvent } from './call.ts';
import type { CallPlan } from './call-plan.ts';

/** After so long without an answer Chromium calls the connection disconnected. */
const ICE_NOTICES_AFTER_S = 7;

export function eventsOf({ spans, durationS }: CallPlan, startMs: number): CallEvent[] {
  const at = (second: number, type: CallEvent['type']): CallEvent => ({
    kind: 'event',
    atMs: startMs + second * 1_000,
    type,
  });
  const events = spans.flatMap((span): CallEvent[] => {
    switch (span.kind) {
      case 'mute':
        return [at(span.startS, 'muted'), at(span.endS, 'unmuted')];
      case 'network_change':
        return [at(span.startS, 'network_change')];
      case 'outage': {
        const noticedS = span.startS + ICE_NOTICES_AFTER_S;
        const isNoticed = span.noticed && noticedS < span.endS;
        return isNoticed ? [at(noticedS, 'disconnected'), at(span.endS, 'connected')] : [];
      }
      default:
        return [];
    }
  });
  return [at(0, 'connected'), ...events, at(durationS, 'ended')];
}
