// The truth of a simulated call: when a person would have complained, and whether for long enough that somebody must be told.
// It follows what was put into the call and what became of the picture, and no limit of any detector.
import type { Trouble, Weight } from './call.ts';
import type { CallPlan } from './call-plan.ts';
import type { Span, TroubleSpan } from './span.ts';

/** From here on somebody must be told: the guide's 30 s, and one reading of 5 s to see it by. */
const INCIDENT_FROM_S = 35;
/** Up to here it passes by itself. Between the two, telling of it is neither right nor wrong. */
const BLIP_UP_TO_S = 25;
/** Two troubles that are no farther apart than one reading are one to whoever watches. */
const JOINED_WITHIN_S = 5;

/** `starved`: for each second whether the picture had less than a third of the bits that it wants. */
export function troublesOf(plan: CallPlan, starved: readonly boolean[], startMs: number): Trouble[] {
  const felt = plan.spans.filter(isTrouble).map((span) => ({
    kinds: [span.kind],
    startS: span.startS,
    endS: span.kind === 'outage' ? span.endS + 1 : endOfStarving(span, starved),
  }));
  const joined: typeof felt = [];
  for (const trouble of felt) {
    const last = joined.at(-1);
    if (last !== undefined && trouble.startS <= last.endS + JOINED_WITHIN_S) {
      joined[joined.length - 1] = {
        kinds: [...last.kinds, ...trouble.kinds],
        startS: last.startS,
        endS: Math.max(last.endS, trouble.endS),
      };
    } else joined.push(trouble);
  }
  return joined.map(({ kinds, startS, endS }) => ({
    kind: [...new Set(kinds)].join('+'),
    weight: weightOf(kinds, endS - startS),
    startMs: startMs + startS * 1_000,
    endMs: startMs + endS * 1_000,
  }));
}

function weightOf(kinds: readonly TroubleSpan['kind'][], seconds: number): Weight {
  if (seconds <= BLIP_UP_TO_S) return 'blip';
  // A delay by itself can be watched, however long it lasts.
  return seconds >= INCIDENT_FROM_S && !kinds.includes('delay') ? 'incident' : 'either';
}

/** A narrow link is felt until the sender has come back. */
function endOfStarving(span: TroubleSpan, starved: readonly boolean[]): number {
  if (span.kind !== 'bitrate' && span.kind !== 'congestion') return span.endS;
  let endS = span.endS;
  while (starved[endS] === true) endS++;
  return endS;
}

function isTrouble(span: Span): span is TroubleSpan {
  switch (span.kind) {
    case 'mute':
    case 'adaptation':
    case 'unread':
    case 'reset':
    case 'network_change':
      return false;
    default:
      return true;
  }
}
