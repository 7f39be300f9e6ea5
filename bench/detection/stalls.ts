// When the picture of a simulated call stands still: each hang of each trouble, and the single freezes of a healthy call.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { CallPlan } from './call-plan.ts';
import type { Span } from './span.ts';

/** From the last frame shown to the next one, in seconds since the call began. */
export interface Stall {
  readonly startS: number;
  readonly endS: number;
  /** Which of the two counters gets it when it is over. */
  readonly countedAs: 'freeze' | 'pause';
}

/** A browser calls a gap of more than 5 s a pause, mostly. */
const PAUSE_AFTER_S = 5;
/** One freeze in a good phase was seen in about eight minutes of captured healthy calls. */
const HEALTHY_FREEZE_EVERY_S = 480;

/** In order of time, without overlap. */
export function drawStalls(random: Seeded, plan: CallPlan): Stall[] {
  const stalls = plan.spans.flatMap((span) => stallsOf(random, span, plan));
  for (let second = 0; second < plan.durationS; second++) {
    if (random.chance(1 / HEALTHY_FREEZE_EVERY_S)) stalls.push(hang(second, 0.2 + 0.3 * random.fraction()));
  }
  return withoutOverlap(stalls.toSorted((left, right) => left.startS - right.startS));
}

function stallsOf(random: Seeded, span: Span, plan: CallPlan): Stall[] {
  switch (span.kind) {
    case 'stutter':
      return repeatedly(random, span, 0.4 + 1.6 * random.fraction(), span.frozenRatio);
    case 'congestion':
      // 4 to 9 freezes of about 0.3 s within 30 s.
      return repeatedly(random, span, 0.35, 0.07);
    case 'bitrate':
      return [hang(span.startS + 1, 0.4), ...repeatedly(random, span, 0.35, 0.03)];
    case 'decode_overload':
      return repeatedly(random, span, 0.4, 0.12);
    case 'loss':
      // Repair takes a round trip: on a short one it is in time.
      return plan.rttMs > 80 ? repeatedly(random, span, 0.3, 0.03) : [];
    case 'delay':
      return [hang(span.startS, 0.22)];
    case 'standstill':
      return [{ startS: span.startS, endS: span.endS, countedAs: span.countedAsPause ? 'pause' : 'freeze' }];
    case 'outage':
      // The picture comes back with the next key frame.
      return [hang(span.startS, span.endS - span.startS + 0.4 + 0.7 * random.fraction())];
    case 'mute':
      return [hang(span.startS, span.endS - span.startS + 0.2)];
    case 'adaptation':
    case 'unread':
    case 'reset':
    case 'network_change':
      return [];
  }
}

/** Hangs of about `lengthS` that take `ratio` of the time. */
function repeatedly(
  random: Seeded,
  span: { readonly startS: number; readonly endS: number },
  lengthS: number,
  ratio: number,
): Stall[] {
  const stalls: Stall[] = [];
  const everyS = lengthS / ratio;
  let cursorS = span.startS + random.fraction() * (everyS - lengthS);
  while (cursorS + lengthS < span.endS) {
    const length = lengthS * (0.7 + 0.6 * random.fraction());
    stalls.push(hang(cursorS, length));
    cursorS += Math.max(length + 0.1, everyS * (0.7 + 0.6 * random.fraction()));
  }
  return stalls;
}

function hang(startS: number, lengthS: number): Stall {
  return { startS, endS: startS + lengthS, countedAs: lengthS > PAUSE_AFTER_S ? 'pause' : 'freeze' };
}

/** For how much of the second the picture stood still, 0–1. */
export function frozenRatio(stalls: readonly Stall[], second: number): number {
  let frozenS = 0;
  for (const { startS, endS } of stalls)
    frozenS += Math.max(0, Math.min(endS, second + 1) - Math.max(startS, second));
  return frozenS > 1 - 1e-9 ? 1 : frozenS;
}

function withoutOverlap(stalls: readonly Stall[]): Stall[] {
  const kept: Stall[] = [];
  for (const stall of stalls) {
    const last = kept.at(-1);
    if (last === undefined || stall.startS >= last.endS) kept.push(stall);
    else if (stall.endS > last.endS) kept[kept.length - 1] = { ...last, endS: stall.endS };
  }
  return kept;
}
