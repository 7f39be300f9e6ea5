// The three dashboards for Datadog: Fleet, Session and Bridge, as those for Grafana. The process's own telemetry in the
// Collector's names doesn't go out over OTLP, so what Bridge shows is delivery.
import { DELIVERY_SLA_S, FLEET_LIMITS, GAUGE_LIMITS, QUEUE_MAX_HOLD_S } from '../limits.ts';
import { ATTRIBUTE } from '../../receiver/session-gauges/catalogue.ts';
import { DIMENSION_KEYS } from '../../receiver/sample.ts';
import { distributionOf, MEASURES, measureOf, type Series, SERIES } from '../series.ts';
import type { DatadogQuery } from './query.ts';
import {
  dashboard,
  dimensionVariables,
  group,
  heatmap,
  lines,
  note,
  OF_PART,
  ranking,
  value,
} from './widgets.ts';

const RANKED = 10;
const LISTED_SESSIONS = 20;
const MOS = measureOf('webrtc.video.mos');

const sessionsIn = (state: string): DatadogQuery => ({
  how: 'sum',
  series: SERIES.sessions,
  where: [`${ATTRIBUTE.sessionState}:${state}`],
});
const allSessions: DatadogQuery = { how: 'sum', series: SERIES.sessions };
/** The share of sessions with an open incident of quality. */
const DEGRADED_SHARE = {
  title: 'Degraded share',
  queries: [sessionsIn('degraded'), sessionsIn('critical'), allSessions],
  formula: '(a + b) / c',
};

export function fleetBoard(): unknown {
  return dashboard(
    'WebRTC quality / Fleet',
    'All live sessions together: how many are bad, what is bad, and where.',
    dimensionVariables(),
    [
      group('Now', [
        value({ title: 'Live sessions', queries: [allSessions] }),
        value(DEGRADED_SHARE, FLEET_LIMITS.storm.degradedRatio),
        value({ title: 'Critical sessions', queries: [sessionsIn('critical')] }, 1),
        lines(
          {
            title: 'Sessions by state',
            queries: [{ ...allSessions, by: [ATTRIBUTE.sessionState] }],
          },
          undefined,
          'area',
        ),
        lines(DEGRADED_SHARE, { badSide: 'above', bad: FLEET_LIMITS.storm.degradedRatio }),
      ]),
      group(
        'Distributions',
        MEASURES.flatMap(({ gauge, distribution }) =>
          distribution === undefined ? [] : [heatmap(gauge.otelName, distribution, OF_PART)],
        ),
      ),
      group(
        'Where the MOS is lowest',
        DIMENSION_KEYS.map((key) =>
          ranking(
            {
              title: `Mean MOS by ${key}`,
              queries: [{ how: 'avg', series: distributionOf(MOS), where: OF_PART, by: [key] }],
            },
            RANKED,
            'asc',
          ),
        ),
      ),
      group('Worst sessions', [
        ranking(
          {
            title: 'Lowest MOS',
            queries: [{ how: 'min', series: MOS.gauge, where: OF_PART, by: [ATTRIBUTE.sessionId] }],
          },
          LISTED_SESSIONS,
          'asc',
        ),
        ranking(
          {
            title: 'Highest level: 2 degraded, 3 critical',
            queries: [{ how: 'max', series: SERIES.degraded, where: OF_PART, by: [ATTRIBUTE.sessionId] }],
          },
          LISTED_SESSIONS,
          'desc',
        ),
      ]),
      group('Incidents and storms', [
        counts('Transitions by category and kind', SERIES.transitions, ['category', 'kind']),
        counts('Openings by reason', SERIES.transitions, ['reason'], ['kind:opened']),
        counts('Storms', SERIES.transitions, ['kind'], ['category:storm']),
        counts('Held back', SERIES.heldBack, ['cause']),
        counts('Suppressed', SERIES.suppressed, ['cause']),
      ]),
      group('SLA', slaWidgets()),
    ],
  );
}

export function sessionBoard(): unknown {
  const where = ['$session'];
  return dashboard(
    'WebRTC quality / Session',
    'One session: what was measured of it, and what the rules say of it.',
    [{ name: 'session', prefix: ATTRIBUTE.sessionId, defaults: ['*'] }],
    [
      note('Choose a **session** above. Without one, every graph is a mean over all of them.'),
      group('What the rules say: 0 ok, 1 candidate, 2 degraded, 3 critical', [
        lines({ title: SERIES.degraded.otelName, queries: [{ how: 'max', series: SERIES.degraded, where }] }),
      ]),
      group(
        'Measured',
        MEASURES.map(({ gauge }) =>
          lines(
            { title: gauge.otelName, queries: [{ how: 'avg', series: gauge, where }] },
            GAUGE_LIMITS.get(gauge.otelName),
          ),
        ),
      ),
    ],
  );
}

export function bridgeBoard(): unknown {
  const where = ['$destination'];
  const ofDestination = (how: DatadogQuery['how'], series: Series): DatadogQuery => ({ how, series, where });
  const by = ['destination'];
  return dashboard(
    'WebRTC quality / Bridge',
    'Delivery of incidents by destination, and the local queue.',
    [{ name: 'destination', prefix: 'destination', defaults: ['*'] }],
    [
      group('Now', [
        value(
          { title: 'Oldest undelivered, s', queries: [ofDestination('max', SERIES.oldestUndelivered)] },
          DELIVERY_SLA_S,
        ),
        value({ title: 'Overdue', queries: [ofDestination('sum', SERIES.overdue)] }, 1),
        value({ title: 'Dead letters', queries: [ofDestination('sum', SERIES.deadLettersWaiting)] }, 1),
      ]),
      group('Delivery', [
        counts('Attempts by destination and outcome', SERIES.attempts, ['destination', 'outcome'], where),
        lines(
          {
            title: 'Oldest undelivered, s',
            queries: [{ ...ofDestination('max', SERIES.oldestUndelivered), by }],
          },
          { badSide: 'above', bad: DELIVERY_SLA_S },
        ),
        lines({
          title: 'Circuit breakers: 1 is open',
          queries: [{ ...ofDestination('max', SERIES.breakerState), by }],
        }),
        lines({
          title: 'Dead letters waiting',
          queries: [{ ...ofDestination('max', SERIES.deadLettersWaiting), by }],
        }),
        heatmap('Time to deliver, s', SERIES.timeToDeliver, where),
        counts('Given up', SERIES.givenUp, ['destination', 'cause'], where),
      ]),
      group('SLA', slaWidgets()),
      group('Queue', [
        lines({
          title: 'Alerts: waiting, assigned, acknowledged',
          queries: [SERIES.alertsWaiting, SERIES.alertsAssigned, SERIES.alertsAcknowledged].map((series) => ({
            how: 'max',
            series,
            by: ['queue'],
          })),
        }),
        lines(
          {
            title: 'Oldest alert in the queue, s',
            queries: [{ how: 'max', series: SERIES.oldestAlertWaiting, by: ['queue'] }],
          },
          { badSide: 'above', bad: QUEUE_MAX_HOLD_S },
        ),
        lines({
          title: 'Operators',
          queries: [{ how: 'max', series: SERIES.operators, by: ['queue', 'status'] }],
        }),
      ]),
      group('Genesys Cloud', [
        lines({
          title: 'Listening: 1',
          queries: [{ how: 'min', series: SERIES.genesysConnected, by: ['receiver', 'source'] }],
        }),
        counts('Reconnects', SERIES.genesysReconnects, ['source', 'cause']),
        counts('Missed time, s', SERIES.genesysMissedTime, ['source']),
      ]),
    ],
  );
}

function slaWidgets() {
  return [
    lines({
      title: 'Share of deliveries that missed the SLA',
      queries: [{ how: 'max', series: SERIES.deliverySlaMissed, by: ['destination'] }],
    }),
    lines(
      {
        title: 'Time to deliver: median and 99th percentile, s',
        queries: [SERIES.timeToDeliverP50, SERIES.timeToDeliverP99].map((series) => ({
          how: 'max',
          series,
          by: ['destination'],
        })),
      },
      { badSide: 'above', bad: DELIVERY_SLA_S },
    ),
    counts('Alerts in the queue that missed a limit', SERIES.queueSlaMissed, ['queue', 'limit']),
  ];
}

/** What happened in each interval. */
function counts(title: string, series: Series, by: readonly string[], where: readonly string[] = []) {
  return lines({ title, queries: [{ how: 'sum', series, by, where }] }, undefined, 'bars');
}
