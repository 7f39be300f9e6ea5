// The one catalogue of the process's own telemetry, in the Collector's exact names, and the functions through which
// components record it: `receiverTelemetry(settings.meter, settings.id, 'http').accepted(3)`.
import type { Attributes, Meter } from '@opentelemetry/api';
import type { Signal } from '../component.ts';

interface Instrument {
  readonly name: string;
  /** A counter only grows; a gauge is read when someone looks. */
  readonly kind: 'counter' | 'gauge';
  /** UCUM, as OpenTelemetry writes units. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
}

const RECEIVER = ['receiver', 'transport'] as const;
const PROCESSOR = ['processor', 'otel.signal'] as const;
const EXPORTER = ['exporter'] as const;
const QUEUE = ['exporter', 'data_type'] as const;

function counter(name: string, unit: string, description: string, attributes: readonly string[]): Instrument {
  return { name, kind: 'counter', unit, description, attributes };
}

function gauge(name: string, unit: string, description: string, attributes: readonly string[]): Instrument {
  return { name, kind: 'gauge', unit, description, attributes };
}

/** Every instrument of the process itself. Dashboards made for the Collector key on these names. */
export const INSTRUMENTS = {
  receiverAcceptedLogRecords: counter(
    'otelcol_receiver_accepted_log_records',
    '{record}',
    'Records that were taken into the pipelines.',
    RECEIVER,
  ),
  receiverRefusedLogRecords: counter(
    'otelcol_receiver_refused_log_records',
    '{record}',
    'Records that the pipelines refused for now; the sender was told to offer them again.',
    RECEIVER,
  ),
  receiverFailedLogRecords: counter(
    'otelcol_receiver_failed_log_records',
    '{record}',
    'Records that the receiver could not take: malformed ones, and those lost to a fault of its own.',
    RECEIVER,
  ),
  processorIncomingItems: counter(
    'otelcol_processor_incoming_items',
    '{item}',
    'Items passed to the processor.',
    PROCESSOR,
  ),
  processorOutgoingItems: counter(
    'otelcol_processor_outgoing_items',
    '{item}',
    'Items that the processor passed on.',
    PROCESSOR,
  ),
  exporterSentLogRecords: counter(
    'otelcol_exporter_sent_log_records',
    '{record}',
    'Records delivered to the destination.',
    EXPORTER,
  ),
  exporterSendFailedLogRecords: counter(
    'otelcol_exporter_send_failed_log_records',
    '{record}',
    'Records in failed attempts to deliver to the destination.',
    EXPORTER,
  ),
  exporterEnqueueFailedLogRecords: counter(
    'otelcol_exporter_enqueue_failed_log_records',
    '{record}',
    'Records that could not be put into the queue of the destination.',
    EXPORTER,
  ),
  exporterSentMetricPoints: counter(
    'otelcol_exporter_sent_metric_points',
    '{datapoint}',
    'Metric points delivered to the destination.',
    EXPORTER,
  ),
  exporterSendFailedMetricPoints: counter(
    'otelcol_exporter_send_failed_metric_points',
    '{datapoint}',
    'Metric points in failed attempts to deliver to the destination.',
    EXPORTER,
  ),
  exporterQueueSize: gauge(
    'otelcol_exporter_queue_size',
    '{item}',
    'Items that wait for delivery to the destination.',
    QUEUE,
  ),
  exporterQueueCapacity: gauge(
    'otelcol_exporter_queue_capacity',
    '{item}',
    'Items that the queue of the destination can hold.',
    QUEUE,
  ),
  processUptime: counter('otelcol_process_uptime', 's', 'Time since the process started.', []),
  processCpuSeconds: counter('otelcol_process_cpu_seconds', 's', 'CPU time used, user and system.', []),
  processMemoryRss: gauge('otelcol_process_memory_rss', 'By', 'Physical memory in use.', []),
  processHeapAlloc: gauge(
    'otelcol_process_runtime_heap_alloc_bytes',
    'By',
    'Bytes of live and not yet collected objects on the JavaScript heap.',
    [],
  ),
  processSysMemory: gauge(
    'otelcol_process_runtime_total_sys_memory_bytes',
    'By',
    'Bytes that the JavaScript engine has from the operating system: its heap and buffers outside it.',
    [],
  ),
} as const satisfies Readonly<Record<string, Instrument>>;

/** Adds to a counter; the series exists, at 0, from the moment the function was made. */
export type Count = (amount: number) => void;

function count(meter: Meter, instrument: Instrument, attributes: Attributes): Count {
  const { name, unit, description } = instrument;
  const sum = meter.createCounter(name, { unit, description });
  sum.add(0, attributes);
  return (amount) => sum.add(amount, attributes);
}

/** Counts a receiver's records. `transport` is the protocol that carried them, such as `http`. */
export function receiverTelemetry(meter: Meter, receiver: string, transport: string) {
  const attributes = { receiver, transport };
  return {
    accepted: count(meter, INSTRUMENTS.receiverAcceptedLogRecords, attributes),
    refused: count(meter, INSTRUMENTS.receiverRefusedLogRecords, attributes),
    failed: count(meter, INSTRUMENTS.receiverFailedLogRecords, attributes),
  };
}

/** Counts what goes into a processor and what comes out. `signal` is the one of its pipeline. */
export function processorTelemetry(meter: Meter, processor: string, signal: Signal) {
  const attributes = { processor, 'otel.signal': signal };
  return {
    incoming: count(meter, INSTRUMENTS.processorIncomingItems, attributes),
    outgoing: count(meter, INSTRUMENTS.processorOutgoingItems, attributes),
  };
}

/** Counts the transitions that an exporter of a logs pipeline delivers. */
export function logsExporterTelemetry(meter: Meter, exporter: string) {
  const attributes = { exporter };
  return {
    sent: count(meter, INSTRUMENTS.exporterSentLogRecords, attributes),
    sendFailed: count(meter, INSTRUMENTS.exporterSendFailedLogRecords, attributes),
    enqueueFailed: count(meter, INSTRUMENTS.exporterEnqueueFailedLogRecords, attributes),
  };
}

/** Counts the points that an exporter of a metrics pipeline delivers. */
export function metricsExporterTelemetry(meter: Meter, exporter: string) {
  const attributes = { exporter };
  return {
    sent: count(meter, INSTRUMENTS.exporterSentMetricPoints, attributes),
    sendFailed: count(meter, INSTRUMENTS.exporterSendFailedMetricPoints, attributes),
  };
}

/** An exporter's queue as telemetry reads it. A reading of undefined is left out. */
export interface ObservedQueue {
  size(): number | undefined;
  capacity(): number;
}

/** Shows an exporter's queue. The returned function ends that: call it when the exporter stops. */
export function observeQueue(
  meter: Meter,
  exporter: string,
  dataType: Signal,
  queue: ObservedQueue,
): () => void {
  const attributes = { exporter, data_type: dataType };
  const endings = [
    observe(meter, INSTRUMENTS.exporterQueueSize, attributes, () => queue.size()),
    observe(meter, INSTRUMENTS.exporterQueueCapacity, attributes, () => queue.capacity()),
  ];
  return () => endings.forEach((end) => end());
}

/** Has `read` called whenever someone looks at `instrument`. The returned function ends that. */
export function observe(
  meter: Meter,
  { name, kind, unit, description }: Instrument,
  attributes: Attributes,
  read: () => number | undefined,
): () => void {
  const observable =
    kind === 'counter'
      ? meter.createObservableCounter(name, { unit, description })
      : meter.createObservableGauge(name, { unit, description });
  const callback: Parameters<typeof observable.addCallback>[0] = (result) => {
    const value = read();
    if (value !== undefined) result.observe(value, attributes);
  };
  observable.addCallback(callback);
  return () => observable.removeCallback(callback);
}
