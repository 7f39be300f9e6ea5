// Alerts about alerts: what doesn't reach its destination, and what nobody acknowledges.
import { DELIVERY_SLA_S, NEAR_SLA_S, QUEUE_MAX_HOLD_S } from '../limits.ts';
import { aggregate, select, sum } from '../promql.ts';
import { type Series, SERIES } from '../series.ts';
import type { AlertingRule } from './rule.ts';

/** Where one sees more. */
const LOOK =
  'The dashboard Bridge shows the outcomes of the attempts; the log has the answers of the destination.';

export function deliveryAlerts(): AlertingRule[] {
  const worst = (series: Series) => aggregate('max', select(series), ['job', 'destination']);
  const queueWait = aggregate('max', select(SERIES.oldestAlertWaiting), ['job', 'queue']);
  const operators = sum(select(SERIES.operators), ['job', 'queue']);
  return [
    {
      alert: 'WebrtcDeliveryNearSla',
      expr: `${worst(SERIES.oldestUndelivered)} > ${NEAR_SLA_S}`,
      for: '15s',
      severity: 'warning',
      summary: 'An incident has waited for {{ $labels.destination }} for {{ $value | humanizeDuration }}',
      description: `After ${DELIVERY_SLA_S} s it has missed its SLA. Nothing is lost meanwhile: it is stored, and tried again. ${LOOK}`,
    },
    {
      alert: 'WebrtcDeliveryOverdue',
      expr: `${worst(SERIES.overdue)} > 0`,
      for: '1m',
      severity: 'critical',
      summary: '{{ $value }} transitions for {{ $labels.destination }} have missed their SLA',
      description: `They have waited for longer than ${DELIVERY_SLA_S} s. Until the destination takes them, look at the queue or at whom the escalation names. ${LOOK}`,
    },
    {
      alert: 'WebrtcDeliverySlaMissed',
      expr: `${worst(SERIES.deliverySlaMissed)} > 0.01`,
      for: '5m',
      severity: 'warning',
      summary:
        '{{ $value | humanizePercentage }} of the transitions of the last hour reached {{ $labels.destination }} too late',
      description: `It takes them, but not in time: it is slow, or asks us to slow down. ${LOOK}`,
    },
    {
      alert: 'WebrtcBreakerOpen',
      expr: `${worst(SERIES.breakerState)} == 1`,
      for: '2m',
      severity: 'warning',
      summary: '{{ $labels.destination }} takes nothing',
      description: `Deliveries keep failing, so it is only probed. A refused credential or an address that is gone needs somebody; the health check says which: 127.0.0.1:13133. ${LOOK}`,
    },
    {
      alert: 'WebrtcDeadLetters',
      expr: `${worst(SERIES.deadLettersWaiting)} > 0`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $value }} transitions for {{ $labels.destination }} are dead letters',
      description:
        'The destination refuses them as they are, or they have waited longer than they are kept. The command `outbox ls` lists them, `outbox log` has its answers, and `outbox redrive` sends them again when the cause is mended.',
    },
    {
      alert: 'WebrtcQueueUnacknowledged',
      expr: `${queueWait} > ${QUEUE_MAX_HOLD_S} and on (job, queue) ${operators} > 0`,
      for: '1m',
      severity: 'critical',
      summary: 'An alert in the queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}',
      description: `There are operators, and none has acknowledged it within ${QUEUE_MAX_HOLD_S} s. The dashboard Bridge shows who is available, by number.`,
    },
  ];
}
