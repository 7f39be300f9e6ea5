// Holds a detector's alerts against the truth of a call. Pure.
//
// An alert belongs to the trouble during which it was raised, or to the one that ended up to `GRACE_MS` before: a detector
// learns of the last seconds from the sample after them.
import type { Call, Trouble } from './call.ts';
import type { Alert } from './detector.ts';

/** Two samples of 5 s. */
const GRACE_MS = 10_000;
/** What a blip leaves behind in windows and means is still the blip's. */
const AFTERMATH_MS = 30_000;

export interface FalseAlert {
  readonly call: Call;
  readonly alert: Alert;
  /** The blip that provoked it; absent when nothing was wrong. */
  readonly blip?: Trouble;
  /** Whether another blip had ended shortly before that one began. */
  readonly isSecondBlip: boolean;
}

export interface MissedIncident {
  readonly call: Call;
  readonly trouble: Trouble;
}

export interface Score {
  readonly callMs: number;
  readonly alertCount: number;
  readonly incidentCount: number;
  readonly foundCount: number;
  readonly missed: readonly MissedIncident[];
  readonly falseAlerts: readonly FalseAlert[];
  /** Further alerts within an incident, of a kind that was raised in it before. */
  readonly repeatedCount: number;
  /** Further alerts within an incident, of another kind. */
  readonly otherKindCount: number;
  /** From the start of each incident to the first alert in it. */
  readonly raiseMs: readonly number[];
  /** From the end of each incident to the moment at which none of its alerts was up any more; 0 when that was before. */
  readonly clearMs: readonly number[];
  /** Incidents in the middle of which all alerts had been taken back. */
  readonly quietTooEarlyCount: number;
}

export function scoreCall(call: Call, alerts: readonly Alert[]): Score {
  const incidents = call.troubles.filter(({ weight }) => weight === 'incident');
  const found = incidents.flatMap((trouble) => {
    const own = alerts.filter((alert) => troubleOf(call, alert) === trouble);
    // Raised too early is false, and still up when there is reason for it.
    const inherited = alerts.filter(
      (alert) => alert.raisedAtMs < trouble.startMs && isUpAt(alert, trouble.startMs),
    );
    return own.length + inherited.length === 0 ? [] : [{ trouble, own, inherited }];
  });
  const kindCounts = found.map(({ own }) => new Set(own.map(({ kind }) => kind)).size);
  const ownCounts = found.map(({ own }) => own.length);
  return {
    callMs: call.endMs - call.startMs,
    alertCount: alerts.length,
    incidentCount: incidents.length,
    foundCount: found.length,
    missed: incidents
      .filter((incident) => !found.some(({ trouble }) => trouble === incident))
      .map((trouble) => ({ call, trouble })),
    falseAlerts: alerts.flatMap((alert) => falseAlert(call, alert)),
    repeatedCount: sum(ownCounts) - sum(kindCounts),
    otherKindCount: sum(kindCounts.map((count) => Math.max(0, count - 1))),
    raiseMs: found.flatMap(({ trouble, own }) => {
      const [first] = own;
      return first === undefined ? [] : [first.raisedAtMs - trouble.startMs];
    }),
    clearMs: found.flatMap(({ trouble, own, inherited }) => {
      const clears = [...own, ...inherited].map(({ clearedAtMs = Infinity }) => clearedAtMs);
      return [Math.max(0, Math.max(...clears) - trouble.endMs)];
    }),
    quietTooEarlyCount: found.filter(({ trouble, own, inherited }) =>
      isQuietWithin(trouble, [...inherited, ...own]),
    ).length,
  };
}

/** All scores as one; the call that each failure belongs to is named in it. */
export function addScores(scores: readonly Score[]): Score {
  const total = (count: (score: Score) => number) => sum(scores.map(count));
  return {
    callMs: total(({ callMs }) => callMs),
    alertCount: total(({ alertCount }) => alertCount),
    incidentCount: total(({ incidentCount }) => incidentCount),
    foundCount: total(({ foundCount }) => foundCount),
    missed: scores.flatMap(({ missed }) => missed),
    falseAlerts: scores.flatMap(({ falseAlerts }) => falseAlerts),
    repeatedCount: total(({ repeatedCount }) => repeatedCount),
    otherKindCount: total(({ otherKindCount }) => otherKindCount),
    raiseMs: scores.flatMap(({ raiseMs }) => raiseMs),
    clearMs: scores.flatMap(({ clearMs }) => clearMs),
    quietTooEarlyCount: total(({ quietTooEarlyCount }) => quietTooEarlyCount),
  };
}

function falseAlert(call: Call, alert: Alert): FalseAlert[] {
  const trouble = troubleOf(call, alert);
  if (trouble !== undefined && trouble.weight !== 'blip') return [];
  const blip =
    trouble ??
    call.troubles.findLast(
      ({ weight, startMs, endMs }) =>
        weight === 'blip' && alert.raisedAtMs >= startMs && alert.raisedAtMs <= endMs + AFTERMATH_MS,
    );
  const isSecondBlip = call.troubles.some(
    ({ endMs }) => blip !== undefined && endMs < blip.startMs && endMs >= blip.startMs - AFTERMATH_MS,
  );
  return [{ call, alert, isSecondBlip, ...(blip !== undefined && { blip }) }];
}

function troubleOf({ troubles }: Call, { raisedAtMs }: Alert): Trouble | undefined {
  return troubles.findLast(({ startMs, endMs }) => raisedAtMs >= startMs && raisedAtMs <= endMs + GRACE_MS);
}

function isUpAt({ raisedAtMs, clearedAtMs = Infinity }: Alert, atMs: number): boolean {
  return raisedAtMs <= atMs && atMs < clearedAtMs;
}

/** Whether, after the first alert and before the end, there is a moment at which none is up. */
function isQuietWithin({ endMs }: Trouble, alerts: readonly Alert[]): boolean {
  return alerts.some(
    ({ clearedAtMs }) =>
      clearedAtMs !== undefined && clearedAtMs < endMs && !alerts.some((alert) => isUpAt(alert, clearedAtMs)),
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
