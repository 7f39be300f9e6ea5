// An incident as it is shown: all that was decided of it and how its notices fare, but nobody's name. Which session it is
// about is for who may see sessions.
import type { z } from 'zod';
import { rounded } from '../../bridge/transition/metrics-body.ts';
import type {
  IncidentCategory,
  IncidentGroup,
  IncidentMetrics,
  Transition,
} from '../../bridge/transition/transition.ts';
import type { metricsSchema } from '../sessions/metrics-schema.ts';
import { deliveryDocuments } from './delivery-document.ts';
import type { ListedIncident } from './incident-list.ts';
import type { IncidentDetails } from './incident-reader.ts';
import type {
  DetailsDocument,
  GroupDocument,
  IncidentDocument,
  TransitionDocument,
} from './incident-schema.ts';

type MetricsDocument = z.output<typeof metricsSchema>;

/** The subject of these is a session. */
const OF_SESSIONS: ReadonlySet<IncidentCategory> = new Set(['quality', 'connection']);

export function incidentDocument(incident: ListedIncident, showsSessions: boolean): IncidentDocument {
  const { incidentId, incidentKey, category, subject, severity, state, openedAtMs, changedAtMs } = incident;
  return {
    id: incidentId,
    // It can be computed from the session's id, so an id could be tried out on it.
    ...(showsSessions && { incidentKey }),
    category,
    ...((showsSessions || !OF_SESSIONS.has(category)) && { subject }),
    severity,
    state,
    opened: isoOf(openedAtMs),
    changed: isoOf(changedAtMs),
  };
}

export function detailsDocument(details: IncidentDetails, showsSessions: boolean): DetailsDocument {
  const { incident, transitions, hasEarlierTransitions } = details;
  const deliveriesOf = deliveryDocuments(details);
  return {
    ...incidentDocument(incident, showsSessions),
    transitions: transitions.map((transition) => ({
      ...transitionDocument(transition, showsSessions),
      deliveries: deliveriesOf(transition.sequence),
    })),
    ...(hasEarlierTransitions && { earlierBefore: transitions[0]!.sequence }),
  };
}

function transitionDocument(
  transition: Transition,
  showsSessions: boolean,
): Omit<TransitionDocument, 'deliveries'> {
  const { kind, sequence, severity, peakSeverity, conversationId, environment, dimensions } = transition;
  const { stormId, group, suppressedCount, reasons } = transition;
  return {
    kind,
    sequence,
    severity,
    peakSeverity,
    reasons: reasonDocuments(reasons),
    triggered: isoOf(transition.triggerAtMs),
    occurred: isoOf(transition.occurredAtMs),
    decided: isoOf(transition.decidedAtMs),
    triggerMetrics: metricsDocument(transition.triggerMetrics),
    currentMetrics: metricsDocument(transition.currentMetrics),
    ...(showsSessions && conversationId !== undefined && { conversationId }),
    environment,
    dimensions,
    suppressedCount,
    ...(stormId !== undefined && { stormId }),
    ...(group !== undefined && { group: groupDocument(group, showsSessions) }),
  };
}

/** Named one by one: what a transition may carry some day is not shown by itself. */
function groupDocument(
  { memberCount, openCount, breakdown, members }: IncidentGroup,
  showsSessions: boolean,
): GroupDocument {
  const { bySeverity, byReason, byDimension } = breakdown;
  return {
    memberCount,
    openCount,
    bySeverity,
    byReason,
    byDimension,
    worst: members.map(({ incidentId, sessionId, severity, reasons }) => ({
      incidentId,
      ...(showsSessions && { sessionId }),
      severity,
      reasons: reasonDocuments(reasons),
    })),
  };
}

function reasonDocuments(reasons: Transition['reasons']): TransitionDocument['reasons'] {
  return reasons.map(({ rule, value, threshold, causes }) => ({
    rule,
    ...(value !== undefined && { value: rounded(value) }),
    ...(threshold !== undefined && { threshold }),
    ...(causes !== undefined && { causes: [...causes] }),
  }));
}

function metricsDocument(metrics: IncidentMetrics): MetricsDocument {
  const { mos, jitterMs, packetLossPercent, rttMs, bitrateKbps, framesPerSecond } = metrics;
  const { freezeRatio, experience } = metrics;
  return {
    ...(mos !== undefined && { mos: rounded(mos) }),
    ...(experience !== undefined && { experience: rounded(experience) }),
    ...(jitterMs !== undefined && { jitter: { ms: rounded(jitterMs)! } }),
    ...(packetLossPercent !== undefined && { packetLossPercent: rounded(packetLossPercent) }),
    ...(rttMs !== undefined && { rtt: { ms: rounded(rttMs)! } }),
    ...(bitrateKbps !== undefined && { bitrate: { kbps: rounded(bitrateKbps)! } }),
    ...(framesPerSecond !== undefined && { framesPerSecond: rounded(framesPerSecond) }),
    ...(freezeRatio !== undefined && { freezeRatio: rounded(freezeRatio) }),
  };
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
