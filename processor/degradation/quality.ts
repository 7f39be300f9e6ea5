// The quality clock of one session: ok → candidate → open → ok. Pure. Silence counts as bad, neither resets the clock
// nor recovers anything, and nothing is judged across a boundary.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { countSample, isConfirmed, isForgiven, missedSamples, newCandidate } from './candidate.ts';
import type { Effects } from './effects.ts';
import { stableAtMs, withGoodSign } from './flapping.ts';
import { changeSeverity, endIncident, openIncident, recoverIncident, recoverStable } from './incident.ts';
import type { Moment } from './notice.ts';
import { withReasons } from './reasons.ts';
import type { SampleContext } from './rules.ts';
import { QUALITY_OK, withIncident, withoutStability, type Candidate, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';
import { brokenPath, isCritical, nextSince, verdictOf, type Verdict } from './verdict.ts';

/** Judges a sample. `silenceMs` is the event time since the sample before it, 0 when that silence is not the session's. */
export function judgeSample(
  session: SessionState,
  sample: QualitySample,
  context: SampleContext,
  silenceMs: number,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { verdict, unresolved, reasons } = verdictOf(session.unresolved, sample, context, thresholds);
  const judged = unresolved === session.unresolved ? session : { ...session, unresolved };
  const wasSilent = silenceMs >= thresholds.gapAfterMs;
  switch (session.quality.kind) {
    case 'ok': {
      const known = followStability(judged, sample, verdict, wasSilent, at, thresholds, effects);
      return verdict === 'bad' ? { ...known, quality: newCandidate(sample, reasons, thresholds) } : known;
    }
    case 'candidate': {
      const missedCount = wasSilent ? missedSamples(silenceMs, thresholds) : 0;
      const candidate = countSample(session.quality, sample, verdict, reasons, missedCount, thresholds);
      const decided = decideCandidate(judged, candidate, sample, verdict, reasons, at, thresholds, effects);
      return followStability(decided, sample, verdict, wasSilent, at, thresholds, effects);
    }
    case 'open':
      return continueIncident(judged, sample, verdict, reasons, wasSilent, at, thresholds, effects);
  }
}

/**
 * Decides a candidate that has fallen silent: called by the clock once its hold is over. Silence confirms what was bad
 * before it; a candidate that was clear already when it fell silent is only a gap.
 */
export function decideSilentCandidate(
  session: SessionState,
  candidate: Candidate,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (candidate.clearSinceMs !== undefined) return dropCandidate(session, 'blip', effects);
  const silenceMs = at.occurredAtMs - (session.lastSample?.observedAtMs ?? candidate.sinceMs);
  const counted = { ...candidate, badCount: candidate.badCount + missedSamples(silenceMs, thresholds) };
  if (isConfirmed(counted, thresholds)) return openQuality(session, counted, at, thresholds, effects);
  return dropCandidate(session, 'too_few_bad', effects);
}

/** Cuts the evidence: what came before must not be judged together with what comes after. */
export function cutAtBoundary(session: SessionState, effects: Effects): SessionState {
  switch (session.quality.kind) {
    case 'ok':
      return session;
    case 'candidate':
      return dropCandidate(session, 'boundary', effects);
    case 'open':
      return { ...session, quality: { kind: 'open' } };
  }
}

/** Ends the quality side of a session: its incident is closed with a reason of its own, a candidate is dropped. */
export function endQuality(
  session: SessionState,
  reason: Reason,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const judged =
    session.quality.kind === 'candidate' ? dropCandidate(session, 'session_ended', effects) : session;
  if (judged.qualityIncident?.open !== true) return judged;
  const ended: SessionState = { ...judged, quality: QUALITY_OK, unresolved: [] };
  return endIncident(ended, 'quality', reason, at, thresholds, effects);
}

function decideCandidate(
  session: SessionState,
  candidate: Candidate,
  sample: QualitySample,
  verdict: Verdict,
  reasons: readonly Reason[],
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const heldMs = sample.observedAtMs - candidate.sinceMs;
  if (heldMs >= thresholds.holdMs) {
    if (verdict === 'clear') return dropCandidate(session, 'blip', effects);
    if (verdict === 'bad') {
      if (isConfirmed(candidate, thresholds)) return openQuality(session, candidate, at, thresholds, effects);
      // Bad now, but mostly clear so far: the clock starts again here, so that a stretch that has just become bad is
      // confirmed one hold from now, however long the doubtful one before it was.
      effects.suppress('too_few_bad');
      return { ...session, quality: newCandidate(sample, reasons, thresholds) };
    }
  } else if (isForgiven(candidate, sample, thresholds)) {
    return dropCandidate(session, 'blip', effects);
  }
  return { ...session, quality: candidate };
}

/** Opens at the severity that is already due: a path broken since t0 is one critical notification, not two. */
function openQuality(
  session: SessionState,
  candidate: Candidate,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { criticalSinceMs, sinceMs, triggerMetrics } = candidate;
  const sampleIsNow = session.lastSample?.observedAtMs === at.occurredAtMs;
  const broken =
    sampleIsNow &&
    criticalSinceMs !== undefined &&
    at.occurredAtMs - criticalSinceMs >= thresholds.holdMs &&
    isCritical(session.lastSample, thresholds) === true;
  const opening = {
    severity: broken ? 'critical' : 'high',
    reasons: broken
      ? withReasons(candidate.reasons, [brokenPath(session.lastSample, thresholds)])
      : candidate.reasons,
    triggerAtMs: sinceMs,
    triggerMetrics,
  } as const;
  const opened: SessionState = {
    ...session,
    quality: { kind: 'open', ...(criticalSinceMs !== undefined && { criticalSinceMs }) },
  };
  return openIncident(opened, 'quality', opening, at, thresholds, effects);
}

function continueIncident(
  session: SessionState,
  sample: QualitySample,
  verdict: Verdict,
  reasons: readonly Reason[],
  wasSilent: boolean,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { quality, qualityIncident } = session;
  if (quality.kind !== 'open' || qualityIncident === undefined) return session;
  const incident = { ...qualityIncident, reasons: withReasons(qualityIncident.reasons, reasons) };
  const critical = isCritical(sample, thresholds);
  const clearBefore = wasSilent ? undefined : quality.clearSinceMs;
  const clearSinceMs = nextSince(
    verdict === 'unknown' ? undefined : verdict === 'clear',
    clearBefore,
    sample,
  );
  const criticalSinceMs = nextSince(critical, quality.criticalSinceMs, sample);
  const calmBefore = wasSilent ? undefined : quality.calmSinceMs;
  const calmSinceMs = nextSince(critical === undefined ? undefined : !critical, calmBefore, sample);
  const lasted = (sinceMs: number | undefined, forMs: number) =>
    sinceMs !== undefined && sample.observedAtMs - sinceMs >= forMs;

  if (verdict === 'clear' && lasted(clearSinceMs, thresholds.recoverForMs)) {
    return recoverIncident({ ...session, quality: QUALITY_OK }, 'quality', at, thresholds, effects);
  }
  const next: SessionState = {
    ...session,
    quality: {
      kind: 'open',
      ...(clearSinceMs !== undefined && { clearSinceMs }),
      ...(criticalSinceMs !== undefined && { criticalSinceMs }),
      ...(calmSinceMs !== undefined && { calmSinceMs }),
    },
    qualityIncident: incident,
  };
  if (incident.severity === 'high' && critical === true && lasted(criticalSinceMs, thresholds.holdMs)) {
    const reasons = [brokenPath(sample, thresholds)];
    return changeSeverity(next, 'quality', 'critical', reasons, at, thresholds, effects);
  }
  if (incident.severity === 'critical' && critical === false && lasted(calmSinceMs, thresholds.holdMs)) {
    return changeSeverity(next, 'quality', 'high', [], at, thresholds, effects);
  }
  return next;
}

function dropCandidate(
  session: SessionState,
  cause: 'blip' | 'too_few_bad' | 'boundary' | 'session_ended',
  effects: Effects,
): SessionState {
  effects.suppress(cause);
  return { ...session, quality: QUALITY_OK, unresolved: [] };
}

/**
 * What flapped is over with the first clear sample that comes long enough after the last opening was. A silence is not
 * known to have been good: after one, that time begins anew. While there is a candidate it is waited for.
 */
function followStability(
  session: SessionState,
  sample: QualitySample,
  verdict: Verdict,
  wasSilent: boolean,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (session.quality.kind === 'open' || session.qualityIncident?.flapping === undefined) return session;
  const known = wasSilent
    ? withIncident(session, 'quality', withoutStability(session.qualityIncident))
    : session;
  if (verdict !== 'clear') return known;
  const well = withGoodSign(known, 'quality', sample.observedAtMs);
  if (well.quality.kind === 'candidate') return well;
  const flapping = well.qualityIncident?.flapping;
  const overAtMs = flapping && stableAtMs(flapping, thresholds);
  return overAtMs !== undefined && sample.observedAtMs >= overAtMs
    ? recoverStable(well, 'quality', at, thresholds, effects)
    : well;
}
