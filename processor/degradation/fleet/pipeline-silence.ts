// The silence of all sources at once: one incident of the pipeline, and no gap of any session. Pure. The wall clock decides:
// when nobody is heard there is no other.
import type { Transition } from '../../../bridge/transition/transition.ts';
import type { Moment } from '../notice.ts';
import { withReasons } from '../reasons.ts';
import { samplingIntervalMs, type Thresholds } from '../thresholds.ts';
import { isSameBucket, openFleetIncident, tellFleetIncident, type FleetIncident } from './fleet-incident.ts';
import type { SilenceLimits } from './fleet-limits.ts';

const SUBJECT = 'all sources';

/** The open incident, or the last one: what a later silence continues. */
export interface PipelineIncident extends FleetIncident {
  readonly open: boolean;
  /** When the opening is due that the dedup window holds back. */
  readonly announceAtMs?: number;
  /** Of the last opening that was told. */
  readonly lastOpeningAtMs: number;
  readonly suppressedCount: number;
}

/** What is known of the silence of all sources. Times are those of the wall clock. */
export interface Hearing {
  /** When the last record came, of anybody. */
  readonly heardAtMs: number;
  /** How many sessions are expected to talk. */
  readonly talkingCount: number;
}

export interface PipelineStep {
  readonly incident: PipelineIncident | undefined;
  readonly transitions: readonly Transition[];
}

/**
 * Whether the gap of a session has to wait: the silence may be everybody's. That is known when the next record comes, or
 * when it has lasted for `gapAfterMs`.
 */
export function isGapPutOff(
  { heardAtMs, talkingCount }: Hearing,
  nowMs: number,
  limits: SilenceLimits,
  thresholds: Thresholds,
): boolean {
  if (!limits.enabled || talkingCount < limits.minSessionCount) return false;
  return nowMs - heardAtMs > samplingIntervalMs(thresholds);
}

/** When there is something to decide if nobody is heard until then; Infinity when there is not. */
export function pipelineDueAtMs(
  incident: PipelineIncident | undefined,
  { heardAtMs, talkingCount }: Hearing,
  limits: SilenceLimits,
  thresholds: Thresholds,
): number {
  if (incident?.open === true) return incident.announceAtMs ?? Infinity;
  if (!limits.enabled || talkingCount < limits.minSessionCount) return Infinity;
  return heardAtMs + thresholds.gapAfterMs;
}

/** The clock looks at the silence. */
export function watchSilence(
  previous: PipelineIncident | undefined,
  hearing: Hearing,
  nowMs: number,
  limits: SilenceLimits,
  thresholds: Thresholds,
): PipelineStep {
  const dueAtMs = pipelineDueAtMs(previous, hearing, limits, thresholds);
  if (nowMs < dueAtMs) return { incident: previous, transitions: [] };
  const at: Moment = { occurredAtMs: dueAtMs, decidedAtMs: nowMs };
  if (previous?.open === true) return announce(previous, at, thresholds);

  const triggerAtMs = hearing.heardAtMs;
  const silentS = thresholds.gapAfterMs / 1_000;
  const opening = {
    severity: 'high',
    reasons: [{ rule: 'all_silent', value: silentS, threshold: silentS }],
    triggerAtMs,
  } as const;
  // As of a session: told within the dedup window or begun in the same five minutes, it is the same incident.
  const windowMs = thresholds.dedupWindowMs;
  const continues =
    previous !== undefined &&
    (isSameBucket(previous, triggerAtMs) || dueAtMs - previous.lastOccurredAtMs < windowMs);
  const heldBack = previous !== undefined && dueAtMs - previous.lastOpeningAtMs < windowMs;
  const incident: PipelineIncident = {
    ...openFleetIncident('pipeline', SUBJECT, continues ? previous : undefined, opening),
    open: true,
    lastOpeningAtMs: previous?.lastOpeningAtMs ?? dueAtMs,
    suppressedCount: (previous?.suppressedCount ?? 0) + (heldBack ? 1 : 0),
    ...(heldBack && { announceAtMs: previous.lastOpeningAtMs + windowMs }),
  };
  return heldBack ? { incident, transitions: [] } : announce(incident, at, thresholds);
}

/** Somebody has been heard: whatever is open has recovered. What was never told is counted. */
export function endSilence(
  incident: PipelineIncident,
  { heardAtMs }: Hearing,
  nowMs: number,
  thresholds: Thresholds,
): PipelineStep {
  const { announceAtMs, ...rest } = incident;
  const silent = {
    rule: 'all_silent',
    value: Math.round(nowMs - heardAtMs) / 1_000,
    threshold: thresholds.gapAfterMs / 1_000,
  } as const;
  const closed = { ...rest, open: false, reasons: withReasons(incident.reasons, [silent]) };
  if (announceAtMs !== undefined) {
    return { incident: { ...closed, suppressedCount: closed.suppressedCount + 1 }, transitions: [] };
  }
  return tell(closed, 'recovered', { occurredAtMs: nowMs, decidedAtMs: nowMs }, thresholds);
}

function announce(incident: PipelineIncident, at: Moment, thresholds: Thresholds): PipelineStep {
  const { announceAtMs: _, ...announced } = incident;
  const kind = incident.nextSequence === 0 ? 'opened' : 'reopened';
  return tell({ ...announced, lastOpeningAtMs: at.occurredAtMs }, kind, at, thresholds);
}

function tell(
  incident: PipelineIncident,
  kind: 'opened' | 'reopened' | 'recovered',
  at: Moment,
  { environment }: Thresholds,
): PipelineStep {
  const { suppressedCount } = incident;
  const told = tellFleetIncident('pipeline', { ...incident, suppressedCount: 0 }, kind, at, {
    environment,
    dimensions: {},
    suppressedCount,
  });
  return { incident: told.incident, transitions: [told.transition] };
}
