// The series that dashboards and rules may ask for, as Prometheus shows them. Names, units and attributes come from the
// catalogues; what a catalogue doesn't say, a metric's kind or its attributes, is said here and compared with what the
// process really serves by test/dashboards/exposed.test.ts.
import { DELIVERY_INSTRUMENTS as DELIVERY } from '../bridge/delivery/delivery-instruments.ts';
import { OUTBOX_INSTRUMENTS as OUTBOX } from '../bridge/outbox/outbox-instruments.ts';
import { QUEUE_INSTRUMENTS as QUEUE } from '../bridge/queue/queue-instruments.ts';
import { SILENCE_INSTRUMENTS as SILENCE } from '../bridge/silences/silence-instruments.ts';
import { INSTRUMENTS as OWN } from '../collector/telemetry/names.ts';
import { prometheusName, type PrometheusKind } from '../exporter/prometheus/prometheus-name.ts';
import { DEGRADATION_INSTRUMENTS as DEGRADATION } from '../processor/degradation/instruments.ts';
import { GENESYS_INSTRUMENTS as GENESYS } from '../receiver/genesyscloud/instruments.ts';
import {
  ATTRIBUTE,
  DEGRADED_GAUGE,
  type DistributionDefinition,
  GAUGES,
  type MetricDefinition,
  SESSION_ATTRIBUTES,
  SESSIONS_GAUGE,
} from '../receiver/session-gauges/catalogue.ts';
import { DIMENSION_KEYS } from '../receiver/sample.ts';

export interface Series {
  /** What Prometheus calls it; a histogram's without `_bucket`, `_sum`, `_count`. */
  readonly name: string;
  /** What OpenTelemetry calls it, and Datadog. */
  readonly otelName: string;
  readonly kind: PrometheusKind;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** Labels of its own, in Prometheus' spelling; those of the scrape come on top. */
  readonly labels: readonly string[];
}

interface Instrument {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

/** Of an instrument whose catalogue tells everything. */
type DescribedInstrument = Instrument & {
  readonly kind: 'counter' | 'gauge';
  readonly attributes: readonly string[];
};

/** Labels that whoever scrapes or receives adds. */
export const SCRAPE_LABELS: readonly string[] = ['job', 'instance'];

/** An attribute as a label: `network.type` is `network_type`. */
export function labelOf(attribute: string): string {
  return attribute.replace(/[^a-zA-Z0-9_]/g, '_');
}

/** Dimensions of sessions, as labels. */
export const DIMENSION_LABELS: readonly string[] = DIMENSION_KEYS.map(labelOf);

export const LABEL = {
  sessionId: labelOf(ATTRIBUTE.sessionId),
  sessionState: labelOf(ATTRIBUTE.sessionState),
  codec: labelOf(ATTRIBUTE.codec),
  mosSource: labelOf(ATTRIBUTE.mosSource),
} as const;

/** A gauge per session and, where there is one, the histogram of all samples. */
export interface Measure {
  readonly gauge: Series;
  readonly distribution: (Series & { readonly bucketBoundaries: readonly number[] }) | undefined;
}

/** At the index of `GAUGES`. */
export const MEASURES: readonly Measure[] = GAUGES.map(({ distribution, ...gauge }) => ({
  gauge: catalogued(gauge, 'gauge', SESSION_ATTRIBUTES),
  distribution: distribution && distributed(distribution),
}));

/** The measure of a gauge by its name, such as `webrtc.video.mos`. Throws when there is none. */
export function measureOf(otelName: string): Measure {
  const measure = MEASURES.find(({ gauge }) => gauge.otelName === otelName);
  if (measure === undefined) throw new Error(`the catalogue has no gauge ${otelName}`);
  return measure;
}

/** The distribution of a measure that must have one. */
export function distributionOf(measure: Measure): NonNullable<Measure['distribution']> {
  if (measure.distribution === undefined) throw new Error(`${measure.gauge.otelName} has no distribution`);
  return measure.distribution;
}

export const SERIES = {
  degraded: catalogued(DEGRADED_GAUGE, 'gauge', SESSION_ATTRIBUTES),
  sessions: catalogued(SESSIONS_GAUGE, 'gauge', [ATTRIBUTE.sessionState]),
  transitions: product(DEGRADATION.transitions, 'counter', [
    'category',
    'kind',
    'severity',
    'reason',
    'cause',
  ]),
  suppressed: product(DEGRADATION.suppressed, 'counter', ['cause']),
  attempts: product(DELIVERY.attempts, 'counter', ['destination', 'outcome']),
  late: product(DELIVERY.late, 'counter', ['destination']),
  timeToDeliver: product(DELIVERY.timeToDeliver, 'histogram', ['destination']),
  timeToDeliverP50: product(DELIVERY.timeToDeliverP50, 'gauge', ['destination']),
  timeToDeliverP99: product(DELIVERY.timeToDeliverP99, 'gauge', ['destination']),
  oldestUndelivered: product(DELIVERY.oldestUndelivered, 'gauge', ['destination']),
  overdue: product(DELIVERY.overdue, 'gauge', ['destination']),
  deliverySlaMissed: product(DELIVERY.slaMissed, 'gauge', ['destination']),
  deadLettersWaiting: product(DELIVERY.deadLettersWaiting, 'gauge', ['destination']),
  breakerState: product(DELIVERY.breakerState, 'gauge', ['destination']),
  heldBack: product(OUTBOX.heldBack, 'counter', ['cause']),
  released: product(OUTBOX.released, 'counter', ['destination', 'cause']),
  givenUp: product(OUTBOX.givenUp, 'counter', ['destination', 'cause']),
  silencesActive: described(SILENCE.active),
  alertsWaiting: described(QUEUE.waiting),
  alertsAssigned: described(QUEUE.assigned),
  alertsAcknowledged: described(QUEUE.acknowledged),
  oldestAlertWaiting: described(QUEUE.oldestWaiting),
  operators: described(QUEUE.operators),
  timeToAcknowledge: product(QUEUE.timeToAcknowledge, 'histogram', ['queue', 'severity']),
  queueSlaMissed: product(QUEUE.slaMissed, 'counter', ['queue', 'limit']),
  genesysConnected: described(GENESYS.connected),
  genesysReconnects: described(GENESYS.reconnects),
  genesysMissedTime: described(GENESYS.missedTime),
  accepted: own(OWN.receiverAcceptedLogRecords),
  refused: own(OWN.receiverRefusedLogRecords),
  failed: own(OWN.receiverFailedLogRecords),
  processorIncoming: own(OWN.processorIncomingItems),
  processorOutgoing: own(OWN.processorOutgoingItems),
  sentPoints: own(OWN.exporterSentMetricPoints),
  sendFailedPoints: own(OWN.exporterSendFailedMetricPoints),
  queueSize: own(OWN.exporterQueueSize),
  uptime: own(OWN.processUptime),
  cpuSeconds: own(OWN.processCpuSeconds),
  memoryRss: own(OWN.processMemoryRss),
  heapAlloc: own(OWN.processHeapAlloc),
} as const satisfies Readonly<Record<string, Series>>;

function catalogued(
  definition: MetricDefinition,
  kind: PrometheusKind,
  attributes: readonly string[],
): Series {
  const { name, prometheusName: shown, unit, description } = definition;
  return { name: shown, otelName: name, kind, unit, description, labels: attributes.map(labelOf) };
}

function distributed(definition: DistributionDefinition): NonNullable<Measure['distribution']> {
  const { bucketBoundaries } = definition;
  const attributes = [...DIMENSION_KEYS, ATTRIBUTE.overflow];
  return { ...catalogued(definition, 'histogram', attributes), bucketBoundaries };
}

/** Of the product's own metrics, which the exporters of a metrics pipeline give out under the translator's names. */
function product(
  { name, unit, description }: Instrument,
  kind: PrometheusKind,
  attributes: readonly string[],
): Series {
  const shown = prometheusName(name, unit, kind);
  return { name: shown, otelName: name, kind, unit, description, labels: attributes.map(labelOf) };
}

function described(instrument: DescribedInstrument): Series {
  return product(instrument, instrument.kind, instrument.attributes);
}

/** Of the process's own telemetry, whose endpoint serves the Collector's names as they are. */
function own({ name, kind, unit, description, attributes }: DescribedInstrument): Series {
  return { name, otelName: name, kind, unit, description, labels: attributes.map(labelOf) };
}
