// The state of an escalation's incident as it opens and as alerts are added to it. Pure.
import { bucketOf } from '../transition/incident-key.ts';
import { severityRank, type GroupMember, type Severity } from '../transition/transition.ts';
import type { WaitingAlert } from './source.ts';
import type { EscalationState } from './state.ts';

const WORST_COUNT = 10;

/**
 * The incident began when the oldest alert began to wait. A further opening in the bucket of the last one reopens that
 * incident. The bucket never goes back, whatever the clock does: an earlier one may have been used, and a key that was
 * used is never sent again.
 */
export function openingState(
  last: EscalationState | undefined,
  due: readonly WaitingAlert[],
): EscalationState {
  const triggerAtMs = Math.min(...due.map(({ waitingSinceMs }) => waitingSinceMs));
  const bucket = Math.max(bucketOf(triggerAtMs), last?.bucket ?? 0);
  const same = last?.bucket === bucket ? last : undefined;
  const environment = due.find((alert) => alert.environment !== undefined)?.environment;
  return {
    bucket,
    nextSequence: same?.nextSequence ?? 0,
    isOpen: false,
    severity: 'warning',
    peakSeverity: same?.peakSeverity ?? 'warning',
    triggerAtMs,
    environment: environment ?? last?.environment ?? 'unknown',
    oldestSinceMs: triggerAtMs,
    memberCount: 0,
    bySeverity: {},
    byReason: {},
    worst: [],
    causeCounts: {},
    noticeAtMs: last?.noticeAtMs ?? {},
    told: same?.told ?? {},
  };
}

/**
 * With all that is `due`: of its incidents `news` are those that have not been told of, or not as bad; `members` those that
 * count.
 */
export function withAlerts(
  state: EscalationState,
  news: readonly WaitingAlert[],
  members: readonly WaitingAlert[],
  due: readonly WaitingAlert[],
): EscalationState {
  const bySeverity = { ...state.bySeverity };
  const byReason = { ...state.byReason };
  for (const { severity, reasons } of members) {
    bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    const rule = reasons[0]?.rule;
    if (rule !== undefined) byReason[rule] = (byReason[rule] ?? 0) + 1;
  }
  const causeCounts = { ...state.causeCounts };
  for (const { cause } of due) causeCounts[cause] = (causeCounts[cause] ?? 0) + 1;
  const severity = worstSeverity([state.severity, ...news.map((alert) => alert.severity)]);
  return {
    ...state,
    severity,
    peakSeverity: worstSeverity([state.peakSeverity, severity]),
    oldestSinceMs: Math.min(state.oldestSinceMs, ...due.map(({ waitingSinceMs }) => waitingSinceMs)),
    memberCount: state.memberCount + members.length,
    bySeverity,
    byReason,
    worst: worstOf(state.worst, news),
    causeCounts,
  };
}

function worstOf(known: readonly GroupMember[], news: readonly WaitingAlert[]): readonly GroupMember[] {
  const told = news.map(({ subject: sessionId, incidentId, severity, reasons }): GroupMember => ({
    sessionId,
    incidentId,
    severity,
    reasons,
  }));
  const newIds = new Set(told.map(({ incidentId }) => incidentId));
  return [...known.filter(({ incidentId }) => !newIds.has(incidentId)), ...told]
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, WORST_COUNT);
}

function worstSeverity(severities: readonly Severity[]): Severity {
  return severities.reduce((worst, each) => (severityRank(each) > severityRank(worst) ? each : worst));
}
