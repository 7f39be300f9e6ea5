// Monitors for Datadog: the alerts that can be asked of what goes out over OTLP. They notify nobody until whoever imports
// them adds a handle to their messages.
import { v1 } from '@datadog/datadog-api-client';
import { ATTRIBUTE } from '../../receiver/session-gauges/catalogue.ts';
import { DELIVERY_SLA_S, FLEET_LIMITS, NEAR_SLA_S, QUEUE_MAX_HOLD_S } from '../limits.ts';
import { SERIES } from '../series.ts';
import { type DatadogQuery, queryText } from './query.ts';

interface Watch {
  readonly name: string;
  /** How the window is put together, and how long it is. */
  readonly over: `${'avg' | 'min' | 'max' | 'sum'}(last_${number}m)`;
  readonly expression: string;
  readonly comparator: '>' | '>=' | '<';
  readonly critical: number;
  readonly warning?: number;
  readonly message: string;
  /** Whether silence is what it looks for. */
  readonly notifiesNoData?: boolean;
}

const TAGS = ['service:webrtc-quality-bridge'];

/** The file's name, and the monitor as its API takes it. */
export function monitors(): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(watches()).map(([name, watch]) => [name, monitor(watch)]));
}

function monitor(watch: Watch): unknown {
  const { name, over, expression, comparator, critical, warning, message, notifiesNoData = false } = watch;
  const plain: v1.Monitor = {
    name: `WebRTC quality: ${name}`,
    type: 'query alert',
    query: `${over}:${expression} ${comparator} ${critical}`,
    message,
    tags: TAGS,
    options: {
      thresholds: { critical, ...(warning !== undefined && { warning }) },
      onMissingData: notifiesNoData ? 'show_and_notify_no_data' : 'default',
      includeTags: true,
      requireFullWindow: false,
    },
  };
  return v1.ObjectSerializer.serialize(plain, 'Monitor', '');
}

function watches(): Readonly<Record<string, Watch>> {
  const sessionsIn = (state: string) =>
    queryText({ how: 'sum', series: SERIES.sessions, where: [`${ATTRIBUTE.sessionState}:${state}`] });
  const worst = (series: DatadogQuery['series'], by = ['destination']) =>
    queryText({ how: 'max', series, by });
  return {
    'degraded-share': {
      name: 'many sessions are degraded',
      over: 'min(last_5m)',
      expression: `( ${sessionsIn('degraded')} + ${sessionsIn('critical')} ) / ${queryText({ how: 'sum', series: SERIES.sessions })}`,
      comparator: '>=',
      critical: FLEET_LIMITS.storm.degradedRatio,
      message:
        'So many sessions at once have a cause in common. The dashboard Fleet shows under "Where" which part of the fleet it is. With few sessions one alone is a large share.',
    },
    storm: {
      name: 'a storm has opened',
      over: 'sum(last_15m)',
      expression: queryText({
        how: 'sum',
        series: SERIES.transitions,
        where: ['category:storm', 'kind:opened'],
      }),
      comparator: '>',
      critical: 0,
      message:
        'Many incidents that share a dimension were told of as one. Its notice names the group and the worst ten.',
    },
    'near-sla': {
      name: 'an incident waits for {{destination.name}}',
      over: 'max(last_5m)',
      expression: worst(SERIES.oldestUndelivered),
      comparator: '>',
      critical: DELIVERY_SLA_S,
      warning: NEAR_SLA_S,
      message:
        'Nothing is lost: it is stored, and tried again. The dashboard Bridge shows the outcomes of the attempts.',
    },
    'dead-letters': {
      name: 'dead letters of {{destination.name}}',
      over: 'min(last_5m)',
      expression: worst(SERIES.deadLettersWaiting),
      comparator: '>',
      critical: 0,
      message:
        'The destination refuses them as they are. `outbox ls` lists them, `outbox log` has its answers, and `outbox redrive` sends them again when the cause is mended.',
    },
    breaker: {
      name: '{{destination.name}} takes nothing',
      over: 'min(last_5m)',
      expression: worst(SERIES.breakerState),
      comparator: '>=',
      critical: 1,
      message:
        'Deliveries keep failing, so it is only probed. A refused credential or an address that is gone needs somebody.',
    },
    'sla-missed': {
      name: 'incidents reach {{destination.name}} too late',
      over: 'min(last_5m)',
      expression: worst(SERIES.deliverySlaMissed),
      comparator: '>',
      critical: 0.01,
      message: `More than one in a hundred took longer than ${DELIVERY_SLA_S} s, or still waits.`,
    },
    queue: {
      name: 'nobody acknowledges in {{queue.name}}',
      over: 'max(last_5m)',
      expression: worst(SERIES.oldestAlertWaiting, ['queue']),
      comparator: '>',
      critical: QUEUE_MAX_HOLD_S,
      message:
        'An alert has waited for longer than it may. Leave this monitor out for a queue without operators, which is a list.',
    },
    genesys: {
      name: '{{receiver.name}} does not hear {{source.name}}',
      over: 'max(last_5m)',
      expression: worst(SERIES.genesysConnected, ['receiver', 'source']),
      comparator: '<',
      critical: 1,
      message: 'The connection to Genesys Cloud is not made, or is lost again and again.',
    },
    absent: {
      name: 'the bridge tells nothing',
      over: 'max(last_5m)',
      expression: queryText({ how: 'sum', series: SERIES.sessions }),
      comparator: '<',
      // There are never fewer than none: only missing data alerts.
      critical: 0,
      message:
        'Not even the number of live sessions arrives: it does not run, or its exports fail. Incidents go another way.',
      notifiesNoData: true,
    },
  };
}
