// Flapping: the incident of a category that opens again and again. Here its openings are counted, and the time for which
// there has been none. Pure; what is told of it stands in incident.ts.
import type { Reason } from '../../bridge/transition/transition.ts';
import {
  incidentOf,
  isExpectedToTalk,
  withIncident,
  type Flapping,
  type Incident,
  type SessionCategory,
  type SessionState,
} from './state.ts';
import type { FlappingLimits, Thresholds } from './thresholds.ts';

/** The last opening times of a category, one more included: no more than are counted. */
export function withOpening(
  knownMs: readonly number[] = [],
  atMs: number,
  { openingCount }: FlappingLimits,
): readonly number[] {
  return [...knownMs, atMs].slice(-openingCount);
}

/** The reason that an opening has when it is one too many; `openingTimesMs` includes it. */
export function flappingReason(
  openingTimesMs: readonly number[],
  atMs: number,
  { openingCount, withinMs }: FlappingLimits,
): Reason | undefined {
  const count = openingTimesMs.filter((openedAtMs) => atMs - openedAtMs <= withinMs).length;
  return count < openingCount ? undefined : { rule: 'flapping', value: count, threshold: openingCount };
}

/** Well from now on. Two sources may disagree about the time: never before its last opening. */
export function withStability(incident: Incident, atMs: number): Incident {
  if (incident.flapping === undefined) return incident;
  const stableSinceMs = Math.max(atMs, incident.openingTimesMs?.at(-1) ?? atMs);
  return { ...incident, flapping: { ...incident.flapping, stableSinceMs } };
}

/** A sign that all is well with the category: where that was not known, its stability begins here. */
export function withGoodSign(session: SessionState, category: SessionCategory, atMs: number): SessionState {
  const incident = incidentOf(session, category);
  if (incident?.flapping === undefined || incident.flapping.stableSinceMs !== undefined) return session;
  return withIncident(session, category, withStability(incident, atMs));
}

/**
 * When it is over if there is no further opening; undefined while it is bad. Where flapping has been switched off since, it
 * is over at once.
 */
export function stableAtMs(flapping: Flapping, { flapping: limits }: Thresholds): number | undefined {
  return flapping.stableSinceMs === undefined
    ? undefined
    : flapping.stableSinceMs + (limits?.stableForMs ?? 0);
}

/**
 * When a flapping connection will have been stable for long enough: that takes no further record, for a cause would have
 * been noticed. Undefined when there will be a gap by then.
 */
export function connectionStableAtMs(session: SessionState, thresholds: Thresholds): number | undefined {
  const flapping = session.connectionIncident?.flapping;
  if (flapping === undefined) return undefined;
  const overAtMs = stableAtMs(flapping, thresholds);
  // Of a session that is not watched for gaps, what its last event said is what is known.
  if (overAtMs === undefined || !isExpectedToTalk(session)) return overAtMs;
  return overAtMs < session.lastSignAtMs + thresholds.gapAfterMs ? overAtMs : undefined;
}
