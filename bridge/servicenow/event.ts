// ServiceNow Event Management: one transition as one event. Its import wants every value as text, and a time without a
// zone, which it takes for GMT.
import { cutText, cutToBytes } from '../rendering/cut-text.ts';
import { detailsOf, fitDetails, textDetails } from '../rendering/details.ts';
import { INCIDENT_TYPES, SOURCE_NAME } from '../rendering/incident-names.ts';
import { summaryOf } from '../rendering/title.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';

/** Not documented with the API: what the columns of `em_event` hold by default, the description in bytes. */
const LIMITS = { node: 100, resource: 100, description: 4_000, additionalInfoBytes: 8_000 } as const;

/** 1 critical, 2 major, 3 minor, 4 warning, 5 information; 0 clears. */
const SEVERITIES_THERE: Readonly<Record<Severity, string>> = { critical: '1', high: '2', warning: '4' };
const CLEAR = '0';

export interface EventBatch {
  readonly records: readonly [{ readonly additional_info: string }];
}

/** Resolving is an event with the same message key and severity 0. */
export function eventOf(transition: Transition, link: string | undefined): string {
  const { kind, category, severity, subject, reasons, incidentId, occurredAtMs, dimensions } = transition;
  const over = isOver(kind);
  return JSON.stringify({
    records: [
      {
        source: SOURCE_NAME,
        event_class: SOURCE_NAME,
        node: cutText(dimensions.edge ?? dimensions.site ?? transition.environment, LIMITS.node),
        resource: cutText(subject, LIMITS.resource),
        metric_name: reasons[0]?.rule ?? category,
        type: INCIDENT_TYPES[category],
        message_key: incidentId,
        severity: over ? CLEAR : SEVERITIES_THERE[severity],
        description: cutToBytes(summaryOf(transition), LIMITS.description),
        additional_info: fitDetails(
          textDetails(detailsOf(transition, link)),
          LIMITS.additionalInfoBytes,
          (details) => JSON.stringify(details),
        ),
        time_of_event: new Date(occurredAtMs).toISOString().slice(0, 19).replace('T', ' '),
        resolution_state: over ? 'Closing' : 'New',
      },
    ],
  });
}
