// The body of Alertmanager's own webhook, version 4, with one alert: whatever understands Alertmanager understands us.
import { createHash } from 'node:crypto';
import { cutText } from '../rendering/cut-text.ts';
import { detailsOf, fitDetails, halvedDetails, textDetails, type Details } from '../rendering/details.ts';
import { INCIDENT_TYPES, SUBJECT_NAMES } from '../rendering/incident-names.ts';
import { summaryOf, titleOf } from '../rendering/title.ts';
import {
  isOver,
  type IncidentCategory,
  type Transition,
  type TransitionKind,
} from '../transition/transition.ts';
import type { WebhookFormat } from './format.ts';

/** No limit is documented; incident.io's receiver of this format takes 512 KB. */
const MAX_BYTES = 512_000;
/** Longest value of a label, in code points; ours to choose. */
const MAX_LABEL_LENGTH = 256;
/** Longest summary and link, in code points; ours to choose. */
const MAX_TEXT_LENGTH = 2_000;
/** How Alertmanager writes that an alert has no end yet. */
const NO_END = '0001-01-01T00:00:00Z';

const ALERT_NAMES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'WebRTCVideoDegraded',
  connection: 'WebRTCConnectionTrouble',
  storm: 'WebRTCQualityStorm',
  pipeline: 'WebRTCPipelineSilent',
  delivery: 'WebRTCAlertsUndelivered',
};

/** What Alertmanager would give as `notification_reason`, where it has a word for it. */
const NOTIFICATION_REASONS: Readonly<Partial<Record<TransitionKind, string>>> = {
  opened: 'first notification',
  reopened: 'first notification',
  recovered: 'all resolved',
  ended: 'all resolved',
};

interface AlertmanagerBody {
  readonly commonAnnotations: Details;
  readonly alerts: readonly [{ readonly annotations: Details }];
}

export function alertmanagerFormat(receiver: string): WebhookFormat {
  return {
    contentType: 'application/json',
    render: (transition, link) =>
      fitDetails(textDetails(detailsOf(transition, link)), MAX_BYTES, (details) =>
        JSON.stringify(bodyOf(transition, receiver, details, link)),
      ),
    shrink(body) {
      const parsed = JSON.parse(body) as AlertmanagerBody;
      const annotations = halvedDetails(parsed.commonAnnotations);
      if (annotations === undefined) return undefined;
      const alerts = [{ ...parsed.alerts[0], annotations }];
      return JSON.stringify({ ...parsed, commonAnnotations: annotations, alerts });
    },
  };
}

function bodyOf(transition: Transition, receiver: string, details: Details, link: string | undefined) {
  const over = isOver(transition.kind);
  const status = over ? 'resolved' : 'firing';
  const labels = labelsOf(transition);
  const generatorURL = link === undefined ? '' : cutText(link, MAX_TEXT_LENGTH);
  const annotations = {
    summary: cutText(titleOf(transition), MAX_TEXT_LENGTH),
    description: cutText(summaryOf(transition), MAX_TEXT_LENGTH),
    ...details,
  };
  return {
    version: '4',
    groupKey: `{}:{incident_id="${transition.incidentId}"}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: generatorURL,
    notification_reason: NOTIFICATION_REASONS[transition.kind],
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: new Date(transition.triggerAtMs).toISOString(),
        endsAt: over ? new Date(transition.occurredAtMs).toISOString() : NO_END,
        generatorURL,
        fingerprint: fingerprintOf(transition),
      },
    ],
  };
}

function labelsOf({ category, subject, severity, environment, dimensions, isTest }: Transition) {
  const own = {
    alertname: ALERT_NAMES[category],
    severity,
    incident_type: INCIDENT_TYPES[category],
    environment,
    [SUBJECT_NAMES[category]]: subject,
    ...(isTest === true && { test: 'true' }),
  };
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...dimensions, ...own })) {
    // A label's name is a word of Prometheus: `network.type` becomes `network_type`.
    labels[name.replace(/[^a-zA-Z0-9_]/g, '_')] = cutText(value, MAX_LABEL_LENGTH);
  }
  return labels;
}

/**
 * Who the alert is about, as 16 hex digits. Alertmanager would hash all labels; but an escalation changes the severity,
 * and the recovery must find the alert that it ends. Which occurrence it is say `incident_id` and `idempotency_key`.
 */
function fingerprintOf({ category, subject, environment }: Transition): string {
  return createHash('sha256')
    .update(`${category}|${environment}|${subject}`, 'utf8')
    .digest('hex')
    .slice(0, 16);
}
