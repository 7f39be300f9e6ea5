// The dashboard Bridge: whether alerts get where they should, and how the process itself is.
import { type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { DELIVERY_SLA_S, NEAR_SLA_S } from '../limits.ts';
import {
  buckets,
  growth,
  happened,
  type Matchers,
  OF_JOB,
  OF_OWN_JOB,
  RATE_INTERVAL,
  select,
  sum,
} from '../promql.ts';
import { SERIES } from '../series.ts';
import { board, UID } from './board.ts';
import { queuePanels, timeToDeliverPanel, worstBy } from './delivery-panels.ts';
import { valueMap } from './levels.ts';
import { genesysPanels, processPanels, throughputPanels } from './health-panels.ts';
import { heatmap, limitedLines, lines, stacked, stat, stateTimeline } from './panels.ts';
import { COLOUR, neutral, noneIsGood, risingThresholds } from './thresholds.ts';
import { datasourceVariable, destinationVariable, jobVariable, ownJobVariable } from './variables.ts';

const OF_DESTINATION: Matchers = { ...OF_JOB, destination: '=~$destination' };

const BREAKER_MAPPING = valueMap([
  { text: 'closed', color: COLOUR.good },
  { text: 'open', color: COLOUR.critical },
]);

/** Of attempts, those that are no trouble, some, and all of it. */
const OUTCOME_LINES = [
  { pattern: 'delivered$', color: COLOUR.good },
  { pattern: ' retry$', color: COLOUR.watch },
  { pattern: ' dead$', color: COLOUR.critical },
];

export function bridgeDashboard(): Dashboard {
  return board({
    uid: UID.bridge,
    title: 'WebRTC quality / Bridge',
    description:
      'Delivery of incidents by destination, the local queue, and the health of the process itself.',
    refresh: '30s',
    from: 'now-3h',
    variables: [datasourceVariable(), jobVariable(), ownJobVariable(), destinationVariable()],
    rows: [
      { title: 'Now', panels: now() },
      { title: 'Delivery', panels: delivery() },
      { title: 'Queue', panels: queuePanels() },
      { title: 'Input and metrics', panels: throughputPanels() },
      { title: 'Genesys Cloud', collapsed: true, panels: genesysPanels() },
      { title: 'Process', panels: processPanels() },
    ],
  });
}

function now() {
  return [
    stat(
      { title: 'Oldest undelivered', description: SERIES.oldestUndelivered.description, span: 4, unit: 's' },
      { expr: worstBy(SERIES.oldestUndelivered, [], OF_DESTINATION), legend: 'oldest' },
      risingThresholds(NEAR_SLA_S, DELIVERY_SLA_S),
    ),
    stat(
      { title: 'Overdue', description: SERIES.overdue.description, span: 4 },
      { expr: sum(select(SERIES.overdue, OF_DESTINATION)), legend: 'overdue' },
      noneIsGood(),
    ),
    stat(
      { title: 'Dead letters', description: SERIES.deadLettersWaiting.description, span: 4 },
      { expr: sum(select(SERIES.deadLettersWaiting, OF_DESTINATION)), legend: 'dead letters' },
      noneIsGood(COLOUR.bad),
    ),
    stat(
      {
        title: 'Open breakers',
        description: 'Destinations that take nothing at present, and are only probed.',
        span: 4,
      },
      { expr: sum(select(SERIES.breakerState, OF_DESTINATION)), legend: 'open' },
      noneIsGood(),
    ),
    stat(
      {
        title: 'SLA missed',
        description: SERIES.deliverySlaMissed.description,
        span: 4,
        unit: 'percentunit',
      },
      { expr: worstBy(SERIES.deliverySlaMissed, [], OF_DESTINATION), legend: 'missed' },
      risingThresholds(0.001, 0.01),
    ),
    stat(
      { title: 'Up for', description: SERIES.uptime.description, span: 4, unit: 's' },
      { expr: `min(${select(SERIES.uptime, OF_OWN_JOB)})`, legend: 'uptime' },
    ),
  ];
}

function delivery() {
  return [
    stacked(
      {
        title: 'Attempts by destination and outcome',
        description: SERIES.attempts.description,
        span: 12,
      },
      [
        {
          expr: happened(SERIES.attempts, ['destination', 'outcome'], OF_DESTINATION),
          legend: '{{destination}} {{outcome}}',
        },
      ],
      'bars',
      OUTCOME_LINES,
    ),
    limitedLines(
      {
        title: 'Oldest undelivered by destination',
        description: `${SERIES.oldestUndelivered.description} The SLA is ${DELIVERY_SLA_S} s.`,
        span: 12,
        unit: 's',
      },
      [
        {
          expr: worstBy(SERIES.oldestUndelivered, ['destination'], OF_DESTINATION),
          legend: '{{destination}}',
        },
      ],
      risingThresholds(NEAR_SLA_S, DELIVERY_SLA_S),
    ).min(0),
    stateTimeline({ title: 'Circuit breakers', description: SERIES.breakerState.description, span: 12 }, [
      { expr: worstBy(SERIES.breakerState, ['destination'], OF_DESTINATION), legend: '{{destination}}' },
    ])
      .thresholds(neutral())
      .mappings([BREAKER_MAPPING]),
    heatmap(
      {
        title: 'Time to deliver, all of them',
        description: `${SERIES.timeToDeliver.description} Transitions by that time.`,
        span: 12,
        unit: 's',
      },
      sum(growth(buckets(SERIES.timeToDeliver, OF_DESTINATION), RATE_INTERVAL), ['le']),
    ),
    timeToDeliverPanel(OF_DESTINATION),
    lines(
      {
        title: 'Waiting for delivery',
        description: `${SERIES.queueSize.description} Dead letters, which nobody has redriven yet, beside them.`,
        span: 8,
      },
      [
        { expr: worstBy(SERIES.queueSize, ['exporter'], OF_OWN_JOB), legend: '{{exporter}} waiting' },
        {
          expr: worstBy(SERIES.deadLettersWaiting, ['destination'], OF_DESTINATION),
          legend: '{{destination}} dead letters',
        },
      ],
    ).min(0),
    stacked(
      {
        title: 'Held back, released, given up',
        description: `${SERIES.heldBack.description} ${SERIES.released.description} ${SERIES.givenUp.description}`,
        span: 8,
      },
      [
        { expr: happened(SERIES.heldBack, ['cause']), legend: 'held back, {{cause}}' },
        {
          expr: happened(SERIES.released, ['destination', 'cause'], OF_DESTINATION),
          legend: '{{destination}} released, {{cause}}',
        },
        {
          expr: happened(SERIES.givenUp, ['destination', 'cause'], OF_DESTINATION),
          legend: '{{destination}} given up, {{cause}}',
        },
      ],
      'bars',
    ),
  ];
}
