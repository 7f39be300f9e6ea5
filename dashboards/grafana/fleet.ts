// The dashboard Fleet: all sessions together. It draws no line per session, so it looks the same over five sessions and
// over fifty thousand: counts, distributions, and the few worst.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { FLEET_LIMITS, limitOf } from '../limits.ts';
import {
  happened,
  type Matchers,
  observations,
  OF_JOB,
  quantile,
  rate,
  RATE_INTERVAL,
  ratio,
  select,
  sum,
} from '../promql.ts';
import { distributionOf, LABEL, measureOf, SERIES } from '../series.ts';
import { board, UID } from './board.ts';
import { deliverySlaPanels } from './delivery-panels.ts';
import { bucketRates, distributionPanels, JUDGED, UNJUDGED, worstPartPanels } from './distribution-panels.ts';
import { LEVEL_LINES } from './levels.ts';
import { limitedLines, stacked, stat } from './panels.ts';
import { gaugeThresholds, noneIsGood, risingThresholds } from './thresholds.ts';
import {
  datasourceVariable,
  dimensionVariables,
  dividingVariable,
  jobVariable,
  OF_PART,
} from './variables.ts';
import { worstSessions } from './worst-sessions.ts';

const MOS = measureOf('webrtc.video.mos');
const { degradedRatio } = FLEET_LIMITS.storm;
const allSessions = sum(select(SERIES.sessions, OF_JOB));
const degradedShare = ratio(
  sum(select(SERIES.sessions, { ...OF_JOB, [LABEL.sessionState]: '=~degraded|critical' })),
  allSessions,
);
const shareThresholds = () => risingThresholds(degradedRatio / 2, degradedRatio);

export function fleetDashboard(): Dashboard {
  return board({
    uid: UID.fleet,
    title: 'WebRTC quality / Fleet',
    description: 'All live sessions together: how many are bad, what is bad, and where.',
    refresh: '1m',
    from: 'now-3h',
    variables: [
      datasourceVariable(),
      jobVariable(),
      dividingVariable(),
      ...dimensionVariables(distributionOf(MOS)),
    ],
    rows: [
      { title: 'Now', panels: [...now(), ...sessionsOverTime()] },
      { title: 'Distribution of what the rules judge', panels: distributionPanels(JUDGED) },
      { title: 'Distribution of the rest', collapsed: true, panels: distributionPanels(UNJUDGED) },
      { title: 'Where', panels: worstPartPanels() },
      { title: 'Worst sessions', panels: [worstSessions()] },
      { title: 'Incidents and storms', panels: incidents() },
      { title: 'SLA', panels: deliverySlaPanels() },
    ],
  });
}

function now() {
  return [
    stat(
      { title: 'Live sessions', description: SERIES.sessions.description, span: 4 },
      { expr: allSessions, legend: 'sessions' },
    ),
    stat(
      {
        title: 'Degraded share',
        description: `Share of the live sessions that have an open incident of quality. From ${degradedRatio} on it is a storm.`,
        span: 4,
        unit: 'percentunit',
      },
      { expr: degradedShare, legend: 'degraded' },
      shareThresholds(),
    ),
    stat(
      {
        title: 'Critical sessions',
        description: 'Live sessions whose incident is critical: the path is broken.',
        span: 4,
      },
      {
        expr: sum(select(SERIES.sessions, { ...OF_JOB, [LABEL.sessionState]: '=critical' })),
        legend: 'critical',
      },
      noneIsGood(),
    ),
    stat(
      {
        title: 'Median MOS',
        description: 'Half of the samples of the chosen part of the fleet are below it.',
        span: 4,
        unit: 'none',
      },
      { expr: quantile(0.5, bucketRates(distributionOf(MOS))), legend: 'median' },
      gaugeThresholds(limitOf(MOS.gauge.otelName)),
    ),
    stat(
      {
        title: 'MOS of the worst 5 %',
        description: 'One in twenty samples of the chosen part of the fleet is below it.',
        span: 4,
        unit: 'none',
      },
      { expr: quantile(0.05, bucketRates(distributionOf(MOS))), legend: 'worst 5 %' },
      gaugeThresholds(limitOf(MOS.gauge.otelName)),
    ),
    stat(
      {
        title: 'Samples with a MOS',
        description:
          'Samples per second that say a MOS, of the chosen part of the fleet. None: nothing is measured there.',
        span: 4,
        unit: 'cps',
      },
      { expr: sum(rate(observations(distributionOf(MOS), OF_PART), RATE_INTERVAL)), legend: 'samples' },
    ),
  ];
}

function sessionsOverTime() {
  return [
    stacked(
      {
        title: 'Sessions by state',
        description: `${SERIES.sessions.description} The parts exclude each other; dimensions don't restrict them.`,
        span: 12,
      },
      [
        {
          expr: sum(select(SERIES.sessions, OF_JOB), [LABEL.sessionState]),
          legend: `{{${LABEL.sessionState}}}`,
        },
      ],
      'areas',
      LEVEL_LINES,
    ),
    limitedLines(
      {
        title: 'Degraded share',
        description:
          'Share of the live sessions with an open incident of quality, and the share that makes a storm.',
        span: 12,
        unit: 'percentunit',
      },
      [{ expr: degradedShare, legend: 'degraded' }],
      shareThresholds(),
    ).min(0),
  ];
}

function incidents() {
  const transitions = (by: readonly string[], matchers: Matchers = {}) =>
    happened(SERIES.transitions, by, { ...OF_JOB, ...matchers });
  return [
    stacked(
      {
        title: 'Transitions by category and kind',
        description: SERIES.transitions.description,
        span: 12,
      },
      [{ expr: transitions(['category', 'kind']), legend: '{{category}} {{kind}}' }],
      'bars',
    ),
    stacked(
      {
        title: 'Openings by reason',
        description: 'The rule that opened each incident, or opened it again.',
        span: 12,
      },
      [
        {
          expr: transitions(['reason'], { kind: '=~opened|reopened' }),
          legend: '{{reason}}',
        },
      ],
      'bars',
    ),
    stacked(
      {
        title: 'Storms',
        description:
          'Transitions of storms. A storm tells of many incidents that share a dimension in one notice, in their stead.',
        span: 8,
      },
      [{ expr: transitions(['kind'], { category: '=storm' }), legend: '{{kind}}' }],
      'bars',
    ),
    stacked(
      { title: 'Held back', description: SERIES.heldBack.description, span: 8 },
      [{ expr: happened(SERIES.heldBack, ['cause']), legend: '{{cause}}' }],
      'bars',
    ),
    stacked(
      { title: 'Suppressed', description: SERIES.suppressed.description, span: 8 },
      [{ expr: happened(SERIES.suppressed, ['cause']), legend: '{{cause}}' }],
      'bars',
    ),
  ];
}
