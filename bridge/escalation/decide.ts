// What is told of alerts that wait too long: the decision of one step of an escalation. Pure.
import { MAX_LISTED_INCIDENTS } from '../transition/transition.ts';
import { openingState, withAlerts } from './incident-state.ts';
import { noticeOf, reasonsOf } from './notice.ts';
import type { StillWaiting, WaitingAlert } from './source.ts';
import type { EscalationState } from './state.ts';
import { afterNotice, historyOf, kindFor, noticeTo, type Notice } from './telling.ts';

export interface DueAlerts {
  readonly source: string;
  readonly step: number;
  readonly afterMs: number;
  /** Destinations of the step. */
  readonly to: readonly string[];
  /** At least one; most severe first. */
  readonly due: readonly WaitingAlert[];
  /** Of those that were escalated before. */
  readonly stillWaiting: StillWaiting;
  readonly nowMs: number;
}

export interface Decision {
  readonly state: EscalationState;
  readonly notices: readonly Notice[];
}

/** Takes step `step` for the alerts that are due for it. No notices: nothing is new about them. */
export function decideEscalation(state: EscalationState | undefined, alerts: DueAlerts): Decision {
  const { source, step, to, due, nowMs } = alerts;
  const isOpening = state?.isOpen !== true;
  const news = newsOf(due, isOpening);
  if (state !== undefined && news.length === 0) return { state, notices: [] };
  const base = isOpening ? openingState(state, due) : state;
  const first = isOpening ? news : news.filter(({ told }) => told === undefined);
  const members = step === 0 || isOpening ? first : [];
  const listedIds = first.map(({ incidentId }) => incidentId);
  let next = withAlerts(base, news, members, due);
  const reasons = reasonsOf(new Set(due.map(({ cause }) => cause)), {
    waitedMs: nowMs - oldestOf(due, alerts.stillWaiting),
    limitMs: alerts.afterMs,
    deadLetterCount: next.causeCounts.dead_letter ?? 0,
  });
  const openCount = openCountOf(alerts);
  const notices: Notice[] = [];
  for (let start = 0; start === 0 || start < listedIds.length; start += MAX_LISTED_INCIDENTS) {
    const history = start === 0 ? historyOf(base) : { isOpen: true, severity: next.severity };
    const transition = noticeOf(source, next, {
      kind: kindFor(history, next.severity),
      sequence: next.nextSequence,
      nowMs,
      reasons,
      openCount,
      listedIds: listedIds.slice(start, start + MAX_LISTED_INCIDENTS),
    });
    notices.push(noticeTo(to, transition, next));
    next = afterNotice(next, to);
  }
  return { state: { ...next, noticeAtMs: { ...next.noticeAtMs, [step]: nowMs } }, notices };
}

/** One alert, the worst, of each incident: the others say nothing more. */
function newsOf(due: readonly WaitingAlert[], isOpening: boolean): readonly WaitingAlert[] {
  const byIncident = new Map<string, WaitingAlert>();
  for (const alert of due) {
    if (alert.told === 'as_bad' && !isOpening) continue;
    if (!byIncident.has(alert.incidentId)) byIncident.set(alert.incidentId, alert);
  }
  return [...byIncident.values()];
}

function oldestOf(due: readonly WaitingAlert[], { oldestSinceMs = Infinity }: StillWaiting): number {
  return Math.min(oldestSinceMs, ...due.map(({ waitingSinceMs }) => waitingSinceMs));
}

/** Alerts that the first step takes are not among those that were escalated before; those of later steps are. */
function openCountOf({ step, due, stillWaiting }: DueAlerts): number {
  const added = step === 0 ? due.filter(({ told }) => told === undefined) : [];
  return stillWaiting.count + new Set(added.map(({ incidentId }) => incidentId)).size;
}
