import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TelemetryConfig } from '../../../collector/config/model.ts';
import {
  INSTRUMENTS,
  logsExporterTelemetry,
  metricsExporterTelemetry,
  observeQueue,
  processorTelemetry,
  receiverTelemetry,
} from '../../../collector/telemetry/names.ts';
import { OwnTelemetry } from '../../../collector/telemetry/own-telemetry.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const config: TelemetryConfig = {
    resource: {},
    logs: { level: 'info' },
    metrics: { level: 'normal', address: { host: '127.0.0.1', port: 0, toJSON: () => '127.0.0.1:0' } },
  };
  return new OwnTelemetry(config, new VirtualClock(), recordingLogger().logger);
}

/** The lines of a scrape that are about instruments other than the process's own use of the machine. */
async function seriesOf(telemetry: OwnTelemetry): Promise<string[]> {
  const lines = (await telemetry.text()).split('\n');
  return lines
    .filter((line) => line.startsWith('otelcol_') && !line.startsWith('otelcol_process_'))
    .toSorted();
}

describe('the catalogue', () => {
  it('names everything as the Collector does, without the suffix of counters, and each thing once', () => {
    const names = Object.values(INSTRUMENTS).map(({ name }) => name);
    for (const name of names) assert.match(name, /^otelcol_[a-z_]+(?<!_total)$/);
    assert.equal(new Set(names).size, names.length);
  });

  it('describes every instrument in a sentence', () => {
    for (const { description } of Object.values(INSTRUMENTS)) assert.match(description, /^[A-Z].*\.$/);
  });
});

describe('recording', () => {
  it('shows a series at 0 before anything was counted', async () => {
    const telemetry = setUp();
    receiverTelemetry(telemetry.meter, 'webrtcvideo', 'http');
    assert.deepEqual(await seriesOf(telemetry), [
      'otelcol_receiver_accepted_log_records{receiver="webrtcvideo",transport="http"} 0',
      'otelcol_receiver_failed_log_records{receiver="webrtcvideo",transport="http"} 0',
      'otelcol_receiver_refused_log_records{receiver="webrtcvideo",transport="http"} 0',
    ]);
  });

  it('adds up what each component counts, in the exact names and attributes of the Collector', async () => {
    const telemetry = setUp();
    const { meter } = telemetry;
    receiverTelemetry(meter, 'webrtcvideo', 'http').accepted(3);
    receiverTelemetry(meter, 'webrtcvideo/2', 'http').accepted(4);
    const processor = processorTelemetry(meter, 'degradation', 'logs');
    processor.incoming(10);
    processor.outgoing(1);
    const webhook = logsExporterTelemetry(meter, 'webhook/siem');
    webhook.sent(2);
    webhook.sent(1);
    webhook.sendFailed(5);
    webhook.enqueueFailed(6);
    const otlp = metricsExporterTelemetry(meter, 'otlphttp');
    otlp.sent(500);
    otlp.sendFailed(7);
    const series = await seriesOf(telemetry);
    for (const expected of [
      'otelcol_receiver_accepted_log_records{receiver="webrtcvideo",transport="http"} 3',
      'otelcol_receiver_accepted_log_records{receiver="webrtcvideo/2",transport="http"} 4',
      'otelcol_processor_incoming_items{processor="degradation",otel_signal="logs"} 10',
      'otelcol_processor_outgoing_items{processor="degradation",otel_signal="logs"} 1',
      'otelcol_exporter_sent_log_records{exporter="webhook/siem"} 3',
      'otelcol_exporter_send_failed_log_records{exporter="webhook/siem"} 5',
      'otelcol_exporter_enqueue_failed_log_records{exporter="webhook/siem"} 6',
      'otelcol_exporter_sent_metric_points{exporter="otlphttp"} 500',
      'otelcol_exporter_send_failed_metric_points{exporter="otlphttp"} 7',
    ]) {
      assert.ok(series.includes(expected), expected);
    }
  });

  it('reads queues when someone looks, each for itself, until the exporter ends it', async () => {
    const telemetry = setUp();
    let waiting = 1;
    const end = observeQueue(telemetry.meter, 'webhook/siem', 'logs', {
      size: () => waiting,
      capacity: () => 1_000,
    });
    observeQueue(telemetry.meter, 'webhook/other', 'logs', { size: () => undefined, capacity: () => 9 });
    waiting = 2;
    assert.deepEqual(await seriesOf(telemetry), [
      'otelcol_exporter_queue_capacity{exporter="webhook/other",data_type="logs"} 9',
      'otelcol_exporter_queue_capacity{exporter="webhook/siem",data_type="logs"} 1000',
      'otelcol_exporter_queue_size{exporter="webhook/siem",data_type="logs"} 2',
    ]);
    end();
    assert.deepEqual(await seriesOf(telemetry), [
      'otelcol_exporter_queue_capacity{exporter="webhook/other",data_type="logs"} 9',
    ]);
  });
});
