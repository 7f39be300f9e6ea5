// Panels of how alerts reach people: over the wire to destinations, and through the local queue. Two of the dashboards
// have them.
import { DELIVERY_SLA_S, NEAR_SLA_S, QUEUE_MAX_HOLD_S } from '../limits.ts';
import {
  aggregate,
  buckets,
  growth,
  increase,
  type Matchers,
  OF_JOB,
  quantile,
  select,
  sum,
} from '../promql.ts';
import { type Series, SERIES } from '../series.ts';
import { limitedLines, lines } from './panels.ts';
import { risingThresholds } from './thresholds.ts';

/** The largest of what several processes say of a destination or a queue. */
export function worstBy(series: Series, by: readonly string[], matchers: Matchers = OF_JOB): string {
  return aggregate('max', select(series, matchers), by);
}

/** What was promised, and what was kept of it. */
export function deliverySlaPanels() {
  return [
    limitedLines(
      {
        title: 'SLA missed by deliveries',
        description: SERIES.deliverySlaMissed.description,
        span: 8,
        unit: 'percentunit',
      },
      [{ expr: worstBy(SERIES.deliverySlaMissed, ['destination']), legend: '{{destination}}' }],
      risingThresholds(0.001, 0.01),
    ).min(0),
    timeToDeliverPanel(OF_JOB),
    limitedLines(
      {
        title: 'Time to acknowledge',
        description: `${SERIES.timeToAcknowledge.description} Half of the alerts of the last hour, and 95 of 100, took no longer. By default an alert may wait for ${QUEUE_MAX_HOLD_S} s.`,
        span: 8,
        unit: 's',
      },
      [0.5, 0.95].map((q) => ({
        expr: quantile(q, sum(growth(buckets(SERIES.timeToAcknowledge, OF_JOB), '1h'), ['le', 'queue'])),
        legend: `{{queue}} p${q * 100}`,
      })),
      risingThresholds(QUEUE_MAX_HOLD_S * 0.8, QUEUE_MAX_HOLD_S),
    ).min(0),
  ];
}

export function timeToDeliverPanel(matchers: Matchers, span = 8) {
  return limitedLines(
    {
      title: 'Time to deliver',
      description: `${SERIES.timeToDeliver.description} Median and 99th percentile over the last 15 minutes; the SLA is ${DELIVERY_SLA_S} s.`,
      span,
      unit: 's',
    },
    [
      { expr: worstBy(SERIES.timeToDeliverP50, ['destination'], matchers), legend: '{{destination}} p50' },
      { expr: worstBy(SERIES.timeToDeliverP99, ['destination'], matchers), legend: '{{destination}} p99' },
    ],
    risingThresholds(NEAR_SLA_S, DELIVERY_SLA_S),
  ).min(0);
}

/** The local queue. */
export function queuePanels() {
  const byQueue = (series: Series) => worstBy(series, ['queue']);
  return [
    lines(
      {
        title: 'Alerts in the queue',
        description: 'Alerts that nobody has, that somebody was given, and that somebody has acknowledged.',
        span: 8,
      },
      [
        { expr: byQueue(SERIES.alertsWaiting), legend: '{{queue}} waiting' },
        { expr: byQueue(SERIES.alertsAssigned), legend: '{{queue}} assigned' },
        { expr: byQueue(SERIES.alertsAcknowledged), legend: '{{queue}} acknowledged' },
      ],
    ).min(0),
    limitedLines(
      {
        title: 'Oldest alert in the queue',
        description: SERIES.oldestAlertWaiting.description,
        span: 8,
        unit: 's',
      },
      [{ expr: byQueue(SERIES.oldestAlertWaiting), legend: '{{queue}}' }],
      risingThresholds(QUEUE_MAX_HOLD_S * 0.8, QUEUE_MAX_HOLD_S),
    ).min(0),
    lines(
      {
        title: 'Operators, and alerts that were missed',
        description: `${SERIES.operators.description} ${SERIES.queueSlaMissed.description} Within the last hour.`,
        span: 8,
      },
      [
        { expr: worstBy(SERIES.operators, ['queue', 'status']), legend: '{{queue}} {{status}}' },
        {
          expr: sum(increase(select(SERIES.queueSlaMissed, OF_JOB), '1h'), ['queue', 'limit']),
          legend: '{{queue}} missed, {{limit}}',
        },
      ],
    ).min(0),
  ];
}
